import type { JetStreamMessageHeaders } from "./connection.ts";

/** The status line of a block of headers, which for a stored message has no status. */
const FIRST_LINE = "NATS/1.0\r\n";

/**
 * Headers of a stored message, from the block of bytes that JetStream's API gives; a connection parses those that come
 * with a message itself.
 */
export class StoredHeaders implements JetStreamMessageHeaders {
  readonly code: number = 0;
  readonly description: string = "";
  readonly #values: Map<string, string[]> = new Map();

  /** @param block From `NATS/1.0` to the empty line. */
  constructor(block: Uint8Array) {
    const text = new TextDecoder().decode(block);
    if (!text.startsWith(FIRST_LINE)) return;
    for (const line of text.slice(FIRST_LINE.length).split("\r\n")) {
      const colon = line.indexOf(":");
      if (colon > 0) this.#add(line.slice(0, colon), line.slice(colon + 1).trim());
    }
  }

  #add(name: string, value: string): void {
    const values = this.#values.get(name);
    if (values === undefined) this.#values.set(name, [value]);
    else values.push(value);
  }

  get(name: string): string {
    return this.#values.get(name)?.[0] ?? "";
  }

  [Symbol.iterator](): Iterator<[name: string, values: string[]]> {
    return this.#values[Symbol.iterator]();
  }
}
