import type { Environment } from "../coordination/environment.ts";
import type { Coordinator } from "../coordination/coordinator.ts";
import { protocolVersionError, sessionTimeout, sessionTimeoutError } from "../coordination/session_wait.ts";
import { isAetherError } from "../errors/is_aether_error.ts";
import type { UnavailableError } from "../errors/unavailable_error.ts";
import { onAbort } from "../lifecycle/on_abort.ts";
import type { Operation } from "../lifecycle/operation.ts";

/** The wait until other processes can see the session of this process. */
export class SessionStart {
  readonly #result: PromiseWithResolvers<void> = Promise.withResolvers();
  readonly #operation: Operation;
  #failure: unknown;
  #isOver = false;

  /** @param operation The operation that needs the session, for errors. */
  constructor(operation: Operation) {
    this.#operation = operation;
    this.#result.promise.catch(() => {});
  }

  /** Called with the error of a request of the coordinator. If the error is not retryable, the wait ends with it. */
  fail(error: unknown): void {
    this.#failure = error;
    if (isAetherError(error) && !error.isRetryable) this.#result.reject(error);
  }

  /** Whether the wait has ended. Later errors belong to the running consumer. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /**
   * Waits until the session is valid.
   *
   * @param ttl Milliseconds: the time to live of the session.
   * @param signal If aborted, the wait ends with its reason.
   * @throws {UnsupportedStorageError} If members use another version of the protocol, or the storage is unusable.
   * @throws {UnavailableError} If the storage does not answer within twice the time to live.
   */
  async wait(coordinator: Coordinator, environment: Environment, ttl: number, signal: AbortSignal): Promise<void> {
    const checkValid = () => {
      if (coordinator.isValid) this.#result.resolve();
    };
    const stepListener = coordinator.onStep(checkValid);
    const stopListening = onAbort(signal, () => this.#result.reject(signal.reason));
    const cancel = environment.schedule(sessionTimeout(ttl), () => this.#result.reject(this.timeoutError(ttl)));
    checkValid();
    try {
      await this.#result.promise;
      const error = protocolVersionError(`${this.#operation}`, "the members use", coordinator);
      if (error !== undefined) throw error;
    } finally {
      this.#isOver = true;
      stepListener[Symbol.dispose]();
      stopListening();
      cancel();
    }
  }

  /** Makes the error of a wait for a valid session that has timed out. Its cause is the last failure of a request. */
  timeoutError(ttl: number): UnavailableError {
    return sessionTimeoutError(`${this.#operation}`, ttl, this.#failure);
  }
}
