import type { ErrorCode } from "./error_code.ts";
import { isAetherError } from "./is_aether_error.ts";

/** The type of every other error: one that is neither an error of this package nor a standard error. */
const OTHER_ERROR = "_OTHER";

/** The codes of this release. Another release of the package in the same process may have other codes. */
const CODES: Readonly<Record<ErrorCode, true>> = {
  "aborted": true,
  "closed": true,
  "corrupt-data": true,
  "events-expired": true,
  "evolve-failed": true,
  "invalid-actor-id": true,
  "invalid-argument": true,
  "invalid-event": true,
  "invalid-grant": true,
  "invalid-namespace": true,
  "invalid-pattern": true,
  "lookback-exhausted": true,
  "outcome-unknown": true,
  "overloaded": true,
  "queue-overflow": true,
  "quota-exceeded": true,
  "snapshot-mismatch": true,
  "too-large": true,
  "unavailable": true,
  "unknown-position": true,
  "unsupported-storage": true,
  "version-conflict": true,
};

/** The names of standard errors of ECMAScript and of the web platform. */
const STANDARD_NAMES: ReadonlySet<string> = new Set([
  "AbortError",
  "AggregateError",
  "DataCloneError",
  "Error",
  "EvalError",
  "NetworkError",
  "NotSupportedError",
  "OperationError",
  "QuotaExceededError",
  "RangeError",
  "ReferenceError",
  "SuppressedError",
  "SyntaxError",
  "TimeoutError",
  "TypeError",
  "URIError",
]);

/**
 * The type of an error, from a bounded set: the code of an `AetherError`, the name of a standard error, or `_OTHER`.
 * The result contains no data of the application, as the message or another name of an error may. Does not throw, even
 * if a property of the error does.
 */
export function errorType(error: unknown): string {
  try {
    if (isAetherError(error)) return Object.hasOwn(CODES, error.code) ? error.code : OTHER_ERROR;
    const { name } = (error ?? {}) as { readonly name?: unknown };
    return typeof name === "string" && STANDARD_NAMES.has(name) ? name : OTHER_ERROR;
  } catch {
    return OTHER_ERROR;
  }
}
