import { AetherError } from "./aether_error.ts";

/** A queue of bus events was full, and its overflow policy is `"fail"`. */
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
      `Cannot queue another event: ${capacity} events wait, which is the capacity of the queue. Read events faster, ` +
        `raise the capacity, or choose another overflow policy`,
      options,
    );
    this.capacity = capacity;
  }
}
