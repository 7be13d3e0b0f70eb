/**
 * Records as the last messages of a stream's subjects. A revision is a sequence of the stream.
 *
 * @module
 */
import type { RecordEntry, Records, RecordScan } from "../../../adapter.ts";
import { API_ERROR, ApiError } from "../api/api_error.ts";
import { explained } from "../api/explain_failure.ts";
import { getBatch } from "../api/get_batch.ts";
import { MessageGet } from "../api/message_get.ts";
import { Patience } from "../api/patience.ts";
import { parseAnswer, type RequestOptions, type ServerApi } from "../api/server_api.ts";
import { isAtLeast } from "../api/server_version.ts";
import { wireHeaders } from "../nats/wire_headers.ts";
import type { StoredMessage } from "../api/stored_message.ts";
import { LazyStream } from "../streams/lazy_stream.ts";
import { readStored } from "../streams/read_stored.ts";
import type { StreamSettings } from "../streams/stream_settings.ts";
import { checkRecordsStream, recordsConfig, type RecordsStream } from "./records_stream.ts";

/** Records of one part of a scan. */
const PART = 256;

const EXPECTED = "Nats-Expected-Last-Subject-Sequence";

/** See the top of this file. */
export class JetStreamRecords implements Records {
  /** A stream can be deleted while processes use it. */
  readonly isReplaceable = true;
  readonly #api: ServerApi;
  readonly #names: RecordsStream;
  readonly #stream: LazyStream<true>;
  readonly #gets: MessageGet;

  constructor(api: ServerApi, names: RecordsStream, settings: StreamSettings) {
    this.#api = api;
    this.#names = names;
    this.#stream = new LazyStream(api, recordsConfig(names, settings), {
      check: (config) => checkRecordsStream(names, config, api.connection.info?.version),
      // Revisions go on rising if the stream was deleted. Before 2.10 the server ignores it, and they begin again at 1.
      firstSequence: () => Math.max(Date.now(), this.#stream.mark.reached + 1),
    });
    this.#gets = new MessageGet(api, this.#stream);
  }

  /** Creates the stream if it does not exist. */
  async provision(): Promise<void> {
    await this.#attempt("provision", (options) => this.#stream.ensure(options), undefined);
  }

  async put(
    key: string,
    value: Uint8Array,
    expected: number,
    signal?: AbortSignal,
  ): Promise<number | undefined> {
    const subject = this.#names.prefix + key;
    const headers = wireHeaders([["Nats-Expected-Stream", this.#names.name], [EXPECTED, expected]]);
    return await this.#attempt(`put "${key}" into`, async (options) => {
      await this.#stream.ensure(options);
      const { mark } = this.#stream;
      try {
        const { data } = await this.#api.send(subject, value, { ...options, headers });
        const { seq } = parseAnswer<{ readonly seq: number }>(data);
        this.#stream.grow(seq, mark);
        return seq;
      } catch (error) {
        if (!(error instanceof ApiError) || error.code !== API_ERROR.wrongLastSequence) throw error;
        const last = await this.#gets.last(subject, options);
        // A revision that was deleted, or that a stream has which was deleted or restored: the next scan tells which.
        if ((last?.sequence ?? 0) < expected) this.#stream.forget();
        return last !== undefined && isResultOf(last, value, expected) ? last.sequence : undefined;
      }
    }, signal);
  }

  async scan(prefix: string, after: number, signal?: AbortSignal): Promise<RecordScan> {
    const subject = `${this.#names.prefix}${prefix}>`;
    const part = await this.#attempt(`scan "${prefix}" of`, async (options) => {
      if (await this.#stream.find(options) === undefined) return undefined;
      const isBatched = !this.#stream.isReplicated && isAtLeast(this.#api.connection.info?.version, 2, 11);
      return isBatched
        ? await this.#scanBatch(subject, after + 1, options)
        : await this.#scanEach(subject, after + 1, options);
    }, signal);
    const { messages, more } = part ?? { messages: [], more: false };
    return { entries: messages.map((message) => this.#toEntry(message)), more, generation: this.#stream.history };
  }

  async delete(key: string, revision: number, signal?: AbortSignal): Promise<void> {
    const subject = this.#names.prefix + key;
    const isThere = async (options: RequestOptions) =>
      await this.#stream.find(options) !== undefined &&
      (await this.#gets.next(subject, revision, options))?.sequence === revision;
    await this.#attempt(`delete "${key}" from`, async (options) => {
      if (!await isThere(options)) return;
      const question = { seq: revision, no_erase: true };
      try {
        await this.#api.ask(`STREAM.MSG.DELETE.${this.#names.name}`, question, options);
      } catch (error) {
        if (!(error instanceof ApiError) || await isThere(options)) throw error;
      }
    }, signal);
  }

  onHint(prefix: string, listener: () => void): Disposable {
    const { connection } = this.#api;
    // Each put is a message to all who subscribe to its subject, before the server stores or refuses it.
    const callback = (error: Error | null) => {
      if (error === null) listener();
    };
    const subscription = connection.isClosed()
      ? undefined
      : connection.subscribe(`${this.#names.prefix}${prefix}>`, { callback });
    return { [Symbol.dispose]: () => connection.isClosed() ? undefined : subscription?.unsubscribe() };
  }

  async #scanBatch(subject: string, from: number, options: RequestOptions) {
    const question = { seq: from, next_by_subj: subject, batch: PART };
    const { messages, more } = await getBatch({ api: this.#api, gets: this.#gets }, question, options);
    return { messages, more: more !== false };
  }

  /** By the leader where there are replicas, since another replica may be behind. */
  async #scanEach(subject: string, from: number, options: RequestOptions) {
    const messages: StoredMessage[] = [];
    for (let next = from; messages.length < PART;) {
      const message = await this.#gets.next(subject, next, options);
      if (message === undefined) return { messages, more: false };
      messages.push(message);
      next = message.sequence + 1;
    }
    return { messages, more: true };
  }

  #toEntry({ subject, data, sequence }: StoredMessage): RecordEntry {
    // A copy: the bytes of a message are a part of those that came with it.
    return { key: subject.slice(this.#names.prefix.length), value: data.slice(), revision: sequence };
  }

  #attempt<T>(
    verb: string,
    attempt: (options: RequestOptions) => Promise<T | undefined>,
    signal: AbortSignal | undefined,
  ): Promise<T | undefined> {
    const patience = new Patience(this.#api.patience, signal);
    return explained(
      `${verb} the records of ${this.#names.scope}`,
      readStored({ stream: this.#stream }, patience, attempt),
    );
  }
}

/** Whether a stored message is what a put of this value over this revision has stored. */
function isResultOf({ headers, data }: StoredMessage, value: Uint8Array, expected: number): boolean {
  return Number(headers?.get(EXPECTED)) === expected && data.length === value.length &&
    data.every((byte, i) => byte === value[i]);
}
