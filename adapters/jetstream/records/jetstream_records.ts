/**
 * Records as the last messages of a stream's subjects. A revision is the stream's epoch plus a sequence.
 *
 * @module
 */
import type { RecordEntry, Records, RecordScan } from "../../../adapter.ts";
import { API_ERROR, ApiError } from "../api/api_error.ts";
import { withUserErrors } from "../api/to_user_error.ts";
import { getBatch } from "../api/get_batch.ts";
import { MessageGet } from "../api/message_get.ts";
import type { RequestOptions } from "../api/request_options.ts";
import type { ServerApi } from "../api/server_api.ts";
import { isAtLeast } from "../api/server_version.ts";
import { encodeHeaders } from "../nats/encode_headers.ts";
import type { StoredMessage } from "../api/stored_message.ts";
import { ManagedStream } from "../streams/managed_stream.ts";
import { retryWhileTransient } from "../streams/retry_while_transient.ts";
import type { StreamSettings } from "../streams/stream_settings.ts";
import { checkRecordsStream, recordsConfig, type RecordsStream, subjectsOf } from "./records_stream.ts";

/** Maximum number of records in one part of a scan. */
const MAX_PART = 256;

const EXPECTED_SEQUENCE = "Nats-Expected-Last-Subject-Sequence";

/** See the top of this file. */
export class JetStreamRecords implements Records {
  /** A stream can be deleted while processes use it. */
  readonly isReplaceable = true;
  readonly #api: ServerApi;
  readonly #names: RecordsStream;
  /** The stream of the records. Its cached fact is the epoch of the stream. */
  readonly #stream: ManagedStream<number>;
  readonly #gets: MessageGet;
  /** The greatest known revision. A new stream gets greater revisions. */
  #lastRevision = 0;

  constructor(api: ServerApi, names: RecordsStream, settings: StreamSettings) {
    this.#api = api;
    this.#names = names;
    this.#stream = new ManagedStream(api, recordsConfig(names, settings), {
      check: ({ config }) => checkRecordsStream(names, config, api.connection.info?.version),
      newSubjects: () => subjectsOf(names, Math.max(api.environment.wallTime(), this.#lastRevision)),
    });
    this.#gets = new MessageGet(api, this.#stream);
  }

  /** Creates the stream if it does not exist. */
  async provision(): Promise<void> {
    await this.#attempt("provision", (options) => this.#stream.ensure(options), undefined);
  }

  async put(key: string, value: Uint8Array, expected: number, signal?: AbortSignal): Promise<number | undefined> {
    return await this.#attempt(`put "${key}" into`, async (options) => {
      const epoch = await this.#stream.ensure(options);
      // The revision belongs to an earlier stream.
      if (expected > 0 && expected <= epoch) return undefined;
      const sequence = expected === 0 ? 0 : expected - epoch;
      const subject = this.#subject(epoch, key);
      const { knownHistory } = this.#stream;
      try {
        const headers = encodeHeaders([["Nats-Expected-Stream", this.#names.name], [EXPECTED_SEQUENCE, sequence]]);
        const { data } = await this.#api.send(subject, value, { ...options, headers });
        return this.#toRevision(epoch, this.#stream.readAck(data, knownHistory));
      } catch (error) {
        if (!(error instanceof ApiError) || error.code !== API_ERROR.wrongLastSequence) throw error;
        const last = await this.#gets.last(subject, options);
        // The record was deleted, or the stream was restored from an older backup. The next scan finds out which.
        if ((last?.sequence ?? 0) < sequence) this.#stream.invalidate();
        return isResultOf(last, value, sequence) ? this.#toRevision(epoch, last!.sequence) : undefined;
      }
    }, signal);
  }

  async scan(prefix: string, after: number, signal?: AbortSignal): Promise<RecordScan> {
    const scan = await this.#attempt(`scan "${prefix}" of`, async (options) => {
      const epoch = await this.#stream.find(options);
      if (epoch === undefined) return undefined;
      const generation = this.#stream.generation;
      const subject = this.#subject(epoch, `${prefix}>`);
      const from = Math.max(1, after - epoch + 1);
      const isBatched = !this.#stream.isReplicated && isAtLeast(this.#api.connection.info?.version, 2, 11);
      const { messages, more } = isBatched
        ? await this.#getBatch(subject, from, options)
        : await this.#getEach(subject, from, options);
      return { entries: messages.map((message) => this.#toEntry(epoch, message)), more, generation };
    }, signal);
    return scan ?? { entries: [], more: false, generation: this.#stream.generation };
  }

  async delete(key: string, revision: number, signal?: AbortSignal): Promise<void> {
    await this.#attempt(`delete "${key}" from`, async (options) => {
      const sequence = revision - (await this.#stream.find(options) ?? revision);
      if (sequence <= 0 || !await this.#isAt(key, sequence, options)) return;
      try {
        await this.#api.manage(({ streams }) => streams.deleteMessage(this.#names.name, sequence, false), options);
      } catch (error) {
        if (!(error instanceof ApiError) || await this.#isAt(key, sequence, options)) throw error;
      }
    }, signal);
  }

  onHint(prefix: string, listener: () => void): Disposable {
    const { connection } = this.#api;
    // Each put is a message to all subscribers of its subject, before the server stores or refuses it.
    const callback = (error: Error | null) => {
      if (error === null) listener();
    };
    const subscription = connection.isClosed()
      ? undefined
      : connection.subscribe(this.#subject("*", `${prefix}>`), { callback });
    return { [Symbol.dispose]: () => connection.isClosed() ? undefined : subscription?.unsubscribe() };
  }

  async #getBatch(subject: string, from: number, options: RequestOptions): Promise<Part> {
    const request = { seq: from, next_by_subj: subject, batch: MAX_PART };
    const { messages, more } = await getBatch({ api: this.#api, gets: this.#gets }, request, options);
    return { messages, more: more !== false };
  }

  /** Gets one message at a time from the leader, since another replica may lag behind. */
  async #getEach(subject: string, from: number, options: RequestOptions): Promise<Part> {
    const messages: StoredMessage[] = [];
    for (let next = from; messages.length < MAX_PART;) {
      const message = await this.#gets.next(subject, next, options);
      if (message === undefined) return { messages, more: false };
      messages.push(message);
      next = message.sequence + 1;
    }
    return { messages, more: true };
  }

  /** Whether the last value of a key has this sequence. */
  async #isAt(key: string, sequence: number, options: RequestOptions): Promise<boolean> {
    const epoch = await this.#stream.find(options);
    if (epoch === undefined) return false;
    return (await this.#gets.next(this.#subject(epoch, key), sequence, options))?.sequence === sequence;
  }

  #subject(epoch: number | "*", key: string): string {
    return `${this.#names.prefix}${epoch}.${key}`;
  }

  #toEntry(epoch: number, { subject, data, sequence }: StoredMessage): RecordEntry {
    const key = subject.slice(this.#subject(epoch, "").length);
    // A copy: the bytes of a message are a view of received bytes.
    return { key, value: new Uint8Array(data), revision: this.#toRevision(epoch, sequence) };
  }

  #toRevision(epoch: number, sequence: number): number {
    const revision = epoch + sequence;
    this.#lastRevision = Math.max(this.#lastRevision, revision);
    return revision;
  }

  #attempt<T>(
    verb: string,
    attempt: (options: RequestOptions) => Promise<T | undefined>,
    signal: AbortSignal | undefined,
  ): Promise<T | undefined> {
    const budget = this.#api.newBudget(signal);
    return withUserErrors(
      `${verb} the records of ${this.#names.scope}`,
      retryWhileTransient({ stream: this.#stream }, budget, attempt),
    );
  }
}

/** The messages of one part of a scan, and whether there may be more. */
interface Part {
  readonly messages: readonly StoredMessage[];
  readonly more: boolean;
}

/** Whether a put of this value over the expected sequence has stored the message. */
function isResultOf(message: StoredMessage | undefined, value: Uint8Array, expected: number): boolean {
  if (message === undefined || Number(message.headers?.get(EXPECTED_SEQUENCE)) !== expected) return false;
  const { data } = message;
  return data.length === value.length && data.every((byte, i) => byte === value[i]);
}
