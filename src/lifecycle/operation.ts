import { checkSignalOption } from "../checks/check_signal_option.ts";
import { AbortError } from "../errors/abort_error.ts";
import { ClosedError } from "../errors/closed_error.ts";
import type { CloseScope } from "./close_scope.ts";

/** One operation of a store: its name in errors, the signal that aborts it, and the scope that contains it. */
export class Operation {
  readonly lifetime: CloseScope;
  readonly signal: AbortSignal | undefined;
  readonly #verb: string;
  readonly #name: string;

  /**
   * Begins an operation. Throws if the store is closed or the signal aborted.
   *
   * @param verb Forms a phrase with the name: `append to` and `cart.7` form `append to "cart.7"`.
   * @throws {InvalidArgumentError} If the signal is not an `AbortSignal`.
   * @throws {ClosedError}
   * @throws {AbortError}
   */
  static begin(lifetime: CloseScope, verb: string, name: string, signal: AbortSignal | undefined): Operation {
    checkSignalOption(signal);
    const attempt = new Operation(lifetime, verb, name, signal);
    attempt.check();
    return attempt;
  }

  private constructor(lifetime: CloseScope, verb: string, name: string, signal: AbortSignal | undefined) {
    this.lifetime = lifetime;
    this.signal = signal;
    this.#verb = verb;
    this.#name = name;
  }

  /** Its name in errors. */
  toString(): string {
    return `${this.#verb} "${this.#name}"`;
  }

  /**
   * Throws once the store is closed or the signal is aborted.
   *
   * @throws {ClosedError}
   * @throws {AbortError}
   */
  check(): void {
    this.lifetime.check(this);
    if (this.signal?.aborted) throw this.aborted();
  }

  /** Makes the error of an operation whose signal was aborted. */
  aborted(): AbortError {
    return new AbortError(`Cannot ${this}: its signal was aborted`, { cause: this.signal?.reason });
  }

  /** Makes the error of an operation whose store was closed. */
  closed(): ClosedError {
    return new ClosedError(`Cannot ${this} any further: it was closed meanwhile`);
  }

  /**
   * Converts a driver's error to the error for the caller: the reason of the aborted signal becomes an
   * {@link AbortError}.
   */
  explain(error: unknown): unknown {
    return this.signal?.aborted && error === this.signal.reason ? this.aborted() : error;
  }

  /** Calls a driver. It returns a value, or a promise to pass to `settle`. */
  ask<T>(call: () => T): T {
    try {
      return call();
    } catch (error) {
      throw this.explain(error);
    }
  }

  /** Waits for a driver's answer. Closing the store waits for it too. */
  async settle<T>(answer: PromiseLike<T>): Promise<T> {
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
 * Whether the value is a promise. Any object with a member `then` counts, because promises of other libraries have
 * other classes.
 */
export function isPromise<T>(answer: T | PromiseLike<T>): answer is PromiseLike<T> {
  const isObject = (typeof answer === "object" && answer !== null) || typeof answer === "function";
  return isObject && "then" in answer;
}
