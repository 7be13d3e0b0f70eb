import { type AetherError, UnavailableError, UnsupportedStorageError } from "../../../errors.ts";
import { ApiError, isTransient } from "./api_error.ts";
import { RequestFailure } from "../nats/request_failure.ts";

/**
 * The error that a caller receives for a failure without a more specific one.
 *
 * @param attempt The attempted operation: `read "order.42"`.
 * @param error Any value. A value that is not the failure of a request is returned unchanged.
 */
export function toUserError(attempt: string, error: unknown): unknown {
  if (error instanceof ApiError) return explainApiError(attempt, error);
  if (!(error instanceof RequestFailure)) return error;
  const cause = { cause: error.cause };
  switch (error.kind) {
    case "closed":
      return new UnavailableError(
        `Cannot ${attempt}: the connection was closed. Connect again and create a new backend`,
        cause,
      );
    case "disconnected":
      return new UnavailableError(`Cannot ${attempt}: the connection is down. Try again`, cause);
    case "no-responders":
      return new UnavailableError(`Cannot ${attempt}: no JetStream server answers for the stream. Try again`, cause);
    case "permission-denied":
      return new UnsupportedStorageError(
        `Cannot ${attempt}: the NATS user lacks a permission: ${error.message}. Grant the permission to the user`,
        cause,
      );
    case "invalid":
      return new UnsupportedStorageError(`Cannot ${attempt}: the message cannot be sent: ${error.message}`, cause);
    case "no-reply":
      return new UnavailableError(`Cannot ${attempt}: the server did not answer. Try again`, cause);
  }
}

function explainApiError(attempt: string, error: ApiError): AetherError {
  const cause = { cause: error };
  if (isTransient(error)) {
    return new UnavailableError(
      `Cannot ${attempt}: JetStream is not available now: ${error.message}. Try again`,
      cause,
    );
  }
  return new UnsupportedStorageError(`Cannot ${attempt}: JetStream refused: ${error.message}`, cause);
}

/** Awaits a promise, and converts its failure by `toUserError()`. */
export async function withUserErrors<T>(attempt: string, promise: Promise<T>): Promise<T> {
  try {
    return await promise;
  } catch (error) {
    throw toUserError(attempt, error);
  }
}

/** Yields the items of an iteration, and converts its failure by `toUserError()`. */
export async function* withUserErrorsEach<T>(attempt: string, items: AsyncIterable<T>): AsyncGenerator<T, void, void> {
  try {
    yield* items;
  } catch (error) {
    throw toUserError(attempt, error);
  }
}
