/**
 * Messages of a log in order, as fast as the server can push them: a consumer without acknowledgements, kept in the
 * server's memory, which is made anew from the next message on whenever one is missing or the server falls silent. That
 * is what nats.js calls an ordered consumer; this one notices silence in seconds, not in minutes, and holds back the
 * server (by its flow control) while its reader does not ask for more: what waits here is 32 MB at most.
 *
 * @module
 */
import { abortable, delay } from "../util/abortable.ts";
import { backoffMs } from "../util/backoff.ts";
import type { JetStreamMessage } from "../nats/connection.ts";
import type { Address } from "../nats/inbox.ts";
import { createConsumer } from "./create_consumer.ts";
import type { ServerApi } from "./server_api.ts";
import { ApiError } from "./api_error.ts";
import { RequestFailure, toRequestFailure } from "../nats/request_failure.ts";
import { fromDelivery, type StoredMessage } from "./stored_message.ts";

/**
 * Milliseconds between checks for received messages, and the number of failed checks after which a consumer counts as
 * lost.
 */
const LOOK = 500;
const LOOKS_IN_VAIN = 5;
/** Messages that are handed out at once. */
const PAGE = 512;
/** Milliseconds that the end of a consumer may take; the server ends it by itself otherwise. */
const GOODBYE = 1_000;

const EMPTY = new Uint8Array();

/** A message, or a request of flow control: to be answered when everything before it has been handed out. */
type Entry = StoredMessage | { readonly flowReply: string };

/** See the top of this file. For one reader. */
export class OrderedConsumer {
  readonly #api: ServerApi;
  readonly #stream: string;
  readonly #filter: string | undefined;
  readonly #onChange: Set<() => void> = new Set();
  /** The messages that were received and not returned yet. */
  #waiting: Entry[] = [];
  /** How many of these have been handed out. */
  #taken = 0;
  /** Whether the server said that it has nothing more at the moment. */
  #idle = false;
  /** The sequence after the last message that was received. */
  #next: number;
  /** Where the running consumer delivers, if one runs. */
  #address: Address | undefined;
  #name = "";
  /** Whether the server said that it has made the running consumer. */
  #made = false;
  /** The number of consecutive consumers, created or attempted, that delivered nothing. */
  #fruitless = 0;
  #closed = false;
  /** Why the connection receives nothing: the NATS user may not, for instance. */
  #failure: RequestFailure | undefined;
  #delivered = 0;
  /** Messages that the running consumer had still to deliver after the last one. */
  #pending = Infinity;
  /** The sequence that the running consumer had scanned when the server had nothing more. */
  #scanned = 0;
  /** The number of consecutive checks without a received message. */
  #inVain = 0;
  #watch: ReturnType<typeof setInterval> | undefined;

  /**
   * @param filter The subject of the messages, which may have wildcards; without it, all of the stream.
   * @param next The sequence of the first message that is wanted.
   */
  constructor(api: ServerApi, stream: string, filter: string | undefined, next: number) {
    this.#api = api;
    this.#stream = stream;
    this.#filter = filter;
    this.#next = next;
  }

  /** Whether a consumer runs on the server, as far as is known. If not, {@link OrderedConsumer.start} it. */
  get running(): boolean {
    return this.#address !== undefined;
  }

  /** Whether messages wait to be taken. */
  get ready(): boolean {
    return this.#taken < this.#waiting.length;
  }

  /** The sequence after the last message that was received: from there a consumer goes on. */
  get next(): number {
    return this.#next;
  }

  /** Whether the server had no further message when the last one was received, and everything has been taken. */
  get isAtEnd(): boolean {
    return !this.ready && this.#pending === 0;
  }

  /**
   * The sequence up to which the server has looked for messages of the filter. To be read when {@link OrderedConsumer.take}
   * has returned none: everything up to there has been taken then, unless it was purged before the server looked.
   */
  get scanned(): number {
    return this.ready ? 0 : this.#scanned;
  }

  /**
   * Creates the consumer. It waits first if the previous one delivered nothing.
   *
   * @returns `true`, so that a caller can recognise a missing message.
   * @throws {ApiError} If the server makes none.
   * @throws {RequestFailure} If there was no answer, or the connection cannot receive what the consumer would send.
   * @throws The reason of the signal, if it is aborted.
   */
  async start(options: { signal?: AbortSignal | undefined; timeout?: number | undefined }): Promise<true> {
    const api = this.#api;
    this.#lose();
    this.#failure = undefined;
    const tries = this.#fruitless++;
    if (tries > 0) await delay(backoffMs(tries), options.signal);
    if (this.#closed) throw closed();
    const address = api.inbox.subscribe((message) => this.#receive(message, address));
    this.#address = address;
    this.#name = `aether-${api.environment.newId()}`;
    this.#delivered = 0;
    this.#pending = Infinity;
    this.#scanned = 0;
    const { path, question } = createConsumer({
      stream: this.#stream,
      name: this.#name,
      filter: this.#filter,
      from: this.#next,
      deliverTo: address.subject,
    });
    try {
      const { num_pending } = await api.ask<{ num_pending: number }>(path, question, options);
      if (this.#delivered === 0) this.#pending = num_pending;
    } catch (error) {
      // It may have been made, and the answer was lost.
      if (!(error instanceof ApiError)) void this.#delete();
      this.#lose();
      throw error;
    }
    if (this.#address !== address) {
      void this.#delete();
      throw this.#failure ?? new RequestFailure("lost", new Error("the consumer was lost"));
    }
    this.#made = true;
    // Not before: however long the answer takes, the server is not silent as long as it is awaited.
    this.#inVain = 0;
    this.#watch = setInterval(() => this.#look(), LOOK);
    return true;
  }

  /**
   * Takes the next messages, as soon as there are some.
   *
   * @returns None if the consumer does not run any more, or if the server says that it has none at the moment.
   * @throws {RequestFailure} If the connection cannot receive any, or the consumer was closed.
   * @throws The reason of the signal, if it is aborted.
   */
  async take(signal: AbortSignal | undefined): Promise<StoredMessage[]> {
    this.#idle = false;
    while (true) {
      if (this.#closed) throw closed();
      const messages = this.#takeReady();
      if (messages.length === 0 && this.#failure !== undefined) throw this.#failure;
      if (messages.length > 0 || this.#idle || !this.running) return messages;
      await this.#change(signal);
    }
  }

  /** Deletes the running consumer. Received messages stay available, and another consumer can be started. */
  stop(): void {
    if (this.running) this.#abandon();
  }

  #takeReady(): StoredMessage[] {
    const messages: StoredMessage[] = [];
    while (this.ready && messages.length < PAGE) {
      const entry = this.#waiting[this.#taken++]!;
      if ("flowReply" in entry) this.#reply(entry.flowReply);
      else messages.push(entry);
    }
    if (!this.ready) {
      this.#waiting = [];
      this.#taken = 0;
    }
    return messages;
  }

  /** Ends the consumer; resolves when the server has, or does not answer. */
  async close(): Promise<void> {
    this.#closed = true;
    const wasRunning = this.running;
    this.#lose();
    this.#waiting = [];
    this.#taken = 0;
    if (wasRunning) await this.#delete();
  }

  async #delete(): Promise<void> {
    const api = this.#api;
    if (api.connection.isClosed()) return;
    try {
      await api.ask(`CONSUMER.DELETE.${this.#stream}.${this.#name}`, {}, { timeout: GOODBYE });
    } catch {
      // It ends by itself, having no reader.
    }
  }

  /** Forgets the running consumer. */
  #lose(): void {
    clearInterval(this.#watch);
    this.#address?.close();
    this.#address = undefined;
    this.#made = false;
    this.#changed();
  }

  /** Gives up the running consumer, of which a message was missed, or nothing will come. */
  #abandon(): void {
    const wasMade = this.#made;
    this.#lose();
    // If the server has not answered yet, it is deleted when it has.
    if (wasMade) void this.#delete();
  }

  #look(): void {
    if (++this.#inVain > LOOKS_IN_VAIN) this.#abandon();
  }

  #receive(message: JetStreamMessage | Error, address: Address): void {
    if (address !== this.#address) return;
    if (message instanceof Error) {
      this.#failure = toRequestFailure(message);
      return this.#abandon();
    }
    this.#inVain = 0;
    const delivery = fromDelivery(message);
    if (delivery === undefined) return this.#receiveStatus(message);
    if (delivery.delivered !== this.#delivered + 1) return this.#abandon();
    this.#delivered++;
    this.#pending = delivery.pending;
    this.#fruitless = 0;
    this.#next = delivery.message.sequence + 1;
    this.#waiting.push(delivery.message);
    this.#changed();
  }

  #receiveStatus({ headers, reply = "" }: JetStreamMessage): void {
    if (headers === undefined || headers.code === 0) return;
    // Deleted, or its stream was.
    if (headers.code !== 100) return this.#abandon();
    this.#fruitless = 0;
    if (reply !== "") {
      this.#waiting.push({ flowReply: reply });
      return this.#changed();
    }
    const last = headers.get("Nats-Last-Consumer");
    if (last !== "" && Number(last) !== this.#delivered) return this.#abandon();
    // The server has received no reply to its flow-control request.
    const stalled = headers.get("Nats-Consumer-Stalled");
    if (stalled !== "" && !this.ready) this.#reply(stalled);
    if (stalled === "") this.#pending = 0;
    this.#scanned = Number(headers.get("Nats-Last-Stream"));
    this.#idle = true;
    this.#changed();
  }

  #reply(subject: string): void {
    const api = this.#api;
    if (!api.connection.isClosed()) api.publish(subject, EMPTY);
  }

  #changed(): void {
    if (this.#onChange.size === 0) return;
    for (const resolve of this.#onChange) resolve();
    this.#onChange.clear();
  }

  async #change(signal: AbortSignal | undefined): Promise<void> {
    const changed = Promise.withResolvers<void>();
    this.#onChange.add(changed.resolve);
    try {
      await abortable(changed.promise, signal);
    } finally {
      this.#onChange.delete(changed.resolve);
    }
  }
}

function closed(): RequestFailure {
  return new RequestFailure("unsent", new Error("the reading was ended"));
}
