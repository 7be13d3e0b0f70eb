import type { LazyStream } from "./lazy_stream.ts";
import type { Patience } from "../api/patience.ts";
import { API_ERROR, ApiError, isPassing } from "../api/api_error.ts";
import { RequestFailure } from "../nats/request_failure.ts";
import type { RequestOptions } from "../api/server_api.ts";

/**
 * Asks something of a stream, and tries again while there is time where the answer may come later.
 *
 * @param read One try.
 * @returns `undefined` also if the stream is not there: it has nothing then.
 * @throws {RequestFailure} No answer came in time.
 * @throws The signal's reason.
 */
export async function readStored<T>(
  { stream }: { readonly stream: LazyStream<unknown> },
  patience: Patience,
  read: (options: RequestOptions) => Promise<T | undefined>,
): Promise<T | undefined> {
  while (true) {
    try {
      return await read(patience.options);
    } catch (error) {
      if (error instanceof ApiError && error.code === API_ERROR.streamNotFound) {
        stream.forget();
        return undefined;
      }
      if (!isPassing(error)) throw error;
      // Nobody listens for a stream that was deleted; nor, for a while, for one that has no leader.
      if (error instanceof RequestFailure && error.kind === "unheard" && await isGone(stream, patience)) {
        return undefined;
      }
      await patience.again(error);
    }
  }
}

async function isGone(stream: LazyStream<unknown>, patience: Patience): Promise<boolean> {
  stream.forget();
  try {
    return await stream.find(patience.options) === undefined;
  } catch (error) {
    if (!isPassing(error)) throw error;
    return false; // Nobody knows.
  }
}
