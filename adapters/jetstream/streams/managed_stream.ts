import { abortable, delay } from "../util/abortable.ts";
import { anchorAt, type ReadAnchor } from "./read_anchor.ts";
import { MessageGet } from "../api/message_get.ts";
import { API_ERROR, ApiError } from "../api/api_error.ts";
import { RequestFailure } from "../nats/request_failure.ts";
import type { RequestOptions } from "../api/request_options.ts";
import type { ServerApi } from "../api/server_api.ts";
import { AckReader } from "./ack_reader.ts";
import { missingStream, overlappingSubjects, tooManyReplicas } from "./create_stream_errors.ts";
import { checkIsFromLeader, type StreamPlacement } from "./is_from_leader.ts";
import type { StreamConfig } from "./stream_settings.ts";
import { type Continuity, type KnownHistory, StreamContinuity, type StreamIdentity } from "./stream_continuity.ts";

/** The information of JetStream about a stream. */
export interface StreamInfo extends StreamIdentity, StreamPlacement {
  readonly config: StreamConfig;
  readonly state: StreamState;
  /** The server's time; absent before 2.10. */
  readonly ts?: string | undefined;
  /**
   * The JetStream domain, if the servers of the stream are in one. Only replies to requests for information contain it.
   */
  readonly domain?: string | undefined;
}

/** The content of a stream. */
export interface StreamState {
  readonly messages: number;
  readonly bytes: number;
  readonly first_seq: number;
  readonly last_seq: number;
  /** The number of messages per subject, of the requested subjects only. */
  readonly subjects?: Readonly<Record<string, number>> | undefined;
}

/** Milliseconds for which the facts of a stream are cached. */
const FRESH = 30_000;

/** Milliseconds to wait for a stream that another client is creating. */
const OVERLAP = 100;

/** The time of creation that a server before 2.10 reports for a stream whose creation has not ended. */
const NOT_CREATED = "0001-01-01T00:00:00Z";

/** Maximum number of requests for a stream whose creation has not ended. */
const MAX_ATTEMPTS = 20;

/** Checks a stream, and receives changes that an operator or another program made to it. */
export interface StreamObserver<F> {
  /** Returns the facts of a stream. Throws if Aether cannot use the stream. */
  check(stream: Pick<StreamInfo, "config" | "created">): F;
  /** Called when the stream may have been replaced: cached messages are uncertain. Also called before `onReplaced`. */
  onUncertain?(): void;
  /** Called when the stream was created again, or restored to an older copy: all cached facts are invalid. */
  onReplaced?(): void;
  /** Returns the subjects of a new stream, if its configuration has none. */
  newSubjects?(): string[];
}

/** A stream that is created on first use. `F` are the checked facts about it, which are cached for 30 seconds. */
export class ManagedStream<F> {
  readonly #api: ServerApi;
  readonly #config: StreamConfig;
  readonly #observer: StreamObserver<F>;
  readonly #continuity: StreamContinuity = new StreamContinuity();
  readonly #gets: MessageGet;
  readonly #acks: AckReader;
  #known: F | undefined;
  #knownAt = 0;
  /** The number of reconnects at `#knownAt`. */
  #knownIn = 0;
  #request: Promise<unknown> | undefined;
  #isReplicated = false;
  #domain: string | undefined;

  /** @param config The configuration of a new stream. */
  constructor(api: ServerApi, config: StreamConfig, observer: StreamObserver<F>) {
    this.#api = api;
    this.#config = config;
    this.#observer = observer;
    this.#gets = new MessageGet(api, this);
    this.#acks = new AckReader(config.name);
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
    return this.#continuity.number;
  }

  /** The history of the stream that is known before a request is sent. */
  get knownHistory(): KnownHistory {
    return this.#continuity.knownHistory;
  }

  /**
   * The known facts of the stream, without a request. `undefined` if no facts are known, if they are older than 30
   * seconds, or if they come from an earlier connection: the server may have restarted on an older copy since.
   */
  get cached(): F | undefined {
    return this.cachedAt(this.#api.environment.now());
  }

  /** The value of {@link ManagedStream.cached} at a time, by the clock of the backend. */
  cachedAt(now: number): F | undefined {
    if (this.#knownIn !== this.#api.monitor.reconnects) return undefined;
    return now - this.#knownAt < FRESH ? this.#known : undefined;
  }

  /** Remembers a commit. The next request without cached facts checks that the commit is still at its sequence. */
  rememberCommit(sequence: number, commitId: string): void {
    this.#continuity.remember(sequence, commitId);
  }

  /**
   * Records that a message was stored at a sequence.
   *
   * @param before The value of {@link ManagedStream.knownHistory} when it was sent.
   */
  recordStored(sequence: number, before: KnownHistory): void {
    this.#onContinuity(this.#continuity.grow(sequence, before));
  }

  /**
   * Reads the reply to a message that was published to the stream.
   *
   * @param before The value of {@link ManagedStream.knownHistory} when it was sent.
   * @returns The sequence of the stored message.
   * @throws {ApiError} If the stream refused the message.
   * @throws {RequestFailure} If another stream with the same subjects replied, for instance a stream of another domain.
   */
  readAck(data: Uint8Array, before: KnownHistory): number {
    const sequence = this.#acks.read(data, this.#domain ?? this.#api.domain);
    this.recordStored(sequence, before);
    return sequence;
  }

  /** The facts of the stream; `undefined` if there is none. Requests them once, and again after 30 seconds. */
  async find(options: RequestOptions): Promise<F | undefined> {
    if (this.cached === undefined) await this.#look(options);
    return this.#known;
  }

  /** Sends one request for all callers. */
  async #look(options: RequestOptions): Promise<void> {
    const isJoined = this.#request !== undefined;
    await this.#join(options);
    // The server may have answered an earlier request before the stream was created.
    if (isJoined && this.#known === undefined) await this.#join(options);
  }

  async #join({ signal, timeout }: RequestOptions): Promise<void> {
    this.#request ??= this.info({}, { timeout }).finally(() => this.#request = undefined);
    await abortable(this.#request, signal);
  }

  /** Whether another commit is at the sequence of the read anchor. If no commit is there, it may have been purged. */
  async #isReplaced({ sequence, commitId }: ReadAnchor, options: RequestOptions): Promise<boolean> {
    const [subject = ">"] = this.#config.subjects ?? [];
    const message = await this.#gets.next(subject, sequence, options);
    return message?.sequence === sequence && anchorAt(message).commitId !== commitId;
  }

  /**
   * Requests the state of the stream; `undefined` if there is none. If no facts are cached, it also checks that the
   * read anchor is still at its sequence: the stream may have been restored from an older copy and have grown.
   *
   * @throws {RequestFailure} If there was no reply, or a replica replied that may lag behind the leader.
   */
  async info(
    request: { subjects_filter?: string },
    options: RequestOptions,
  ): Promise<StreamInfo | undefined> {
    const { anchor, knownHistory } = this.#continuity;
    const isReplaced = this.cached === undefined && anchor ? this.#isReplaced(anchor, options) : undefined;
    // If the anchor cannot be read, a missing or wrong stream is the better reason to report.
    isReplaced?.catch(() => {});
    const info = await this.#ask(request, options);
    if (info !== undefined) {
      this.#observer.check(info);
      if (await isReplaced && knownHistory.number === this.#continuity.number) this.#change(info.state.last_seq);
    }
    return this.#onInfo(info, knownHistory);
  }

  async #ask(request: { subjects_filter?: string }, options: RequestOptions): Promise<StreamInfo | undefined> {
    try {
      for (let attempt = 1;; attempt++) {
        const info = await this.#api.manage(({ streams }) => streams.info(this.name, request), options);
        checkIsFromLeader(info);
        if (info.created !== NOT_CREATED || attempt === MAX_ATTEMPTS) return info;
        await delay(OVERLAP, options.signal);
      }
    } catch (error) {
      if (error instanceof ApiError && error.code === API_ERROR.streamNotFound) return undefined;
      throw error;
    }
  }

  /** Applies the reply to a request. `before` is the history that was known when the request was sent. */
  #onInfo(info: StreamInfo | undefined, before: KnownHistory): StreamInfo | undefined {
    if (info !== undefined) {
      this.#adopt(info, before);
    } else {
      this.#known = undefined;
      if (before.lastSequence > 0) this.#onMissing();
    }
    return info;
  }

  /** The stream was deleted, unless a former leader replied that has not learned of the stream yet. */
  #onMissing(): void {
    if (this.#isReplicated) this.#onContinuity("uncertain");
    else this.#change(0);
  }

  #adopt(info: StreamInfo, before: KnownHistory): F {
    const known = this.#observer.check(info);
    this.#isReplicated = (info.config.num_replicas ?? 1) > 1;
    this.#domain = info.domain ?? this.#domain;
    this.#onContinuity(this.#continuity.learn(info, before, !this.#isReplicated));
    this.#knownAt = this.#api.environment.now();
    this.#knownIn = this.#api.monitor.reconnects;
    return this.#known = known;
  }

  #change(lastSequence: number): void {
    this.#continuity.change(lastSequence);
    this.#onContinuity("replaced");
  }

  #onContinuity(continuity: Continuity): void {
    if (continuity === "same") return;
    this.#observer.onUncertain?.();
    if (continuity === "replaced") this.#observer.onReplaced?.();
  }

  /** Creates the stream if it does not exist. Other clients may do so at the same time. */
  async ensure(options: RequestOptions): Promise<F> {
    return await this.find(options) ?? await this.#create(options);
  }

  /** Discards the cached facts, so that the next call asks the server. Called when the stream may have been deleted. */
  invalidate(): void {
    this.#known = undefined;
  }

  async #create(options: RequestOptions): Promise<F> {
    const { knownHistory } = this;
    try {
      const subjects = this.#observer.newSubjects?.();
      const config = subjects === undefined ? this.#config : { ...this.#config, subjects };
      // A copy: the manager changes its argument.
      const info: StreamInfo = await this.#api.manage(({ streams }) => streams.add({ ...config }), options);
      // Another client is creating the stream at the same time.
      if (info.created === NOT_CREATED) return await this.find(options) ?? this.#adopt(info, knownHistory);
      return this.#adopt(info, knownHistory);
    } catch (error) {
      if (error instanceof RequestFailure && error.kind === "permission-denied") throw missingStream(this.name, error);
      if (!(error instanceof ApiError)) throw error;
      if (error.code === API_ERROR.subjectsOverlap) return await this.#findAfterOverlap(error, options);
      if (error.code === API_ERROR.noPeers || error.code === API_ERROR.noReplicas) {
        throw tooManyReplicas(this.#config, error);
      }
      if (error.code !== API_ERROR.nameInUse) throw error;
      // Another client has just created the stream with another configuration. The existing stream decides.
      const known = await this.find(options);
      // In a cluster, the stream may not exist on all servers yet.
      if (known === undefined) throw new RequestFailure("no-reply", error);
      return known;
    }
  }

  /** A server before 2.10 may report an overlap of the stream with itself while another client creates it. */
  async #findAfterOverlap(error: ApiError, options: RequestOptions): Promise<F> {
    const known = await this.find(options);
    if (known !== undefined) return known;
    await delay(OVERLAP, options.signal);
    const later = await this.find(options);
    if (later === undefined) throw overlappingSubjects(this.#config, error);
    return later;
  }
}
