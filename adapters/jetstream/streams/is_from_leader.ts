import { RequestFailure } from "../nats/request_failure.ts";
import type { StreamConfig } from "./stream_settings.ts";

/** The part of the server's stream information that names the leader and the replicas of a stream. */
export interface StreamPlacement {
  readonly config: Pick<StreamConfig, "num_replicas">;
  /** Absent if nats-server 2.9 is in no cluster. */
  readonly cluster?: {
    /** The name of the server that leads the stream; absent if the replying server knows no leader. */
    readonly leader?: string | undefined;
    /** The servers that store the stream, without the replying server, unless that server knows no leader. */
    readonly replicas?: readonly { readonly name: string }[] | undefined;
  } | undefined;
}

/**
 * Whether the leader of a stream sent the information about it. A replica that knows no leader replies too: after its
 * leader has stepped down or crashed, until it receives a message of the next leader. This replica may lag behind, so
 * that its last sequence is lower than that of an acknowledged message.
 */
export function isFromLeader({ config, cluster }: StreamPlacement): boolean {
  if (cluster === undefined || (config.num_replicas ?? 1) === 1) return true;
  const { leader, replicas = [] } = cluster;
  return leader !== undefined && !replicas.some(({ name }) => name === leader);
}

/**
 * Refuses the information about a stream that may lag behind the leader.
 *
 * @throws {RequestFailure} If {@link isFromLeader} is `false`. The same request may succeed later.
 */
export function checkIsFromLeader(info: StreamPlacement): void {
  if (!isFromLeader(info)) throw new RequestFailure("no-reply", new Error("the stream has no leader"));
}
