import type { JetStreamMessage, JetStreamMessageHeaders } from "./connection.ts";
import { StoredHeaders } from "./stored_headers.ts";

/** A message of a stream. */
export interface StoredMessage {
  /** Its number in the stream, from 1. */
  readonly sequence: number;
  /** Where it was published. */
  readonly subject: string;
  /** Absent where it was published without. */
  readonly headers: JetStreamMessageHeaders | undefined;
  readonly data: Uint8Array;
}

/** A message as a direct get answers with it: its place stands in headers. */
export function fromDirectGet({ headers, data }: JetStreamMessage): StoredMessage {
  return {
    sequence: Number(headers?.get("Nats-Sequence")),
    subject: headers?.get("Nats-Subject") ?? "",
    headers,
    data,
  };
}

/** A message as JetStream's API gives it: headers and body in base64, absent where it has none. */
export interface ApiMessage {
  readonly seq: number;
  readonly subject: string;
  readonly hdrs?: string | undefined;
  readonly data?: string | undefined;
}

/** A message as the leader of a stream answers with it. */
export function fromApi({ seq, subject, hdrs, data = "" }: ApiMessage): StoredMessage {
  const headers = hdrs === undefined ? undefined : new StoredHeaders(fromBase64(hdrs));
  return { sequence: seq, subject, headers, data: fromBase64(data) };
}

function fromBase64(text: string): Uint8Array {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

/** A message as a consumer delivers it, and its number among those that were delivered. */
export interface Delivery {
  readonly message: StoredMessage;
  readonly delivered: number;
}

/**
 * Reads a delivery, whose place stands in its reply subject:
 * `$JS.ACK.<stream>.<consumer>.<times>.<stream sequence>.<consumer sequence>.<time>.<pending>`, and in servers with
 * domains `$JS.ACK.<domain>.<account>.<stream>...` with a random token at the end (NATS ADR-15).
 *
 * @returns `undefined` if it is not one.
 */
export function fromDelivery({ subject, reply = "", headers, data }: JetStreamMessage): Delivery | undefined {
  const tokens = reply.split(".");
  if (tokens[0] !== "$JS" || tokens[1] !== "ACK" || tokens.length < 9) return undefined;
  const at = tokens.length === 9 ? 5 : 7;
  const message = { sequence: Number(tokens[at]), subject, headers, data };
  return { message, delivered: Number(tokens[at + 1]) };
}
