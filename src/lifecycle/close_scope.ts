import { ClosedError } from "../errors/closed_error.ts";
import { RunningWork } from "./running_work.ts";

/** Ends one running operation. It resolves when the operation has ended completely. */
export type Closer = () => Promise<void>;

/**
 * Tracks whether an object is open, and its running operations. An operation of a store also runs in the scope of the
 * store's backend: closing either of them ends it. An object without a running operation is not registered and uses no
 * memory.
 */
export class CloseScope {
  readonly #title: string;
  readonly #parent: CloseScope | undefined;
  readonly #running: Set<Closer> = new Set();
  /** The operations between `enter` and `leave`. */
  readonly #entered: RunningWork = new RunningWork();
  #closing: Promise<void> | undefined;

  /** @param title Its name in errors, such as `the backend`. */
  constructor(title: string, parent?: CloseScope) {
    this.#title = title;
    this.#parent = parent;
  }

  /**
   * Throws if this scope or its parent was closed.
   *
   * @param attempt The attempted operation; formatted only for the error.
   * @throws {ClosedError}
   */
  check(attempt: { toString(): string }): void {
    if (this.#closing !== undefined) {
      throw new ClosedError(`Cannot ${attempt}: ${this.#title} was closed. Make a new one`);
    }
    this.#parent?.check(attempt);
  }

  /** Registers a running operation. The caller calls the returned function when the operation has ended. */
  start(closer: Closer): () => void {
    this.#running.add(closer);
    const ended = this.#parent?.start(closer);
    return () => {
      this.#running.delete(closer);
      ended?.();
    };
  }

  /** Counts an operation that ends by itself. Closing waits until it has left by {@link CloseScope.leave}. */
  enter(): void {
    this.#entered.begin();
    this.#parent?.enter();
  }

  /** Called once for each {@link CloseScope.enter}, at the end of the operation. */
  leave(): void {
    this.#parent?.leave();
    this.#entered.end();
  }

  /** Refuses new operations, ends the running ones, then calls `last`. Repeated calls return the first promise. */
  close(last?: Closer): Promise<void> {
    if (this.#closing === undefined) {
      const { promise, resolve } = Promise.withResolvers<void>();
      // Set before any operation is ended: an operation that ends must find this scope closed.
      this.#closing = promise;
      resolve(this.#end(last));
    }
    return this.#closing;
  }

  async #end(last: Closer | undefined): Promise<void> {
    // The caller that started an operation receives its result or its error.
    await Promise.allSettled([...this.#running].map(async (closer) => await closer()));
    await this.#entered.whenIdle();
    await last?.();
  }
}
