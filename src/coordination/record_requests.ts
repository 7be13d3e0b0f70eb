import { UnavailableError } from "../errors/unavailable_error.ts";
import type { Environment } from "./environment.ts";

/** The settings of {@link RecordRequests}. */
export interface RecordRequestSettings {
  /** Milliseconds between two heartbeats: the timeout of a request. */
  readonly heartbeat: number;
  /** Called with the first failure of each outage. Must not throw. */
  readonly onError: (error: unknown) => void;
}

/** The requests of a coordinator to the storage. Each has a timeout of one heartbeat interval. */
export class RecordRequests {
  readonly #settings: RecordRequestSettings;
  readonly #environment: Environment;
  readonly #pending: Set<AbortController> = new Set();
  #isFailing = false;
  #isClosed = false;

  constructor(settings: RecordRequestSettings, environment: Environment) {
    this.#settings = settings;
    this.#environment = environment;
  }

  /**
   * Sends a request.
   *
   * @throws {UnavailableError} If there is no answer within one heartbeat interval.
   */
  async send<T>(call: (signal: AbortSignal) => T): Promise<Awaited<T>> {
    const request = new AbortController();
    const { heartbeat } = this.#settings;
    const failure = `Cannot reach the storage: there was no answer in ${Math.round(heartbeat)} ms`;
    const cancel = this.#environment.schedule(heartbeat, () => request.abort(new UnavailableError(failure)));
    this.#pending.add(request);
    try {
      return await call(request.signal);
    } finally {
      cancel();
      this.#pending.delete(request);
    }
  }

  /** Sends a request, and reports its failure. Returns the answer in an object; `undefined` after a failure. */
  async attempt<T>(call: (signal: AbortSignal) => T): Promise<{ readonly answer: Awaited<T> } | undefined> {
    try {
      const answer = await this.send(call);
      this.#isFailing = false;
      return { answer };
    } catch (error) {
      this.#reportFailure(error);
      return undefined;
    }
  }

  /** Aborts all requests. Later failures are not reported. */
  close(): void {
    this.#isClosed = true;
    for (const request of this.#pending) request.abort(new Error("Cannot reach the storage: this member has left"));
  }

  #reportFailure(error: unknown): void {
    if (this.#isFailing || this.#isClosed) return;
    this.#isFailing = true;
    this.#settings.onError(error);
  }
}
