import { checkSignalOption } from "../checks/check_signal_option.ts";
import { AbortError } from "../errors/abort_error.ts";
import { ClosedError } from "../errors/closed_error.ts";
import type { CloseScope } from "./close_scope.ts";

/** One operation of a store: its name in errors, the signal that aborts it, and the close scope that ends it. */
export class Operation {
  readonly lifetime: CloseScope;
  readonly signal: AbortSignal | undefined;
  readonly #verb: string;
  readonly #name: string;

  /**
   * Begins an operation.
   *
   * @param verb Forms a phrase with the name: `append to` and `cart.7` form `append to "cart.7"`.
   * @throws {InvalidArgumentError} If the signal is not an `AbortSignal`.
   * @throws {ClosedError} If the store is closed.
   * @throws {AbortError} If the signal is aborted.
   */
  static begin(lifetime: CloseScope, verb: string, name: string, signal: AbortSignal | undefined): Operation {
    checkSignalOption(signal);
    const operation = new Operation(lifetime, verb, name, signal);
    operation.check();
    return operation;
  }

  private constructor(lifetime: CloseScope, verb: string, name: string, signal: AbortSignal | undefined) {
    this.lifetime = lifetime;
    this.signal = signal;
    this.#verb = verb;
    this.#name = name;
  }

  /** The name of the operation in errors. */
  toString(): string {
    return `${this.#verb} "${this.#name}"`;
  }

  /**
   * Checks that the operation may continue.
   *
   * @throws {ClosedError} If the store is closed.
   * @throws {AbortError} If the signal is aborted.
   */
  check(): void {
    this.lifetime.check(this);
    if (this.signal?.aborted) throw this.aborted();
  }

  /** Makes the error of an operation whose signal was aborted. */
  aborted(): AbortError {
    return new AbortError(`Cannot ${this}: the signal was aborted`, { cause: this.signal?.reason });
  }

  /** Makes the error of an operation whose store was closed. */
  closed(): ClosedError {
    return new ClosedError(`Cannot ${this} any further: the store or the backend was closed`);
  }

  /**
   * Converts a driver's error to the error for the caller: the reason of the aborted signal becomes an
   * {@link AbortError}.
   */
  explain(error: unknown): unknown {
    return this.signal?.aborted && error === this.signal.reason ? this.aborted() : error;
  }

  /** Calls a driver and converts an error that it throws. The result may be a promise: pass it to `awaitDriver`. */
  callDriver<T>(call: () => T): T {
    try {
      return call();
    } catch (error) {
      throw this.explain(error);
    }
  }

  /** Waits for the promise of a driver and converts its rejection. Closing the store also waits for the promise. */
  async awaitDriver<T>(answer: PromiseLike<T>): Promise<T> {
    this.lifetime.enter();
    try {
      return await answer;
    } catch (error) {
      throw this.explain(error);
    } finally {
      this.lifetime.leave();
    }
  }
}

/**
 * Whether a value is a promise. Any object with a member `then` is one, because promises of other libraries have other
 * classes.
 */
export function isPromise<T>(answer: T | PromiseLike<T>): answer is PromiseLike<T> {
  const isObject = (typeof answer === "object" && answer !== null) || typeof answer === "function";
  return isObject && "then" in answer;
}
