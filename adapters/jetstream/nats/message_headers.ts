/**
 * The headers of a received message. nats.js decodes and checks all headers of a message at the first access, and then
 * searches them one by one. This costs more than all other processing of a message.
 *
 * A received message is one contiguous range of bytes: headers, then body. The body in nats.js is a view of these
 * bytes. The headers, which the server has checked, are the bytes before that view.
 *
 * @module
 */
import type { JetStreamMessage, JetStreamMessageHeaders } from "./connection.ts";

const BEGIN = "NATS/1.0\r\n";
const END = "\r\n\r\n";
const decoder = new TextDecoder();

/**
 * A header that the server adds to a stored message in its reply, such as `Nats-Sequence`; empty if there is none. A
 * publisher may have added the same header: the value of the server is the last one.
 */
export function serverHeader(headers: JetStreamMessageHeaders | undefined, name: ServerHeader): string {
  if (headers instanceof HeaderBlock) return headers.last(name);
  return headers?.values(name).at(-1) ?? "";
}

/**
 * The headers that the server adds to direct gets and republished commits. Before 2.10, republished commits have no
 * time.
 */
export type ServerHeader = "Nats-Stream" | "Nats-Subject" | "Nats-Sequence" | "Nats-Time-Stamp" | BatchHeader;

/** The headers of the messages of a batch, since nats-server 2.11. */
type BatchHeader = "Nats-Num-Pending" | "Nats-Last-Sequence";

/** The headers of a message; `undefined` if it has none. */
export function headersOf(message: JetStreamMessage): JetStreamMessageHeaders | undefined {
  return blockOf(message) ?? message.headers;
}

/**
 * The block of headers before the body. `undefined` if the headers have a status, which is rare, or the message was
 * copied: nats.js then decodes the headers.
 */
function blockOf(message: JetStreamMessage): HeaderBlock | undefined {
  const { subject, reply = "", data } = message;
  const size = message.size?.() ?? 0;
  const length = size - subject.length - reply.length - data.length;
  const start = data.byteOffset - length;
  if (length < BEGIN.length + END.length || start < 0) return undefined;
  const block = new HeaderBlock(new Uint8Array(data.buffer, start, length));
  return block.isWhole ? block : undefined;
}

/** A block of headers without a status, from `NATS/1.0` to the empty line. */
export class HeaderBlock implements JetStreamMessageHeaders {
  readonly code = 0;
  readonly description = "";
  /** Whether the block is complete, and ASCII only. */
  readonly isWhole: boolean;
  /** The block as a string. */
  readonly text: string;

  constructor(bytes: Uint8Array) {
    const text = decoder.decode(bytes);
    this.text = text;
    this.isWhole = text.length === bytes.length && text.startsWith(BEGIN) && text.endsWith(END);
  }

  get(name: string): string {
    return this.#valueAt(name, this.text.indexOf(lineOf(name)));
  }

  /** The last value of a header, empty if there is none. */
  last(name: string): string {
    return this.#valueAt(name, this.text.lastIndexOf(lineOf(name)));
  }

  values(name: string): string[] {
    const values: string[] = [];
    for (let at = 0; (at = this.text.indexOf(lineOf(name), at)) >= 0; at++) values.push(this.#valueAt(name, at));
    return values;
  }

  #valueAt(name: string, at: number): string {
    if (at < 0) return "";
    const value = at + lineOf(name).length;
    return this.text.slice(value, this.text.indexOf("\r\n", value)).trim();
  }
}

const lines = new Map<string, string>();

/** The start of a header's line. The adapter reads few different headers, so that all are cached. */
function lineOf(name: string): string {
  let line = lines.get(name);
  if (line === undefined) lines.set(name, line = `\r\n${name}:`);
  return line;
}

/**
 * Whether a reply is a message of a stream, and not a status of the server. The headers of the server decide, since a
 * stored message may have any status.
 */
export function isStored(headers: JetStreamMessageHeaders): boolean {
  return serverHeader(headers, "Nats-Sequence") !== "";
}
