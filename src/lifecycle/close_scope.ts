import { ClosedError } from "../errors/closed_error.ts";

/** Ends one piece of running work. It resolves when the work has ended completely. */
export type Closer = () => Promise<void>;

/**
 * Whether an object is open, and which operations run in it. An operation of a store also runs in its backend, so that
 * closing either ends it. An idle object is registered in neither and costs nothing.
 */
export class CloseScope {
  readonly #what: string;
  readonly #parent: CloseScope | undefined;
  readonly #running: Set<Closer> = new Set();
  #closing: Promise<void> | undefined;

  /** @param what Its name in errors, such as `the backend`. */
  constructor(what: string, parent?: CloseScope) {
    this.#what = what;
    this.#parent = parent;
  }

  /**
   * Refuses once this or its parent was closed.
   *
   * @param attempt The attempted operation; formatted only for the error.
   * @throws {ClosedError}
   */
  check(attempt: { toString(): string }): void {
    if (this.#closing !== undefined) {
      throw new ClosedError(`Cannot ${attempt}: ${this.#what} was closed. Make a new one`);
    }
    this.#parent?.check(attempt);
  }

  /** Registers running work. The returned function unregisters it when it has ended. */
  start(closer: Closer): () => void {
    this.#running.add(closer);
    const ended = this.#parent?.start(closer);
    return () => {
      this.#running.delete(closer);
      ended?.();
    };
  }

  /** Refuses new operations, ends the running ones, then calls `last`. Repeated calls return the first promise. */
  close(last?: Closer): Promise<void> {
    if (this.#closing === undefined) {
      const { promise, resolve } = Promise.withResolvers<void>();
      // Set before any work is ended, so that the ending work sees this scope as closed.
      this.#closing = promise;
      resolve(this.#end(last));
    }
    return this.#closing;
  }

  async #end(last: Closer | undefined): Promise<void> {
    // The caller that started an operation receives its result.
    await Promise.allSettled([...this.#running].map(async (closer) => await closer()));
    await last?.();
  }
}
