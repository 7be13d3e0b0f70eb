import { UnavailableError } from "../errors/unavailable_error.ts";
import type { Environment } from "./environment.ts";

/** The settings of {@link RecordRequests}. */
export interface RecordRequestSettings {
  /** Milliseconds between two heartbeats: the timeout of a request. */
  readonly heartbeat: number;
  /** Called with the first failure of each outage, which may be one of reads or of writes only. Must not throw. */
  readonly onError: (error: unknown) => void;
}

/** The kind of a request. A storage may answer reads and refuse writes, for example if its stream was deleted. */
export type RequestKind = "read" | "write";

/** The requests of a coordinator to the storage. Each has a timeout of one heartbeat interval. */
export class RecordRequests {
  readonly #settings: RecordRequestSettings;
  readonly #environment: Environment;
  readonly #pending: Set<AbortController> = new Set();
  /** The kinds of requests that fail. The first failure begins an outage. It ends when requests of each kind succeed. */
  readonly #failing: Set<RequestKind> = new Set();
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
  async attempt<T>(
    kind: RequestKind,
    call: (signal: AbortSignal) => T,
  ): Promise<{ readonly answer: Awaited<T> } | undefined> {
    try {
      const answer = await this.send(call);
      this.#failing.delete(kind);
      return { answer };
    } catch (error) {
      this.#reportFailure(kind, error);
      return undefined;
    }
  }

  /** Aborts all requests. Later failures are not reported. */
  close(): void {
    this.#isClosed = true;
    for (const request of this.#pending) request.abort(new Error("Cannot reach the storage: this member has left"));
  }

  #reportFailure(kind: RequestKind, error: unknown): void {
    if (this.#isClosed) return;
    const isFirst = this.#failing.size === 0;
    this.#failing.add(kind);
    if (isFirst) this.#settings.onError(error);
  }
}
