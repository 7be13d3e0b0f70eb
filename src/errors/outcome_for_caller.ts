import { isAetherError } from "./is_aether_error.ts";
import { OutcomeUnknownError } from "./outcome_unknown_error.ts";

/**
 * Converts an error for the caller of an operation that stores a commit. An unknown outcome is retryable only if this
 * caller passed a commit id: an inner operation may have generated one.
 */
export function outcomeForCaller(error: unknown, commitId: string | undefined): unknown {
  const isRetryable = commitId !== undefined;
  if (!isAetherError(error, "outcome-unknown") || error.isRetryable === isRetryable) return error;
  const { message, namespace, actorId } = error;
  const options = "cause" in error ? { cause: error.cause } : undefined;
  return new OutcomeUnknownError(message, { namespace, actorId, commitId: error.commitId, isRetryable }, options);
}
