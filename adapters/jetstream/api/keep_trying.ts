import { isTransient } from "./api_error.ts";
import type { RetryBudget } from "./retry_budget.ts";
import type { ServerApi } from "./server_api.ts";
import { delay } from "../util/abortable.ts";
import { backoffMs } from "../util/backoff.ts";

/**
 * Repeats an attempt until it has a result, while the server is unavailable.
 *
 * @param api Creates a budget for each attempt.
 * @param attempt Resolves to `undefined` to be repeated.
 * @throws The error of an attempt, unless the same attempt may succeed later.
 * @throws The reason of the signal, if it is aborted.
 */
export async function keepTrying<T>(
  api: Pick<ServerApi, "newBudget">,
  signal: AbortSignal | undefined,
  attempt: (budget: RetryBudget) => Promise<T | undefined>,
): Promise<T> {
  for (let failures = 1;; failures++) {
    try {
      const result = await attempt(api.newBudget(signal));
      if (result !== undefined) return result;
    } catch (error) {
      if (!isTransient(error)) throw error;
    }
    await delay(backoffMs(failures), signal);
  }
}
