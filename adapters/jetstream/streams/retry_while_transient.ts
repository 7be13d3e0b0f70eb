import type { ManagedStream } from "./managed_stream.ts";
import type { RetryBudget } from "../api/retry_budget.ts";
import { API_ERROR, ApiError, isTransient } from "../api/api_error.ts";
import { RequestFailure } from "../nats/request_failure.ts";
import type { RequestOptions } from "../api/request_options.ts";

/**
 * Asks something of a stream, and tries again while there is time where the answer may come later.
 *
 * @param read One try.
 * @returns `undefined` also if the stream is not there: it has nothing then.
 * @throws {RequestFailure} If no answer came in time.
 * @throws The reason of the signal, if it is aborted.
 */
export async function retryWhileTransient<T>(
  { stream }: { readonly stream: ManagedStream<unknown> },
  budget: RetryBudget,
  read: (options: RequestOptions) => Promise<T | undefined>,
): Promise<T | undefined> {
  while (true) {
    try {
      return await read(budget.options);
    } catch (error) {
      if (error instanceof ApiError && error.code === API_ERROR.streamNotFound) {
        stream.invalidate();
        return undefined;
      }
      if (!isTransient(error)) throw error;
      // A deleted stream has no responders; for a while, neither has a stream without a leader.
      if (error instanceof RequestFailure && error.kind === "unheard" && await isGone(stream, budget)) {
        return undefined;
      }
      await budget.backoff(error);
    }
  }
}

async function isGone(stream: ManagedStream<unknown>, budget: RetryBudget): Promise<boolean> {
  stream.invalidate();
  try {
    return await stream.find(budget.options) === undefined;
  } catch (error) {
    if (!isTransient(error)) throw error;
    return false; // Nobody knows.
  }
}
