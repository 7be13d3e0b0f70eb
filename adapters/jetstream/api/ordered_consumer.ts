/**
 * Reads the messages of a stream in order: a push consumer without acknowledgements, kept in the server's memory.
 * nats.js calls it an ordered consumer. When a message is missing or the server sends nothing, the consumer counts as
 * lost. A new consumer then starts at the next message.
 *
 * This class detects silence within seconds; the ordered consumer of nats.js takes minutes. While the reader takes
 * nothing, flow control limits the buffered messages to 32 MB.
 *
 * @module
 */
import type { JetStreamMessage } from "../nats/connection.ts";
import type { Address } from "../nats/inbox.ts";
import { RequestFailure, toRequestFailure } from "../nats/request_failure.ts";
import { delay } from "../util/abortable.ts";
import { backoffMs } from "../util/backoff.ts";
import { Change } from "../util/change.ts";
import { ApiError } from "./api_error.ts";
import { createConsumer } from "./create_consumer.ts";
import { DeliveryBuffer } from "./delivery_buffer.ts";
import { type Heartbeat, readPushMessage } from "./push_message.ts";
import type { RequestOptions } from "./request_options.ts";
import type { ServerApi } from "./server_api.ts";
import type { Delivery, StoredMessage } from "./stored_message.ts";

/** Milliseconds between checks for received messages. */
const CHECK_INTERVAL_MS = 500;
/** Checks in a row without a received message, after which a consumer counts as lost. */
const MAX_SILENT_CHECKS = 5;
/** The maximum number of messages that one call of `take()` returns. */
const MAX_TAKEN = 512;
/** Milliseconds to wait for the deletion of a consumer. The server later deletes an unused consumer by itself. */
const DELETE_TIMEOUT_MS = 1_000;

const EMPTY = new Uint8Array();

/** A consumer on the server, from its creation on. */
interface Consumer {
  readonly name: string;
  readonly address: Address;
  /** Whether the server has confirmed its creation. */
  isCreated: boolean;
  /** Whether its messages are still received. */
  isRunning: boolean;
  /** The number of messages that it has delivered. */
  delivered: number;
  /** The number of messages that remained to be delivered after the last one. */
  pending: number;
  /** The sequence up to which the server had searched when it had no further message. */
  scanned: number;
  /** The number of reconnects of the connection when the last message was received. */
  receivedIn: number;
  /** The number of checks in a row without a received message. */
  silentChecks: number;
}

/** The ordered consumer of one reader: see the top of this file. */
export class OrderedConsumer {
  readonly #api: ServerApi;
  readonly #stream: string;
  readonly #filter: string | undefined;
  readonly #change: Change = new Change();
  readonly #buffer: DeliveryBuffer = new DeliveryBuffer();
  /** The most recent consumer on the server. */
  #consumer: Consumer | undefined;
  #checks: ReturnType<typeof setInterval> | undefined;
  /**
   * Whether a heartbeat has arrived since the last call of `take()`: the server has no further message at the moment.
   */
  #isIdle = false;
  /** The sequence after the last message that was received. */
  #next: number;
  /** The number of consecutive consumers, created or attempted, that delivered nothing. */
  #emptyConsumers = 0;
  /** The reason why the connection receives nothing, such as a missing permission of the NATS user. */
  #failure: RequestFailure | undefined;
  #isClosed = false;

  /**
   * @param filter The subject of the messages, which may have wildcards; without it, all of the stream.
   * @param next The sequence of the first wanted message.
   */
  constructor(api: ServerApi, stream: string, filter: string | undefined, next: number) {
    this.#api = api;
    this.#stream = stream;
    this.#filter = filter;
    this.#next = next;
  }

  /** Whether a consumer runs on the server, as far as is known. If not, {@link OrderedConsumer.start} creates one. */
  get isRunning(): boolean {
    return this.#consumer?.isRunning === true;
  }

  /** Whether a consumer runs and has sent a message since the last reconnect. */
  get isReceiving(): boolean {
    if (!this.isRunning || !this.#consumer!.isCreated) return false;
    return this.#consumer!.receivedIn === this.#api.monitor.reconnects;
  }

  /** Whether messages wait to be taken. */
  get hasMessages(): boolean {
    return !this.#buffer.isEmpty;
  }

  /** Whether the server had no further message when the last one was received, and all messages were taken. */
  get isAtEnd(): boolean {
    return !this.hasMessages && this.#consumer?.pending === 0;
  }

  /**
   * The sequence up to which the server has searched for messages of the filter. Valid after {@link
   * OrderedConsumer.take} has returned no messages. Each message up to that sequence was then taken, unless it was
   * purged before the search.
   */
  get scanned(): number {
    return this.hasMessages ? 0 : this.#consumer?.scanned ?? 0;
  }

  /**
   * Creates the consumer. If the previous consumer delivered nothing, the method waits first.
   *
   * @returns `true`. With `retryWhileTransient()`, a caller receives `undefined` instead if the stream does not exist.
   * @throws {ApiError} If the server creates no consumer.
   * @throws {RequestFailure} If there was no reply, or the connection cannot receive the messages of the consumer.
   * @throws The reason of the signal, if it is aborted.
   */
  async start(options: RequestOptions): Promise<true> {
    this.#detach();
    this.#failure = undefined;
    const failures = this.#emptyConsumers++;
    if (failures > 0) await delay(backoffMs(failures), options.signal);
    if (this.#isClosed) throw closed();
    const consumer = this.#attach();
    await this.#create(consumer, options);
    if (!consumer.isRunning) {
      void this.#delete(consumer);
      throw this.#failure ?? new RequestFailure("no-reply", new Error("the consumer was lost"));
    }
    consumer.isCreated = true;
    // Silence is measured from here: the server sends nothing before its reply.
    consumer.silentChecks = 0;
    consumer.receivedIn = this.#api.monitor.reconnects;
    this.#checks = setInterval(() => this.#checkSilence(consumer), CHECK_INTERVAL_MS);
    return true;
  }

  /** Subscribes to the messages of a new consumer. */
  #attach(): Consumer {
    const { inbox, environment, monitor } = this.#api;
    const address = inbox.subscribe((message) => this.#receive(message, consumer));
    const consumer: Consumer = {
      name: `aether-${environment.newId()}`,
      address,
      isCreated: false,
      isRunning: true,
      delivered: 0,
      pending: Infinity,
      scanned: 0,
      receivedIn: monitor.reconnects,
      silentChecks: 0,
    };
    return this.#consumer = consumer;
  }

  async #create(consumer: Consumer, options: RequestOptions): Promise<void> {
    const { path, body } = createConsumer({
      stream: this.#stream,
      name: consumer.name,
      filter: this.#filter,
      from: this.#next,
      deliverTo: consumer.address.subject,
    });
    try {
      const { num_pending } = await this.#api.ask<{ num_pending: number }>(path, body, options);
      if (consumer.delivered === 0) consumer.pending = num_pending;
    } catch (error) {
      // The server may have created the consumer although the reply was lost.
      if (!(error instanceof ApiError)) void this.#delete(consumer);
      if (consumer.isRunning) this.#detach();
      throw error;
    }
  }

  /**
   * Takes the next messages, and waits for them if needed.
   *
   * @returns An empty array if the consumer is lost, or if the server reports that it has no message at the moment.
   * @throws {RequestFailure} If the connection cannot receive messages, or the consumer was closed.
   * @throws The reason of the signal, if it is aborted.
   */
  async take(signal: AbortSignal | undefined): Promise<StoredMessage[]> {
    this.#isIdle = false;
    while (true) {
      if (this.#isClosed) throw closed();
      const messages = this.#buffer.take(MAX_TAKEN, this.#reply);
      if (messages.length === 0 && this.#failure !== undefined) throw this.#failure;
      if (messages.length > 0 || this.#isIdle || !this.isRunning) return messages;
      await this.#change.wait(signal);
    }
  }

  /** Deletes the running consumer. Received messages stay available, and another consumer can be started. */
  stop(): void {
    if (this.isRunning) this.#abandon(this.#consumer!);
  }

  /** Ends the consumer; resolves when the server has deleted it, or does not answer. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const wasRunning = this.isRunning;
    this.#detach();
    this.#buffer.clear();
    if (wasRunning) await this.#delete(this.#consumer!);
  }

  async #delete({ name }: Consumer): Promise<void> {
    const api = this.#api;
    if (api.connection.isClosed()) return;
    try {
      await api.ask(`CONSUMER.DELETE.${this.#stream}.${name}`, {}, { timeout: DELETE_TIMEOUT_MS });
    } catch {
      // The server deletes a consumer without a subscriber by itself.
    }
  }

  /** Unsubscribes from the messages of the running consumer. */
  #detach(): void {
    clearInterval(this.#checks);
    if (this.isRunning) this.#consumer!.address.close();
    if (this.#consumer !== undefined) this.#consumer.isRunning = false;
    this.#change.notify();
  }

  /** Gives up the running consumer after a missing message or silence. */
  #abandon(consumer: Consumer): void {
    this.#detach();
    // A consumer that is not yet created is deleted by `start()`, once the server has replied.
    if (consumer.isCreated) void this.#delete(consumer);
  }

  #checkSilence(consumer: Consumer): void {
    if (++consumer.silentChecks > MAX_SILENT_CHECKS) this.#abandon(consumer);
  }

  #receive(message: JetStreamMessage | Error, consumer: Consumer): void {
    if (!consumer.isRunning) return;
    if (message instanceof Error) {
      this.#failure = toRequestFailure(message);
      return this.#abandon(consumer);
    }
    consumer.silentChecks = 0;
    consumer.receivedIn = this.#api.monitor.reconnects;
    const received = readPushMessage(message);
    if (received.kind === "delivery") return this.#receiveDelivery(received.delivery, consumer);
    if (received.kind === "unknown") return;
    if (received.kind === "end") return this.#abandon(consumer);
    this.#emptyConsumers = 0;
    if (received.kind === "heartbeat") return this.#receiveHeartbeat(received, consumer);
    this.#buffer.addFlowReply(received.reply);
    this.#change.notify();
  }

  #receiveDelivery({ message, delivered, pending }: Delivery, consumer: Consumer): void {
    if (delivered !== consumer.delivered + 1) return this.#abandon(consumer);
    consumer.delivered++;
    consumer.pending = pending;
    this.#emptyConsumers = 0;
    this.#next = message.sequence + 1;
    this.#buffer.add(message);
    this.#change.notify();
  }

  #receiveHeartbeat({ delivered, scanned, stalled }: Heartbeat, consumer: Consumer): void {
    if (delivered !== undefined && delivered !== consumer.delivered) return this.#abandon(consumer);
    if (stalled === undefined) consumer.pending = 0;
    else if (!this.hasMessages) this.#reply(stalled);
    consumer.scanned = scanned;
    this.#isIdle = true;
    this.#change.notify();
  }

  readonly #reply = (subject: string): void => {
    const api = this.#api;
    if (!api.connection.isClosed()) api.publish(subject, EMPTY);
  };
}

function closed(): RequestFailure {
  return new RequestFailure("closed", new Error("the reader was closed"));
}
