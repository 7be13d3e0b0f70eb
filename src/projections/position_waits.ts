import type { Position } from "../base/position.ts";
import { isAetherError } from "../errors/is_aether_error.ts";
import { onAbort } from "../lifecycle/on_abort.ts";

/** The outcome of a wait for a position. */
export type WaitOutcome =
  | "reached"
  | "waiting"
  /** The wait continues. The projection has received no event: it does not know whether the position is of its log. */
  | "unverified"
  /** The wait ends with an error. */
  | { readonly error: unknown };

/** The calls of `reached` that wait. */
export class PositionWaits {
  readonly #verify: (position: Position) => Promise<void>;
  readonly #checks: Set<() => void> = new Set();

  /** @param verify Rejects with `UnknownPositionError` if a position does not belong to the log. */
  constructor(verify: (position: Position) => Promise<void>) {
    this.#verify = verify;
  }

  /**
   * Waits until a position is reached.
   *
   * @param outcomeOf Called now, after each change, and when the signal is aborted.
   * @throws The error that `outcomeOf` returns.
   * @throws {UnknownPositionError} If the position does not belong to the log.
   */
  async wait(position: Position, outcomeOf: () => WaitOutcome, signal: AbortSignal | undefined): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const check = () => {
      const outcome = outcomeOf();
      if (outcome === "reached") resolve();
      else if (outcome === "unverified") this.#verify(position).catch(rejectIfUnknown);
      else if (outcome !== "waiting") reject(outcome.error);
    };
    // After another error, the position is verified at the next change.
    const rejectIfUnknown = (error: unknown) => {
      if (isAetherError(error, "unknown-position")) reject(error);
    };
    const removeAbortListener = onAbort(signal, check);
    this.#checks.add(check);
    check();
    try {
      await promise;
    } finally {
      this.#checks.delete(check);
      removeAbortListener();
    }
  }

  /** Called when the position or the state of the projection has changed. */
  changed(): void {
    for (const check of [...this.#checks]) check();
  }
}
