/**
 * The protocol between a server and a push consumer's subscriber, as a pure function of each message.
 *
 * @module
 */
import type { JetStreamMessage } from "../nats/connection.ts";
import { type Delivery, fromDelivery } from "./stored_message.ts";

/** The server asks for a reply. Without the reply, it stops delivering when its flow-control window is full. */
export interface FlowControl {
  readonly kind: "flow-control";
  /** The subject of the reply. */
  readonly reply: string;
}

/** The server sends no message at the moment: it has none, or it waits for a flow-control reply (`stalled`). */
export interface Heartbeat {
  readonly kind: "heartbeat";
  /** The number of messages that the consumer has delivered; `undefined` if the server does not report it. */
  readonly delivered: number | undefined;
  /** The sequence up to which the server has searched for messages of the filter. */
  readonly scanned: number;
  /** The subject of a flow-control reply that the server still waits for. */
  readonly stalled: string | undefined;
}

/** A message that a push consumer sends to its subscriber. */
export type PushMessage =
  | { readonly kind: "delivery"; readonly delivery: Delivery }
  | FlowControl
  | Heartbeat
  /** The consumer or its stream was deleted. */
  | { readonly kind: "end" }
  /** Not a message of the protocol. */
  | { readonly kind: "unknown" };

/** The status code of flow control and heartbeats. */
const IDLE = 100;

/** Reads a message of a push consumer. */
export function readPushMessage(message: JetStreamMessage): PushMessage {
  const delivery = fromDelivery(message);
  if (delivery !== undefined) return { kind: "delivery", delivery };
  const { headers, reply = "" } = message;
  if (headers === undefined || headers.code === 0) return { kind: "unknown" };
  if (headers.code !== IDLE) return { kind: "end" };
  if (reply !== "") return { kind: "flow-control", reply };
  const delivered = headers.get("Nats-Last-Consumer");
  return {
    kind: "heartbeat",
    delivered: delivered === "" ? undefined : Number(delivered),
    scanned: Number(headers.get("Nats-Last-Stream")),
    stalled: headers.get("Nats-Consumer-Stalled") || undefined,
  };
}
