import { ClosedError } from "../errors/closed_error.ts";
import { RunningWork } from "./running_work.ts";

/** Ends one running operation. The promise resolves when the operation has ended completely. */
export type Closer = () => Promise<void>;

/**
 * Tracks whether an object, such as a store, is open, and which of its operations are running. The scope of a store has
 * the scope of its backend as parent: closing the store or the backend ends an operation of the store. A scope
 * registers only its running operations with its parent, so that an idle store takes no memory in its backend.
 */
export class CloseScope {
  readonly #title: string;
  readonly #parent: CloseScope | undefined;
  readonly #running: Set<Closer> = new Set();
  /** The operations between `enter` and `leave`. */
  readonly #entered: RunningWork = new RunningWork();
  #closing: Promise<void> | undefined;

  /** @param title The name of the object in errors, such as `the backend`. */
  constructor(title: string, parent?: CloseScope) {
    this.#title = title;
    this.#parent = parent;
  }

  /**
   * Throws if this scope or a parent was closed.
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

  /**
   * Registers a running operation.
   *
   * @param closer Called when the scope is closed while the operation is running.
   * @returns A function to call when the operation has ended.
   */
  register(closer: Closer): () => void {
    this.#running.add(closer);
    const unregister = this.#parent?.register(closer);
    return () => {
      this.#running.delete(closer);
      unregister?.();
    };
  }

  /** Counts an operation that ends by itself. Closing waits for its call of {@link CloseScope.leave}. */
  enter(): void {
    this.#entered.begin();
    this.#parent?.enter();
  }

  /** Called once for each {@link CloseScope.enter}, at the end of the operation. */
  leave(): void {
    this.#parent?.leave();
    this.#entered.end();
  }

  /** Refuses new operations, ends the running ones, then calls `release`. Repeated calls return the first promise. */
  close(release?: Closer): Promise<void> {
    if (this.#closing === undefined) {
      const { promise, resolve } = Promise.withResolvers<void>();
      // Set before any operation is ended: an operation that ends must find this scope closed.
      this.#closing = promise;
      resolve(this.#end(release));
    }
    return this.#closing;
  }

  async #end(release: Closer | undefined): Promise<void> {
    // Errors are ignored here: the caller of each operation receives them.
    await Promise.allSettled([...this.#running].map(async (closer) => await closer()));
    await this.#entered.whenIdle();
    await release?.();
  }
}
