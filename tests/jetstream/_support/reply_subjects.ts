import type { NatsConnection } from "@nats-io/transport-node";
import { NATS_SERVER_VERSIONS, type NatsServerVersion } from "../../../tools/nats_server.ts";
import { ask } from "./ask_server.ts";

/** The log of `prod.a`, which the sender may use, and the streams of `prod.b`, which it may not use. */
const OWN_LOG = "prod=2Ea_events";
const LOG = "prod=2Eb_events";
const SNAPSHOTS = "prod=2Eb_snapshots";

/** The subject of events that are published on the bus of `prod.b`. */
export const BUS_OF_B = "aether.events.prod.b";

/**
 * A request that a role may send, with a reply subject at which the role may not publish. The server sends its reply
 * there, so that the reply acts as a request or an event.
 */
export interface Row {
  readonly name: string;
  readonly role: "reader" | "tenant" | "publisher" | "observer";
  readonly request: readonly [subject: string, body: string];
  /** Makes the body of the reply, from the state of b. Only for {@link GET_STORED}, whose reply is a stored message. */
  readonly answer?: (b: StateOfB) => string;
  /** The reply subject. */
  readonly reply: string;
  /** The versions of nats-server that send the reply, within one account. docs/security.md lists them too. */
  readonly executedBy: readonly NatsServerVersion[];
  /** Whether the state of b shows that the reply took effect. */
  readonly changed?: (before: StateOfB, after: StateOfB) => boolean;
  /** If the reply causes a message: its subject, and whether the sender or the user of b receives it. */
  readonly received?: { readonly by: "sender" | "b"; readonly subject: string };
}

/** The state of b's streams. The fields of a stream that does not exist are `undefined`. */
export interface StateOfB {
  readonly config: { readonly max_msgs: number } | undefined;
  readonly lastSequence: number | undefined;
  readonly consumers: number | undefined;
  readonly snapshots: number | undefined;
}

/** A direct get of a message that does not exist. The reply has status 404 and an empty body. */
const GET_MISSING: Row["request"] = [`$JS.API.DIRECT.GET.${OWN_LOG}`, '{"seq":1000000}'];

/** A subject of the sender's own log, for a message whose body the sender chooses. */
const STORED = "aether.log.prod=2Ea.0.stored";
/** A direct get of the last message at {@link STORED}. The reply has the body of that message. */
const GET_STORED: Row["request"] = [`$JS.API.DIRECT.GET.${OWN_LOG}`, JSON.stringify({ last_by_subj: STORED })];

const PUBLISH: Row["request"] = ["aether.events.prod.a", "x"];

const DELIVERED = "_INBOX_tenant.delivered";
/** A request that creates a push consumer. */
const pushConsumer = (stream: string, deliverTo: string): string =>
  JSON.stringify({
    stream_name: stream,
    config: { name: "c", ack_policy: "none", deliver_policy: "all", deliver_subject: deliverTo },
    action: "create",
  });

const isDeleted: Row["changed"] = (before, after) =>
  before.lastSequence !== undefined && after.lastSequence === undefined;
const hasOneMore: Row["changed"] = (before, after) => after.lastSequence === before.lastSequence! + 1;

/** All rows. Their order matters: the last one deletes b's log. */
export const ROWS: readonly Row[] = [
  {
    name: "a publisher deletes b's log",
    role: "publisher",
    request: PUBLISH,
    reply: `$JS.API.STREAM.DELETE.${LOG}`,
    executedBy: [],
    changed: isDeleted,
  },
  {
    name: "an observer deletes b's log",
    role: "observer",
    request: PUBLISH,
    reply: `$JS.API.STREAM.DELETE.${LOG}`,
    executedBy: [],
    changed: isDeleted,
  },
  {
    name: "a reader stores a message in b's log",
    role: "reader",
    request: GET_MISSING,
    reply: "aether.log.prod=2Eb.0.order",
    executedBy: NATS_SERVER_VERSIONS,
    changed: hasOneMore,
  },
  {
    name: "a tenant stores the acknowledgement of its append in b's log",
    role: "tenant",
    request: ["aether.log.prod=2Ea.0.order", "x"],
    reply: "aether.log.prod=2Eb.0.order",
    executedBy: NATS_SERVER_VERSIONS,
    changed: hasOneMore,
  },
  {
    name: "a reader publishes on the bus of b",
    role: "reader",
    request: GET_MISSING,
    reply: BUS_OF_B,
    executedBy: NATS_SERVER_VERSIONS,
    received: { by: "b", subject: BUS_OF_B },
  },
  {
    name: "a reader's push consumer delivers to the bus of b",
    role: "reader",
    request: [`$JS.API.CONSUMER.CREATE.${OWN_LOG}.c`, pushConsumer(OWN_LOG, BUS_OF_B)],
    reply: "_INBOX_reader.created",
    executedBy: NATS_SERVER_VERSIONS,
    received: { by: "b", subject: BUS_OF_B },
  },
  {
    name: "a tenant reads b's log",
    role: "tenant",
    request: GET_STORED,
    answer: () => pushConsumer(LOG, DELIVERED),
    reply: `$JS.API.CONSUMER.CREATE.${LOG}.c`,
    executedBy: NATS_SERVER_VERSIONS,
    changed: (before, after) => after.consumers === before.consumers! + 1,
    received: { by: "sender", subject: DELIVERED },
  },
  {
    name: "a tenant changes the configuration of b's log",
    role: "tenant",
    request: GET_STORED,
    answer: ({ config }) => JSON.stringify({ ...config, max_msgs: 1_000_000 }),
    reply: `$JS.API.STREAM.UPDATE.${LOG}`,
    executedBy: NATS_SERVER_VERSIONS,
    changed: (before, after) => before.config?.max_msgs !== 1_000_000 && after.config?.max_msgs === 1_000_000,
  },
  {
    name: "a reader purges b's snapshots",
    role: "reader",
    request: GET_MISSING,
    reply: `$JS.API.STREAM.PURGE.${SNAPSHOTS}`,
    executedBy: NATS_SERVER_VERSIONS,
    changed: (before, after) => before.snapshots! > 0 && after.snapshots === 0,
  },
  {
    name: "a reader deletes b's log",
    role: "reader",
    request: GET_MISSING,
    reply: `$JS.API.STREAM.DELETE.${LOG}`,
    executedBy: NATS_SERVER_VERSIONS,
    changed: isDeleted,
  },
];

/** Sends the request of a row, and waits until the server has received it. */
export async function sendWithReply(row: Row, sender: NatsConnection, b: StateOfB): Promise<void> {
  if (row.answer !== undefined) await sender.request(STORED, row.answer(b), { timeout: 60_000 });
  sender.publish(...row.request, { reply: row.reply });
  await sender.flush();
}

interface StreamInfo {
  readonly config?: { readonly max_msgs: number };
  readonly state?: { readonly last_seq: number; readonly messages: number; readonly consumer_count: number };
}

/** Reads the state of b's streams in the account of `owner`. */
export async function stateOfB(owner: NatsConnection): Promise<StateOfB> {
  const log = await ask<StreamInfo>(owner, `STREAM.INFO.${LOG}`);
  const snapshots = await ask<StreamInfo>(owner, `STREAM.INFO.${SNAPSHOTS}`);
  return {
    config: log.config,
    lastSequence: log.state?.last_seq,
    consumers: log.state?.consumer_count,
    snapshots: snapshots.state?.messages,
  };
}
