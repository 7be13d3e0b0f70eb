/**
 * The types of a cluster: several processes on one storage that discover each other, elect leaders and distribute
 * shards. `backend.join()` returns a {@link Cluster}.
 *
 * @module
 */
export type {
  Cluster,
  ClusterCalls,
  ClusterMember,
  LeadOptions,
  NodeService,
  SessionHandler,
  Shares,
  Term,
} from "./src/cluster/cluster.ts";
export type { ClusterOptions } from "./src/cluster/cluster_options.ts";
export type { BackendHandle } from "./src/lifecycle/backend_handle.ts";
