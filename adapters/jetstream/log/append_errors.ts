import type { Commit } from "../../../adapter.ts";
import type { Namespace } from "../../../mod.ts";
import { OutcomeUnknownError, QuotaExceededError, UnsupportedStorageError } from "../../../errors.ts";
import { API_ERROR, ApiError, exhaustedResource } from "../api/api_error.ts";
import { toUserError } from "../api/to_user_error.ts";

/** The error of an append whose outcome is unknown. */
export function unknownOutcome(
  namespace: Namespace,
  { actorId, id: commitId, expectedVersion }: Commit,
  cause: unknown,
): OutcomeUnknownError {
  const advice = typeof expectedVersion === "number"
    ? `append the same events again with commitId "${commitId}" and expectedVersion ${expectedVersion}`
    : `look for an event whose commitId is "${commitId}"`;
  return new OutcomeUnknownError(
    `Cannot determine the outcome of an append to "${actorId}" in namespace "${namespace}": the server did not ` +
      `confirm in time whether the commit was stored. To find out, ${advice}`,
    { namespace, actorId, commitId },
    { cause },
  );
}

/**
 * The error of an append that stored nothing.
 *
 * @param attempt The attempted operation: `append to "order.42" in namespace "tenant-a"`.
 */
export function explainAppend(attempt: string, namespace: Namespace, error: unknown): unknown {
  const exhausted = exhaustedResource(error);
  if (exhausted !== undefined) {
    const reason = `${exhausted} (${(error as ApiError).message})`;
    const message = `Cannot ${attempt}: ${reason}. Nothing was stored. Raise the limit`;
    return new QuotaExceededError(message, { namespace }, { cause: error });
  }
  if (error instanceof ApiError && error.code === API_ERROR.messageTooLarge) {
    return new UnsupportedStorageError(
      `Cannot ${attempt}: its stream does not accept a message of that size (${error.message}). Raise its ` +
        `max_msg_size, or split the commit`,
      { cause: error },
    );
  }
  return toUserError(attempt, error);
}
