/**
 * The headers of a message that was received. Those of nats.js are taken apart and checked as soon as one of them is asked
 * for, and searched one by one for each; that takes longer than all else that is done with a message. A message comes as
 * one run of bytes, headers and then body, of which nats.js shows the body; so the block of headers, which the server has
 * checked, is what stands before it.
 *
 * @module
 */
import type { JetStreamMessage, JetStreamMessageHeaders } from "./connection.ts";

const BEGIN = "NATS/1.0\r\n";
const END = "\r\n\r\n";
const decoder = new TextDecoder();

/**
 * A header that the server adds to a stored message as it gives it out, such as `Nats-Sequence`; empty if it added none.
 * A publisher may have added such headers too: the server's headers follow them.
 */
export function serverHeader(headers: JetStreamMessageHeaders | undefined, name: ServerHeader): string {
  if (headers instanceof HeaderBlock) return headers.last(name);
  return headers?.values(name).at(-1) ?? "";
}

/** Those of direct gets and announcements. In announcements there is no time before 2.10. */
export type ServerHeader = "Nats-Stream" | "Nats-Subject" | "Nats-Sequence" | "Nats-Time-Stamp" | BatchHeader;

/** Those of the messages of a batch, which servers since 2.11 add. */
type BatchHeader = "Nats-Num-Pending" | "Nats-Last-Sequence";

/** The headers of a message; `undefined` if it has none. */
export function headersOf(message: JetStreamMessage): JetStreamMessageHeaders | undefined {
  return blockOf(message) ?? message.headers;
}

/**
 * The block of headers, if it stands where it is looked for. A block with a status, which few have, is left to nats.js; so
 * is that of a message that was copied apart.
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
  /** Whether it is one, and in ASCII throughout. */
  readonly isWhole: boolean;
  readonly #text: string;

  constructor(bytes: Uint8Array) {
    const text = decoder.decode(bytes);
    this.#text = text;
    this.isWhole = text.length === bytes.length && text.startsWith(BEGIN) && text.endsWith(END);
  }

  get(name: string): string {
    return this.#valueAt(name, this.#text.indexOf(lineOf(name)));
  }

  /** A header's last value, empty if it has none. */
  last(name: string): string {
    return this.#valueAt(name, this.#text.lastIndexOf(lineOf(name)));
  }

  values(name: string): string[] {
    const values: string[] = [];
    for (let at = 0; (at = this.#text.indexOf(lineOf(name), at)) >= 0; at++) values.push(this.#valueAt(name, at));
    return values;
  }

  #valueAt(name: string, at: number): string {
    if (at < 0) return "";
    const value = at + lineOf(name).length;
    return this.#text.slice(value, this.#text.indexOf("\r\n", value)).trim();
  }
}

const lines = new Map<string, string>();

/** How a header begins in a block. The adapter asks for few, so that they are kept. */
function lineOf(name: string): string {
  let line = lines.get(name);
  if (line === undefined) lines.set(name, line = `\r\n${name}:`);
  return line;
}

/**
 * Whether a reply is a message of a stream, not the server's status. The headers that the server adds decide: a stored
 * message may have any status.
 */
export function isStored(headers: JetStreamMessageHeaders): boolean {
  return serverHeader(headers, "Nats-Sequence") !== "";
}
