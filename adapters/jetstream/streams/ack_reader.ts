import { RequestFailure } from "../nats/request_failure.ts";
import { parseAnswer } from "../api/server_api.ts";

/** The reply to a published message that a stream stored. */
interface PublishAck {
  readonly stream: string;
  readonly seq: number;
  readonly domain?: string | undefined;
}

/** Maximum number of digits for which every sequence is a safe integer. */
const MAX_DIGITS = 15;
const ZERO = "0".charCodeAt(0);
const CLOSING_BRACE = "}".charCodeAt(0);

const decoder = new TextDecoder();

/**
 * Reads the acknowledgements of one stream, which usually differ only in the sequence at their end. The reader parses
 * an acknowledgement as JSON, and remembers the bytes before the sequence. If the next one begins with the same bytes,
 * the reader parses only its sequence, which takes a fifth of the time.
 */
export class AckReader {
  readonly #stream: string;
  /** The bytes of an acknowledgement before its sequence; empty until one was parsed. */
  #prefix: Uint8Array = new Uint8Array();
  /** The domain in the acknowledgement of `#prefix`. */
  #domain: string | undefined;

  constructor(stream: string) {
    this.#stream = stream;
  }

  /**
   * Reads the reply to a published message.
   *
   * @param domain The domain of the stream, if it is known.
   * @returns The sequence of the stored message.
   * @throws {ApiError} If the stream refused the message.
   * @throws {RequestFailure} If the reply is not an acknowledgement of the stream.
   */
  read(data: Uint8Array, domain: string | undefined): number {
    const isSameDomain = domain === undefined || domain === this.#domain;
    return (isSameDomain ? this.#compare(data) : undefined) ?? this.#parse(data, domain);
  }

  /** The sequence; `undefined` if the bytes before it differ from the known prefix. */
  #compare(data: Uint8Array): number | undefined {
    const prefix = this.#prefix;
    const start = prefix.length;
    const end = data.length - 1;
    if (start === 0 || end <= start || end - start > MAX_DIGITS || data[end] !== CLOSING_BRACE) return undefined;
    if (data[start] === ZERO) return undefined; // No sequence begins with 0.
    let sequence = 0;
    for (let i = start; i < end; i++) {
      const digit = data[i]! - ZERO;
      if (digit < 0 || digit > 9) return undefined;
      sequence = sequence * 10 + digit;
    }
    for (let i = 0; i < start; i++) if (data[i] !== prefix[i]) return undefined;
    return sequence;
  }

  #parse(data: Uint8Array, expected: string | undefined): number {
    const { stream, seq, domain } = parseAnswer<PublishAck>(data);
    if (!(Number.isSafeInteger(seq) && seq > 0)) {
      throw new RequestFailure("no-reply", new TypeError("the reply is not an acknowledgement of JetStream"));
    }
    if (stream !== this.#stream || (expected !== undefined && domain !== expected)) {
      const place = domain === undefined ? "" : ` of the domain "${domain}"`;
      throw new RequestFailure("no-reply", new Error(`the stream "${stream}"${place} answered`));
    }
    this.#learn(data, seq, domain);
    return seq;
  }

  /** Remembers the bytes before the sequence, if the sequence is the last member. */
  #learn(data: Uint8Array, sequence: number, domain: string | undefined): void {
    const json = decoder.decode(data);
    const end = `${sequence}}`;
    if (!json.endsWith(end) || !/"seq": ?$/.test(json.slice(0, -end.length))) return;
    this.#prefix = data.slice(0, -end.length);
    this.#domain = domain;
  }
}
