import type { AbortError } from "./abort_error.ts";
import type { ClosedError } from "./closed_error.ts";
import type { TooLargeError } from "./too_large_error.ts";
import type { EventsExpiredError } from "./events_expired_error.ts";
import type { EvolveError } from "./evolve_error.ts";
import type { InvalidActorIdError } from "./invalid_actor_id_error.ts";
import type { InvalidArgumentError } from "./invalid_argument_error.ts";
import type { InvalidEventError } from "./invalid_event_error.ts";
import type { InvalidGrantError } from "./invalid_grant_error.ts";
import type { InvalidNamespaceError } from "./invalid_namespace_error.ts";
import type { InvalidPatternError } from "./invalid_pattern_error.ts";
import type { LookbackExhaustedError } from "./lookback_exhausted_error.ts";
import type { OutcomeUnknownError } from "./outcome_unknown_error.ts";
import type { OverloadedError } from "./overloaded_error.ts";
import type { QueueOverflowError } from "./queue_overflow_error.ts";
import type { QuotaExceededError } from "./quota_exceeded_error.ts";
import type { SnapshotMismatchError } from "./snapshot_mismatch_error.ts";
import type { UnknownPositionError } from "./unknown_position_error.ts";
import type { UnavailableError } from "./unavailable_error.ts";
import type { CorruptDataError } from "./corrupt_data_error.ts";
import type { UnsupportedStorageError } from "./unsupported_storage_error.ts";
import type { VersionConflictError } from "./version_conflict_error.ts";

/** The error class of each code. {@link isAetherError} narrows an error to it. */
export interface ErrorByCode {
  /** The signal of the call was aborted. */
  readonly "aborted": AbortError;
  /** The store or its backend was closed. */
  readonly "closed": ClosedError;
  /** A commit, a published event or a snapshot exceeds its maximum size. */
  readonly "too-large": TooLargeError;
  /** A read needs events that retention has expired. */
  readonly "events-expired": EventsExpiredError;
  /** A decider's `evolve` failed for an event. */
  readonly "evolve-failed": EvolveError;
  /** The given value is not an actor id. */
  readonly "invalid-actor-id": InvalidActorIdError;
  /** An argument or option is invalid. */
  readonly "invalid-argument": InvalidArgumentError;
  /** An event cannot be stored. */
  readonly "invalid-event": InvalidEventError;
  /** A value is not a grant of this backend. */
  readonly "invalid-grant": InvalidGrantError;
  /** The given value is not a namespace. */
  readonly "invalid-namespace": InvalidNamespaceError;
  /** The given value is not a pattern. */
  readonly "invalid-pattern": InvalidPatternError;
  /** A commit id was not found, and older commits were not searched. */
  readonly "lookback-exhausted": LookbackExhaustedError;
  /** It is unknown whether a commit was stored. */
  readonly "outcome-unknown": OutcomeUnknownError;
  /** Too many commands wait for one actor. */
  readonly "overloaded": OverloadedError;
  /** A queue of bus events was full. */
  readonly "queue-overflow": QueueOverflowError;
  /** The namespace's quota refuses the commit. */
  readonly "quota-exceeded": QuotaExceededError;
  /** A snapshot differs from the state of its events. */
  readonly "snapshot-mismatch": SnapshotMismatchError;
  /** A position belongs to another log, or is beyond the end of the log. */
  readonly "unknown-position": UnknownPositionError;
  /** The storage did not answer. */
  readonly "unavailable": UnavailableError;
  /** A stored event or value cannot be read. */
  readonly "corrupt-data": CorruptDataError;
  /** The server or the file cannot give the guarantees of this package. */
  readonly "unsupported-storage": UnsupportedStorageError;
  /** An append expected a version that the actor does not have. */
  readonly "version-conflict": VersionConflictError;
}
