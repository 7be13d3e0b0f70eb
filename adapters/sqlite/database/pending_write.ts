import { Write, type WriteQueue } from "./write_queue.ts";

/** A write whose caller waits for its result. */
export abstract class PendingWrite<T> extends Write {
  readonly #result: PromiseWithResolvers<T> = Promise.withResolvers();
  #removeListener: (() => void) | undefined;

  /**
   * Queues the write.
   *
   * @param signal If it is aborted while the write is queued, the write is removed, and the promise rejects with the
   * signal's reason. Nothing was stored. A write that is no longer queued has settled, because a transaction is
   * synchronous.
   */
  submit(queue: WriteQueue, signal: AbortSignal | undefined): Promise<T> {
    queue.add(this);
    if (signal !== undefined) {
      const onAbort = () => {
        if (queue.remove(this)) this.reject(signal.reason);
      };
      signal.addEventListener("abort", onAbort, { once: true });
      this.#removeListener = () => signal.removeEventListener("abort", onAbort);
    }
    return this.#result.promise;
  }

  protected resolve(result: T): void {
    this.#removeListener?.();
    this.#result.resolve(result);
  }

  protected reject(error: unknown): void {
    this.#removeListener?.();
    this.#result.reject(error);
  }
}
