import type { BusEvent } from "../event/published_event.ts";

/** Is told what a handler threw or rejected with. */
export type OnError = (error: unknown, event: BusEvent) => void;

/** One subscription: what it wants, and who gets it. */
export class Subscriber {
  readonly #wants: ((event: BusEvent) => boolean) | undefined;
  readonly #receive: (event: BusEvent) => unknown;
  readonly #onError: OnError;
  #active = true;

  constructor(
    wants: ((event: BusEvent) => boolean) | undefined,
    receive: (event: BusEvent) => unknown,
    onError: OnError,
  ) {
    this.#wants = wants;
    this.#receive = receive;
    this.#onError = onError;
  }

  /** Hands an event over, if it is wanted. Never throws. */
  give(event: BusEvent): void {
    if (!this.#active || (this.#wants !== undefined && !this.#wants(event))) return;
    try {
      const result = this.#receive(event);
      if (isThenable(result)) Promise.resolve(result).catch((error) => this.#onError(error, event));
    } catch (error) {
      this.#onError(error, event);
    }
  }

  /** Hands nothing over from now on, also of what is being delivered. Tells whether it did until now. */
  stop(): boolean {
    const wasActive = this.#active;
    this.#active = false;
    return wasActive;
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && "then" in value;
}
