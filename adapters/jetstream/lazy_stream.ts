import { UnsuitableServerError } from "../../mod.ts";
import { API_ERROR, ApiError } from "./request_failure.ts";
import type { RequestOptions, ServerApi } from "./server_api.ts";
import type { StreamConfig } from "./stream_config.ts";

/** A stream as JetStream describes it. */
export interface StreamInfo {
  readonly config: StreamConfig;
  readonly state: StreamState;
}

/** What a stream holds. */
export interface StreamState {
  readonly messages: number;
  readonly first_seq: number;
  readonly last_seq: number;
  /** How many messages each subject has; only of those that were asked for. */
  readonly subjects?: Readonly<Record<string, number>> | undefined;
}

/**
 * A stream that is made when it is first needed. `F` is what is known of one that was checked, and kept, so that a
 * stream is asked for once.
 */
export class LazyStream<F> {
  readonly #api: ServerApi;
  readonly #config: StreamConfig;
  readonly #check: (config: StreamConfig) => F;
  #known: F | undefined;

  /**
   * @param config What it is made with.
   * @param check Tells what is to be known of a stream, or throws where it is a foreign one.
   */
  constructor(api: ServerApi, config: StreamConfig, check: (config: StreamConfig) => F) {
    this.#api = api;
    this.#config = config;
    this.#check = check;
  }

  get name(): string {
    return this.#config.name;
  }

  /** What is known of the stream; `undefined` if there is none. Asks the server once. */
  async find(options: RequestOptions): Promise<F | undefined> {
    if (this.#known === undefined) await this.info({}, options);
    return this.#known;
  }

  /** Asks what the stream holds; `undefined` if there is none. */
  async info(
    question: { subjects_filter?: string; offset?: number },
    options: RequestOptions,
  ): Promise<StreamInfo | undefined> {
    try {
      const info = await this.#api.ask<StreamInfo>(`STREAM.INFO.${this.name}`, question, options);
      this.#known = this.#check(info.config);
      return info;
    } catch (error) {
      if (!(error instanceof ApiError && error.code === API_ERROR.streamNotFound)) throw error;
      this.#known = undefined;
      return undefined;
    }
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
      return this.#known = this.#check(info.config);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.code === API_ERROR.subjectsOverlap) throw this.#overlaps(error);
      if (error.code !== API_ERROR.nameInUse) throw error;
      // Somebody else made it just now, with another configuration: what they made decides.
      const known = await this.find(options);
      if (known === undefined) throw error;
      return known;
    }
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
