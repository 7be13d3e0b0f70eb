import { UnsupportedStorageError } from "../../../errors.ts";
import { abortable, delay } from "../util/abortable.ts";
import { anchorAt, type ReadAnchor } from "./read_anchor.ts";
import { MessageGet } from "../api/message_get.ts";
import { API_ERROR, ApiError } from "../api/api_error.ts";
import { RequestFailure } from "../nats/request_failure.ts";
import type { RequestOptions } from "../api/request_options.ts";
import { parseAnswer, type ServerApi } from "../api/server_api.ts";
import type { StreamConfig } from "./stream_settings.ts";
import { type Continuity, type ContinuityMark, StreamContinuity, type StreamIdentity } from "./stream_continuity.ts";

/** A stream as JetStream describes it. */
export interface StreamInfo extends StreamIdentity {
  readonly config: StreamConfig;
  readonly state: StreamState;
  /** The server's time; absent before 2.10. */
  readonly ts?: string | undefined;
  /** The JetStream domain, if the servers of the stream are in one. Only a request for information is answered with it. */
  readonly domain?: string | undefined;
}

/** The content of a stream. */
export interface StreamState {
  readonly messages: number;
  readonly bytes: number;
  readonly first_seq: number;
  readonly last_seq: number;
  /** How many messages each subject has; only of those that were asked for. */
  readonly subjects?: Readonly<Record<string, number>> | undefined;
}

/** The reply to a published message that a stream stored. */
interface PublishAck {
  readonly stream: string;
  readonly seq: number;
  readonly domain?: string | undefined;
}

/** Milliseconds for which a stream is taken to be as it was found. */
const FRESH = 30_000;

/** Milliseconds after which a stream is there that was being made. */
const OVERLAP = 100;

/** Called when an operator or another program changed the stream. */
export interface StreamObserver<F> {
  /** Tells what is to be known of a stream, or throws where it is a foreign one. */
  check(stream: Pick<StreamInfo, "config" | "created">): F;
  /** It may have been: what is remembered of its messages is not to be relied on. Comes before `replaced`, too. */
  onUncertain?(): void;
  /** The stream was deleted and recreated, or restored to an older copy: everything remembered of it is invalid. */
  onReplaced?(): void;
  /** The subjects of a stream that is created now, where those of the configuration are not all. */
  newSubjects?(): string[];
}

/**
 * A stream that is made when it is first needed. `F` is what is known of one that was checked, and kept, so that a
 * stream in use is asked for every 30 seconds.
 */
export class ManagedStream<F> {
  readonly #api: ServerApi;
  readonly #config: StreamConfig;
  readonly #observer: StreamObserver<F>;
  readonly #history: StreamContinuity = new StreamContinuity();
  readonly #gets: MessageGet;
  #known: F | undefined;
  #knownAt = 0;
  /** How often the connection had been made again by then. */
  #knownIn = 0;
  #looking: Promise<unknown> | undefined;
  #isReplicated = false;
  #domain: string | undefined;

  /** @param config Its configuration at creation. */
  constructor(api: ServerApi, config: StreamConfig, observer: StreamObserver<F>) {
    this.#api = api;
    this.#config = config;
    this.#observer = observer;
    this.#gets = new MessageGet(api, this);
  }

  get name(): string {
    return this.#config.name;
  }

  /** Whether it has replicas, as far as is known. */
  get isReplicated(): boolean {
    return this.#isReplicated;
  }

  /** A number that changes when the stream is recreated or restored to an older copy. */
  get generation(): number {
    return this.#history.number;
  }

  /** The known continuity before a request is sent. */
  get mark(): ContinuityMark {
    return this.#history.mark;
  }

  /**
   * The known facts of the stream, without a request. `undefined` if none are known, if they are older than 30 seconds, or
   * if they come from an earlier connection: the server may have restarted on an older copy since.
   */
  get cached(): F | undefined {
    if (this.#knownIn !== this.#api.monitor.reconnects) return undefined;
    return this.#api.environment.now() - this.#knownAt < FRESH ? this.#known : undefined;
  }

  /** Something is remembered of a commit: whether it is still in its place is asked for from time to time. */
  rememberCommit(sequence: number, commitId: string): void {
    this.#history.remember(sequence, commitId);
  }

  /**
   * A message was stored at a sequence.
   *
   * @param before The value of {@link ManagedStream.mark} when it was sent.
   */
  recordStored(sequence: number, before: ContinuityMark): void {
    this.#onContinuity(this.#history.grow(sequence, before));
  }

  /**
   * Reads the reply to a message that was published to the stream.
   *
   * @param before The value of {@link ManagedStream.mark} when it was sent.
   * @returns The sequence of the stored message.
   * @throws {ApiError} If the stream refused the message.
   * @throws {RequestFailure} If another stream replied, which has the same subjects: of another domain, for instance.
   */
  readAck(data: Uint8Array, before: ContinuityMark): number {
    const { stream, seq, domain } = parseAnswer<PublishAck>(data);
    const expected = this.#domain ?? this.#api.domain;
    if (stream !== this.name || (expected !== undefined && domain !== expected)) {
      const place = domain === undefined ? "" : ` of the domain "${domain}"`;
      throw new RequestFailure("lost", new Error(`the stream "${stream}"${place} answered`));
    }
    this.recordStored(seq, before);
    return seq;
  }

  /** The facts of the stream; `undefined` if there is none. Requests them once, and again after 30 seconds. */
  async find(options: RequestOptions): Promise<F | undefined> {
    if (this.cached === undefined) await this.#look(options);
    return this.#known;
  }

  /** Asks anew: one for all who want to know. */
  async #look(options: RequestOptions): Promise<void> {
    const isJoined = this.#looking !== undefined;
    await this.#join(options);
    // The server may have answered an earlier request before the stream was created.
    if (isJoined && this.#known === undefined) await this.#join(options);
  }

  async #join({ signal, timeout }: RequestOptions): Promise<void> {
    this.#looking ??= this.info({}, { timeout }).finally(() => this.#looking = undefined);
    await abortable(this.#looking, signal);
  }

  /** Whether another commit stands in the place of one that is remembered. Where none does, it may have left. */
  async #isOther({ sequence, commitId }: ReadAnchor, options: RequestOptions): Promise<boolean> {
    const [subject = ">"] = this.#config.subjects ?? [];
    const message = await this.#gets.next(subject, sequence, options);
    return message?.sequence === sequence && anchorAt(message).commitId !== commitId;
  }

  /**
   * Requests the state of the stream; `undefined` if there is none. If the stream does not count as known, it also checks
   * that the remembered commit is still in its place: the stream may have been restored from an older copy and have grown.
   */
  async info(
    question: { subjects_filter?: string },
    options: RequestOptions,
  ): Promise<StreamInfo | undefined> {
    const { anchor: foothold, mark } = this.#history;
    const looking = this.cached === undefined && foothold ? this.#isOther(foothold, options) : undefined;
    // If it has no answer, and the stream is not there or not as it must be, that is why.
    looking?.catch(() => {});
    const info = await this.#ask(question, options);
    if (info !== undefined) {
      this.#observer.check(info);
      if (await looking && mark.number === this.#history.number) this.#change(info.state.last_seq);
    }
    return this.#onInfo(info, mark);
  }

  async #ask(question: { subjects_filter?: string }, options: RequestOptions): Promise<StreamInfo | undefined> {
    try {
      return await this.#api.manage(({ streams }) => streams.info(this.name, question), options);
    } catch (error) {
      if (error instanceof ApiError && error.code === API_ERROR.streamNotFound) return undefined;
      throw error;
    }
  }

  /** Applies the reply to a request that was sent at a mark. */
  #onInfo(info: StreamInfo | undefined, before: ContinuityMark): StreamInfo | undefined {
    if (info !== undefined) {
      this.#adopt(info, before);
    } else {
      this.#known = undefined;
      if (before.reached > 0) this.#onMissing();
    }
    return info;
  }

  /** The next stream is another one, unless the reply came from a former leader that does not know the new one yet. */
  #onMissing(): void {
    if (this.#isReplicated) this.#onContinuity("doubted");
    else this.#change(0);
  }

  #adopt(info: StreamInfo, before: ContinuityMark): F {
    const known = this.#observer.check(info);
    this.#isReplicated = (info.config.num_replicas ?? 1) > 1;
    this.#domain = info.domain ?? this.#domain;
    this.#onContinuity(this.#history.learn(info, before, !this.#isReplicated));
    this.#knownAt = this.#api.environment.now();
    this.#knownIn = this.#api.monitor.reconnects;
    return this.#known = known;
  }

  #change(reached: number): void {
    this.#history.change(reached);
    this.#onContinuity("another");
  }

  #onContinuity(past: Continuity): void {
    if (past === "same") return;
    this.#observer.onUncertain?.();
    if (past === "another") this.#observer.onReplaced?.();
  }

  /** Makes the stream if it is not there. Others may do so at the same time. */
  async ensure(options: RequestOptions): Promise<F> {
    return await this.find(options) ?? await this.#create(options);
  }

  /** Has the server asked again: the stream does not answer, so that it may be gone. */
  invalidate(): void {
    this.#known = undefined;
  }

  async #create(options: RequestOptions): Promise<F> {
    const { mark } = this;
    try {
      const subjects = this.#observer.newSubjects?.();
      const config = subjects === undefined ? this.#config : { ...this.#config, subjects };
      // A copy: the manager changes what it gets.
      const info: StreamInfo = await this.#api.manage(({ streams }) => streams.add({ ...config }), options);
      return this.#adopt(info, mark);
    } catch (error) {
      if (error instanceof RequestFailure && error.kind === "denied") throw this.#isMissing(error);
      if (!(error instanceof ApiError)) throw error;
      if (error.code === API_ERROR.subjectsOverlap) return await this.#findAfterOverlap(error, options);
      if (error.code === API_ERROR.noPeers || error.code === API_ERROR.noReplicas) throw this.#isTooMuch(error);
      if (error.code !== API_ERROR.nameInUse) throw error;
      // Another client created it just now, with another configuration: the existing stream decides.
      const known = await this.find(options);
      // In a cluster it may not be there yet.
      if (known === undefined) throw new RequestFailure("lost", error);
      return known;
    }
  }

  /** A server before 2.10 may report this of the same stream when another client creates it at the same time. */
  async #findAfterOverlap(error: ApiError, options: RequestOptions): Promise<F> {
    const known = await this.find(options);
    if (known !== undefined) return known;
    await delay(OVERLAP, options.signal);
    const later = await this.find(options);
    if (later === undefined) throw this.#overlaps(error);
    return later;
  }

  #isMissing(cause: RequestFailure): UnsupportedStorageError {
    return new UnsupportedStorageError(
      `Cannot make the stream "${this.name}", which does not exist: the NATS user may not make streams. Have one that may ` +
        `make it, with provision(), or permit it`,
      { cause },
    );
  }

  #isTooMuch(cause: ApiError): UnsupportedStorageError {
    const { num_replicas: replicas, storage } = this.#config;
    return new UnsupportedStorageError(
      `Cannot make the stream "${this.name}" with ${replicas} replicas in ${storage} storage: the cluster has not that ` +
        `many servers with JetStream and room for it that are up (${cause.message}). Add or start servers, or set ` +
        `replicas to less`,
      { cause },
    );
  }

  #overlaps(cause: ApiError): UnsupportedStorageError {
    const [subject] = this.#config.subjects ?? [];
    return new UnsupportedStorageError(
      `Cannot make the stream "${this.name}": another stream of this NATS account takes subjects of "${subject}". ` +
        `Remove that one, or use another prefix or account`,
      { cause },
    );
  }
}
