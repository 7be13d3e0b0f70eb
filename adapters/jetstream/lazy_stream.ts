import { UnsuitableServerError } from "../../mod.ts";
import { abortable, pause } from "./abortable.ts";
import { API_ERROR, ApiError, RequestFailure } from "./request_failure.ts";
import type { RequestOptions, ServerApi } from "./server_api.ts";
import type { StreamConfig } from "./stream_config.ts";

/** A stream as JetStream describes it. */
export interface StreamInfo {
  readonly config: StreamConfig;
  readonly state: StreamState;
  /** When it was made, as text: another one means that the stream was deleted and made anew. */
  readonly created: string;
  /** The server's time; absent before 2.10. */
  readonly ts?: string | undefined;
}

/** What a stream holds. */
export interface StreamState {
  readonly messages: number;
  readonly bytes: number;
  readonly first_seq: number;
  readonly last_seq: number;
  /** How many messages each subject has; only of those that were asked for. */
  readonly subjects?: Readonly<Record<string, number>> | undefined;
}

/** Milliseconds for which a stream is taken to be as it was found. */
const FRESH = 30_000;

/** Milliseconds after which a stream is there that was being made. */
const OVERLAP = 100;

/** What an operator, or another program, may do with a stream under the adapter's feet. */
export interface StreamWatch<F> {
  /** Tells what is to be known of a stream, or throws where it is a foreign one. */
  check(config: StreamConfig): F;
  /** It was deleted and made anew: what is remembered of it is of another one. */
  replaced?(): void;
}

/**
 * A stream that is made when it is first needed. `F` is what is known of one that was checked, and kept, so that a
 * stream in use is asked for every 30 seconds.
 */
export class LazyStream<F> {
  readonly #api: ServerApi;
  readonly #config: StreamConfig;
  readonly #watch: StreamWatch<F>;
  #known: F | undefined;
  #knownAt = 0;
  #looking: Promise<unknown> | undefined;
  #created: string | undefined;
  #isReplicated = false;

  /** @param config What it is made with. */
  constructor(api: ServerApi, config: StreamConfig, watch: StreamWatch<F>) {
    this.#api = api;
    this.#config = config;
    this.#watch = watch;
  }

  get name(): string {
    return this.#config.name;
  }

  /** Whether it has replicas, as far as is known. */
  get isReplicated(): boolean {
    return this.#isReplicated;
  }

  /** When the stream was made that was found last; `undefined` before. */
  get created(): string | undefined {
    return this.#created;
  }

  /** What is known of the stream without asking; `undefined` if nothing is, or if that was long ago. */
  get known(): F | undefined {
    return performance.now() - this.#knownAt < FRESH ? this.#known : undefined;
  }

  /** What is known of the stream; `undefined` if there is none. Asks the server once, and again from time to time. */
  async find(options: RequestOptions): Promise<F | undefined> {
    if (this.#known === undefined) await this.info({}, options);
    else if (this.known === undefined) await this.#look(options);
    return this.#known;
  }

  /** Asks anew: one for all who want to know. */
  async #look({ signal, timeout }: RequestOptions): Promise<void> {
    this.#looking ??= this.info({}, { timeout }).finally(() => this.#looking = undefined);
    await abortable(this.#looking, signal);
  }

  /** Asks what the stream holds; `undefined` if there is none. */
  async info(
    question: { subjects_filter?: string; offset?: number },
    options: RequestOptions,
  ): Promise<StreamInfo | undefined> {
    try {
      const info = await this.#api.ask<StreamInfo>(`STREAM.INFO.${this.name}`, question, options);
      this.#learn(info);
      return info;
    } catch (error) {
      if (!(error instanceof ApiError && error.code === API_ERROR.streamNotFound)) throw error;
      this.#known = undefined;
      return undefined;
    }
  }

  #learn({ config, created }: StreamInfo): F {
    const known = this.#watch.check(config);
    this.#isReplicated = (config.num_replicas ?? 1) > 1;
    if (this.#created !== undefined && this.#created !== created) this.#watch.replaced?.();
    this.#created = created;
    this.#knownAt = performance.now();
    return this.#known = known;
  }

  /** Makes the stream if it is not there. Others may do so at the same time. */
  async ensure(options: RequestOptions): Promise<F> {
    return await this.find(options) ?? await this.#create(options);
  }

  /** Has the server asked again: the stream does not answer, so that it may be gone. */
  forget(): void {
    this.#known = undefined;
  }

  async #create(options: RequestOptions): Promise<F> {
    try {
      const info = await this.#api.ask<StreamInfo>(`STREAM.CREATE.${this.name}`, this.#config, options);
      return this.#learn(info);
    } catch (error) {
      if (error instanceof RequestFailure && error.kind === "denied") throw this.#isMissing(error);
      if (!(error instanceof ApiError)) throw error;
      if (error.code === API_ERROR.subjectsOverlap) return await this.#findAfterOverlap(error, options);
      if (error.code === API_ERROR.noPeers || error.code === API_ERROR.noReplicas) throw this.#isTooMuch(error);
      if (error.code !== API_ERROR.nameInUse) throw error;
      // Somebody else made it just now, with another configuration: what they made decides.
      const known = await this.find(options);
      // In a cluster it may not be there yet.
      if (known === undefined) throw new RequestFailure("lost", error);
      return known;
    }
  }

  /** A server before 2.10 may say so of this very stream, when somebody else makes it at the same time. */
  async #findAfterOverlap(error: ApiError, options: RequestOptions): Promise<F> {
    const known = await this.find(options);
    if (known !== undefined) return known;
    await pause(OVERLAP, options.signal);
    const later = await this.find(options);
    if (later === undefined) throw this.#overlaps(error);
    return later;
  }

  #isMissing(cause: RequestFailure): UnsuitableServerError {
    return new UnsuitableServerError(
      `Cannot make the stream "${this.name}", which does not exist: the NATS user may not make streams. Have one that may ` +
        `make it, with provision(), or permit it`,
      { cause },
    );
  }

  #isTooMuch(cause: ApiError): UnsuitableServerError {
    const { num_replicas: replicas, storage } = this.#config;
    return new UnsuitableServerError(
      `Cannot make the stream "${this.name}" with ${replicas} replicas in ${storage} storage: the cluster has not that ` +
        `many servers with JetStream and room for it that are up (${cause.message}). Add or start servers, or set ` +
        `replicas to less`,
      { cause },
    );
  }

  #overlaps(cause: ApiError): UnsuitableServerError {
    const [subject] = this.#config.subjects ?? [];
    return new UnsuitableServerError(
      `Cannot make the stream "${this.name}": another stream of this NATS account takes subjects of "${subject}". ` +
        `Remove that one, or use another prefix or account`,
      { cause },
    );
  }
}
