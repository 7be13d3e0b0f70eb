/**
 * All error classes of this package, and the types of their fields.
 *
 * An application does not need these classes to recognise an error: `isAetherError` of `@flowmade-one/aether` compares
 * its code. An adapter throws these errors, and a test can throw them to simulate a storage that fails.
 *
 * @example
 * ```ts
 * import { isAetherError } from "@flowmade-one/aether";
 * import { UnavailableError } from "@flowmade-one/aether/errors";
 * import { assertEquals } from "@std/assert";
 *
 * const error: unknown = new UnavailableError("Cannot read the stock: the storage did not answer");
 * assertEquals(isAetherError(error, "unavailable") && error.isRetryable, true);
 * ```
 *
 * @module
 */
export { AbortError } from "./src/errors/abort_error.ts";
export { AetherError } from "./src/errors/aether_error.ts";
export { ClosedError } from "./src/errors/closed_error.ts";
export { CorruptDataError } from "./src/errors/corrupt_data_error.ts";
export type { ErrorByCode } from "./src/errors/error_by_code.ts";
export { EventsExpiredError, type ExpiredEvents } from "./src/errors/events_expired_error.ts";
export { EvolveError, type UnevolvedEvent } from "./src/errors/evolve_error.ts";
export { InvalidActorIdError } from "./src/errors/invalid_actor_id_error.ts";
export { InvalidArgumentError } from "./src/errors/invalid_argument_error.ts";
export { InvalidEventError } from "./src/errors/invalid_event_error.ts";
export { InvalidGrantError } from "./src/errors/invalid_grant_error.ts";
export { InvalidNamespaceError } from "./src/errors/invalid_namespace_error.ts";
export { InvalidPatternError } from "./src/errors/invalid_pattern_error.ts";
export { LookbackExhaustedError } from "./src/errors/lookback_exhausted_error.ts";
export { OutcomeUnknownError, type UnknownOutcome } from "./src/errors/outcome_unknown_error.ts";
export { OverloadedError } from "./src/errors/overloaded_error.ts";
export { QueueOverflowError } from "./src/errors/queue_overflow_error.ts";
export { QuotaExceededError } from "./src/errors/quota_exceeded_error.ts";
export { type SnapshotMismatch, SnapshotMismatchError } from "./src/errors/snapshot_mismatch_error.ts";
export { TooLargeError } from "./src/errors/too_large_error.ts";
export { UnavailableError } from "./src/errors/unavailable_error.ts";
export { UnknownPositionError } from "./src/errors/unknown_position_error.ts";
export { UnsupportedStorageError } from "./src/errors/unsupported_storage_error.ts";
export { type VersionConflict, VersionConflictError } from "./src/errors/version_conflict_error.ts";
