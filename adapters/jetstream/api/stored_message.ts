import type { JetStreamMessage, JetStreamMessageHeaders } from "../nats/connection.ts";
import { HeaderBlock, headersOf, serverHeader } from "../nats/message_headers.ts";

/** A message of a stream. */
export interface StoredMessage {
  /** Its sequence in the stream, from 1. */
  readonly sequence: number;
  /** Where it was published. */
  readonly subject: string;
  /** Absent if it was published without headers. */
  readonly headers: JetStreamMessageHeaders | undefined;
  readonly data: Uint8Array;
}

/** Reads the reply to a direct get. Headers hold the sequence and the subject. */
export function fromDirectGet(
  { data }: Pick<JetStreamMessage, "data">,
  headers: JetStreamMessageHeaders,
): StoredMessage {
  const sequence = Number(serverHeader(headers, "Nats-Sequence"));
  return { sequence, subject: serverHeader(headers, "Nats-Subject"), headers, data };
}

/** A message in a reply of JetStream's API: headers and body in base64, absent if it has none. */
export interface ApiMessage {
  readonly seq: number;
  readonly subject: string;
  readonly hdrs?: string | undefined;
  readonly data?: string | undefined;
  /** When it was stored. */
  readonly time: string;
}

/** Reads a message in a reply of the leader. */
export function fromApi({ seq, subject, hdrs, data = "" }: ApiMessage): StoredMessage {
  const headers = hdrs === undefined ? undefined : new HeaderBlock(fromBase64(hdrs));
  return { sequence: seq, subject, headers, data: fromBase64(data) };
}

function fromBase64(text: string): Uint8Array {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

/** A message that a consumer delivers. */
export interface Delivery {
  readonly message: StoredMessage;
  /** Its number among the messages of the consumer, from 1. */
  readonly delivered: number;
  /** The number of messages that the consumer had still to deliver. */
  readonly pending: number;
}

const ACK = "$JS.ACK.";

/**
 * Reads a delivery. The reply subject has its numbers: `$JS.ACK.<stream>.<consumer>.<times>.<stream sequence>.<consumer
 * sequence>.<time>.<pending>`. Servers with domains write `$JS.ACK.<domain>.<account>.<stream>...` with a random token
 * at the end (NATS ADR-15).
 *
 * @returns `undefined` if the message is not a delivery.
 */
export function fromDelivery(message: JetStreamMessage): Delivery | undefined {
  const { subject, reply = "", data } = message;
  if (!reply.startsWith(ACK)) return undefined;
  const dots = dotsIn(reply, ACK.length);
  if (dots.length < 6) return undefined;
  const before = dots.length === 6 ? 2 : 4;
  const number = (dot: number) => Number(reply.slice(dots[dot]! + 1, dots[dot + 1]));
  const headers = headersOf(message);
  const stored = { sequence: number(before), subject, headers, data };
  return { message: stored, delivered: number(before + 1), pending: number(before + 3) };
}

function dotsIn(text: string, from: number): number[] {
  const dots: number[] = [];
  for (let at = text.indexOf(".", from); at >= 0; at = text.indexOf(".", at + 1)) dots.push(at);
  return dots;
}
