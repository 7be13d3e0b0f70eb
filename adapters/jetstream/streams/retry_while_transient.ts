import type { ManagedStream } from "./managed_stream.ts";
import type { RetryBudget } from "../api/retry_budget.ts";
import { API_ERROR, ApiError, isTransient } from "../api/api_error.ts";
import { RequestFailure } from "../nats/request_failure.ts";
import type { RequestOptions } from "../api/request_options.ts";

/**
 * Sends a request about a stream, and repeats it within the budget after transient errors.
 *
 * @param read One attempt.
 * @returns `undefined` also if the stream does not exist.
 * @throws {RequestFailure} If no reply came within the budget.
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
      // A deleted stream has no responders. A stream without a leader temporarily has none either.
      if (error instanceof RequestFailure && error.kind === "no-responders" && await isGone(stream, budget)) {
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
    return false; // It may exist.
  }
}
