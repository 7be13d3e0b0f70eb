import { isTransient } from "./api_error.ts";
import { RetryBudget } from "./retry_budget.ts";
import { delay } from "../util/abortable.ts";

/** Milliseconds before the next attempt, doubled after each. */
const FIRST_PAUSE = 10;
const MAX_PAUSE = 1_000;

/**
 * Repeats an attempt until it has a result, for as long as the server is away.
 *
 * @param timeout Milliseconds that one attempt may take.
 * @param attempt Resolves to `undefined` if it is to be repeated.
 * @throws The error of an attempt, unless the same attempt may succeed later.
 * @throws The reason of the signal, if it is aborted.
 */
export async function keepTrying<T>(
  timeout: number,
  signal: AbortSignal | undefined,
  attempt: (budget: RetryBudget) => Promise<T | undefined>,
): Promise<T> {
  for (let ms = FIRST_PAUSE;; ms = Math.min(ms * 2, MAX_PAUSE)) {
    try {
      const result = await attempt(new RetryBudget(timeout, signal));
      if (result !== undefined) return result;
    } catch (error) {
      if (!isTransient(error)) throw error;
    }
    await delay(ms, signal);
  }
}
