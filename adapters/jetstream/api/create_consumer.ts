/** Milliseconds between idle heartbeats. */
const HEARTBEAT_MS = 1_000;
/** Milliseconds after which the server deletes a consumer that has no subscriber. */
const INACTIVE_MS = 30_000;

const NANOSECONDS_PER_MS = 1_000_000;

/** A push consumer that is to be created. */
export interface PushConsumer {
  readonly stream: string;
  readonly name: string;
  /** The subject of the messages, which may have wildcards; absent: all messages of the stream. */
  readonly filter: string | undefined;
  /** The sequence of the first message. */
  readonly from: number;
  /** The subject to which the server delivers. */
  readonly deliverTo: string;
}

/** The request that creates a push consumer without acknowledgements, with flow control, in the server's memory. */
export function createConsumer(
  { stream, name, filter, from, deliverTo }: PushConsumer,
): { readonly path: string; readonly body: object } {
  const config = {
    name,
    deliver_subject: deliverTo,
    deliver_policy: "by_start_sequence",
    opt_start_seq: from,
    ack_policy: "none",
    replay_policy: "instant",
    max_deliver: 1,
    flow_control: true,
    idle_heartbeat: HEARTBEAT_MS * NANOSECONDS_PER_MS,
    inactive_threshold: INACTIVE_MS * NANOSECONDS_PER_MS,
    mem_storage: true,
    num_replicas: 1,
    ...(filter !== undefined && { filter_subject: filter }),
  };
  const path = `CONSUMER.CREATE.${stream}.${name}${filter === undefined ? "" : `.${filter}`}`;
  return { path, body: { stream_name: stream, config, action: "create" } };
}
