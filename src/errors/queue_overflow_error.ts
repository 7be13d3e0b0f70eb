import { AetherError } from "./aether_error.ts";

/** A queue of bus events was full, and its policy was to fail. */
export class QueueOverflowError extends AetherError {
  /** The name of the class. */
  override readonly name = "QueueOverflowError";
  /** The stable code of the error. */
  override readonly code = "queue-overflow";
  /** The capacity of the queue in events. */
  readonly capacity: number;

  /**
   * Makes the error.
   *
   * @param capacity The capacity of the queue in events.
   */
  constructor(capacity: number, options?: ErrorOptions) {
    super(
      `Cannot take another event: the queue is full with ${capacity}. Take events faster, raise the capacity, or choose ` +
        `to drop the oldest or newest`,
      options,
    );
    this.capacity = capacity;
  }
}
