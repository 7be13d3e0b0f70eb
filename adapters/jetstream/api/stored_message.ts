import type { JetStreamMessage, JetStreamMessageHeaders } from "../nats/connection.ts";
import { HeaderBlock, headersOf, serverHeader } from "../nats/message_headers.ts";

/** A message of a stream. */
export interface StoredMessage {
  /** Its sequence in the stream, from 1. */
  readonly sequence: number;
  /** The subject to which it was published. */
  readonly subject: string;
  /** Absent if it was published without headers. */
  readonly headers: JetStreamMessageHeaders | undefined;
  readonly data: Uint8Array;
}

/** Reads the reply to a direct get. Its headers contain the sequence and the subject. */
export function fromDirectGet(
  { data }: Pick<JetStreamMessage, "data">,
  headers: JetStreamMessageHeaders,
): StoredMessage {
  const sequence = Number(serverHeader(headers, "Nats-Sequence"));
  return { sequence, subject: serverHeader(headers, "Nats-Subject"), headers, data };
}

/** A message in a reply of JetStream's API. Headers and body are in base64, or absent if the message has none. */
export interface ApiMessage {
  readonly seq: number;
  readonly subject: string;
  readonly hdrs?: string | undefined;
  readonly data?: string | undefined;
  /** The time at which the server stored the message. */
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
  /** The number of messages that the consumer still had to deliver. */
  readonly pending: number;
}

const ACK = "$JS.ACK.";

/**
 * Reads a delivery. The reply subject contains its numbers: `$JS.ACK.<stream>.<consumer>.<times>.<stream
 * sequence>.<consumer sequence>.<time>.<pending>`. Servers with domains write `$JS.ACK.<domain>.<account>.<stream>...`
 * with a random token at the end (NATS ADR-15).
 *
 * @returns `undefined` if the message is not a delivery.
 */
export function fromDelivery(message: JetStreamMessage): Delivery | undefined {
  const { subject, reply = "", data } = message;
  if (!reply.startsWith(ACK)) return undefined;
  const dots = dotsIn(reply, ACK.length);
  if (dots < 6) return undefined;
  let start = ACK.length;
  for (let skipped = dots === 6 ? 3 : 5; skipped > 0; skipped--) start = reply.indexOf(".", start) + 1;
  const sequenceEnd = reply.indexOf(".", start);
  const deliveredEnd = reply.indexOf(".", sequenceEnd + 1);
  const timeEnd = reply.indexOf(".", deliveredEnd + 1);
  const pendingEnd = reply.indexOf(".", timeEnd + 1);
  const sequence = numberAt(reply, start, sequenceEnd);
  return {
    message: { sequence, subject, headers: headersOf(message), data },
    delivered: numberAt(reply, sequenceEnd + 1, deliveredEnd),
    pending: numberAt(reply, timeEnd + 1, pendingEnd < 0 ? reply.length : pendingEnd),
  };
}

const DOT = 0x2e;
const ZERO = 0x30;

function dotsIn(text: string, from: number): number {
  let dots = 0;
  for (let i = from; i < text.length; i++) if (text.charCodeAt(i) === DOT) dots++;
  return dots;
}

/**
 * The whole number in a part of a string, read without a copy of the part; `NaN` if the part has a character that is
 * not a digit.
 */
function numberAt(text: string, from: number, to: number): number {
  if (from >= to) return NaN;
  let number = 0;
  for (let i = from; i < to; i++) {
    const digit = text.charCodeAt(i) - ZERO;
    if (!(digit >= 0 && digit <= 9)) return NaN;
    number = number * 10 + digit;
  }
  return number;
}
