/**
 * The JetStream adapter: for production, on a nats-server with JetStream, 2.9 or newer, or on a cluster of servers,
 * 2.9.21 or newer. It keeps all data in streams of its own, in a format that docs/wire-format.md describes.
 *
 * The adapter contains no NATS client: pass it a connection of nats.js, over any transport.
 *
 * @example
 * ```ts ignore
 * import { connect } from "@nats-io/transport-node";
 * import { jetstream } from "@flowmade-one/aether/jetstream";
 *
 * await using connection = await connect({ servers: "127.0.0.1:4222" });
 * await using backend = await jetstream({ connection });
 * const store = backend.store("tenant-a");
 * await store.append("cart.7", [{ type: "Opened", data: { by: "Ann" } }], { expectedVersion: 0 });
 * for await (const event of store.read("cart.7")) console.log(event.version, event.data);
 * ```
 *
 * @module
 */
export type {
  ConnectionStatus,
  JetStreamConnection,
  JetStreamMessage,
  JetStreamMessageHeaders,
  JetStreamServerInfo,
  JetStreamSubscription,
} from "./nats/connection.ts";
export type { CommitJson, EventJson, Quota, Retention } from "../../adapter.ts";
export type { ApiTarget } from "./api/api_prefix.ts";
export type { CommitCodec } from "./wire/commit_codec.ts";
export { adoptLogIdentity } from "./adopt_log_identity.ts";
export { jetstream, jetstreamDriver } from "./jetstream.ts";
export type { JetStreamOptions } from "./jetstream_options.ts";
export {
  type NatsAccount,
  type NatsAccounts,
  natsAccounts,
  type NatsAccountsOptions,
  type NatsAccountUser,
  type NatsCredentials,
  type NatsJetStreamLimits,
  type ObserverAccount,
  type TenantAccount,
} from "./access/nats_accounts.ts";
export {
  type NatsPermissions,
  natsPermissions,
  type NatsPermissionsOptions,
  type NatsRights,
  type SubjectPermissions,
} from "./access/nats_permissions.ts";
export type { LogIdentityOptions } from "./log_identity_options.ts";
export { provision } from "./provision.ts";
export { renewLogIdentity } from "./renew_log_identity.ts";
