import { checkSignalOption } from "../checks/check_signal_option.ts";
import { AbortError } from "../errors/abort_error.ts";
import { ClosedError } from "../errors/closed_error.ts";
import type { CloseScope } from "./close_scope.ts";

/** One thing that is asked of a store: what it is called in errors, the signal that aborts it, what it lives in. */
export class Operation {
  readonly lifetime: CloseScope;
  readonly signal: AbortSignal | undefined;
  readonly #verb: string;
  readonly #name: string;

  /**
   * Begins an attempt, if it may.
   *
   * @param verb With the name it makes a phrase: `append to` and `cart.7` make `append to "cart.7"`.
   * @throws {InvalidArgumentError} If the signal is not one.
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

  /** The attempted operation, as errors name it. */
  toString(): string {
    return `${this.#verb} "${this.#name}"`;
  }

  /**
   * Refuses once the store is closed or the signal is aborted.
   *
   * @throws {ClosedError}
   * @throws {AbortError}
   */
  check(): void {
    this.lifetime.check(this);
    if (this.signal?.aborted) throw this.aborted();
  }

  /** The error of the aborted signal. */
  aborted(): AbortError {
    return new AbortError(`Cannot ${this}: its signal was aborted`, { cause: this.signal?.reason });
  }

  /** The error of the closed store. */
  closed(): ClosedError {
    return new ClosedError(`Cannot ${this} any further: it was closed meanwhile`);
  }

  /** A driver's error, as the caller receives it: a signal's reason becomes an {@link AbortError}. */
  explain(error: unknown): unknown {
    return this.signal?.aborted && error === this.signal.reason ? this.aborted() : error;
  }

  /** Asks a driver. It answers at once or with a promise, which is to be settled. */
  ask<T>(call: () => T): T {
    try {
      return call();
    } catch (error) {
      throw this.explain(error);
    }
  }

  /** Waits for a driver's answer; closing the store waits for it too. */
  async settle<T>(answer: PromiseLike<T>): Promise<T> {
    const ended = this.lifetime.start(async () => void await answer);
    try {
      return await answer;
    } catch (error) {
      throw this.explain(error);
    } finally {
      ended();
    }
  }
}

/** Whether an answer is still to come. Not by class: a promise of another library is one too. */
export function isPromise<T>(answer: T | PromiseLike<T>): answer is PromiseLike<T> {
  const isObject = (typeof answer === "object" && answer !== null) || typeof answer === "function";
  return isObject && "then" in answer;
}
