import { type ErrorCode, parseNamespace } from "@flowmade-one/aether";
import {
  AbortError,
  ClosedError,
  CorruptDataError,
  type ErrorByCode,
  EventsExpiredError,
  EvolveError,
  InvalidActorIdError,
  InvalidArgumentError,
  InvalidEventError,
  InvalidGrantError,
  InvalidNamespaceError,
  InvalidPatternError,
  LookbackExhaustedError,
  OutcomeUnknownError,
  OverloadedError,
  QueueOverflowError,
  QuotaExceededError,
  SnapshotMismatchError,
  TooLargeError,
  UnavailableError,
  UnknownPositionError,
  UnsupportedStorageError,
  VersionConflictError,
} from "@flowmade-one/aether/errors";

/** One error of each code, with a cause. */
export function exampleErrors(cause: Error): { readonly [C in ErrorCode]: ErrorByCode[C] } {
  const namespace = parseNamespace("prod.orders");
  const actor = { namespace, actorId: "order.42" };
  const options = { cause };
  return {
    "aborted": new AbortError("message", options),
    "closed": new ClosedError("message", options),
    "corrupt-data": new CorruptDataError("message", { namespace }, options),
    "events-expired": new EventsExpiredError({ ...actor, firstAvailable: 3 }, options),
    "evolve-failed": new EvolveError({ ...actor, id: "e", type: "T", version: 3 }, "problem", options),
    "invalid-actor-id": new InvalidActorIdError("message", { value: "a..b" }, options),
    "invalid-argument": new InvalidArgumentError("message", { argument: "limit" }, options),
    "invalid-event": new InvalidEventError("message", { path: "events[0].data" }, options),
    "invalid-grant": new InvalidGrantError("message", options),
    "invalid-namespace": new InvalidNamespaceError("message", { value: "a..b" }, options),
    "invalid-pattern": new InvalidPatternError("message", { value: "a..b" }, options),
    "lookback-exhausted": new LookbackExhaustedError({ ...actor, commitId: "c" }, options),
    "outcome-unknown": new OutcomeUnknownError("message", { ...actor, commitId: "c" }, options),
    "overloaded": new OverloadedError({ ...actor, capacity: 1_000 }, options),
    "queue-overflow": new QueueOverflowError(5, options),
    "quota-exceeded": new QuotaExceededError("message", { namespace }, options),
    "snapshot-mismatch": new SnapshotMismatchError(
      { ...actor, version: 3, path: "state", left: 1, right: 2 },
      options,
    ),
    "too-large": new TooLargeError("message", { bytes: 2, maxBytes: 1 }, options),
    "unavailable": new UnavailableError("message", options),
    "unknown-position": new UnknownPositionError(namespace, options),
    "unsupported-storage": new UnsupportedStorageError("message", options),
    "version-conflict": new VersionConflictError({ ...actor, expected: 1, actual: 2 }, options),
  };
}
