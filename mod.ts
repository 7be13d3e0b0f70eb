/**
 * Event sourcing with namespaces that are isolated: what happens in one is invisible to everything asked of another.
 *
 * This entry point holds the values and types that an application needs with any adapter. A backend comes from an
 * adapter: `@flowmade-one/aether/memory` or `@flowmade-one/aether/jetstream`.
 *
 * @example
 * ```ts
 * import { events } from "@flowmade-one/aether";
 * import { memory } from "@flowmade-one/aether/memory";
 * import { assertEquals } from "@std/assert";
 *
 * interface OrderEvents {
 *   Placed: { sku: string };
 *   Shipped: { at: string };
 * }
 *
 * await using backend = memory();
 * const store = backend.store("prod.orders", events<OrderEvents>());
 * await store.append("order.42", [{ type: "Placed", data: { sku: "A" } }], { expectedVersion: 0 });
 * const [placed] = await store.read("order.42").collect();
 * assertEquals([placed?.type, placed?.version], ["Placed", 1]);
 * ```
 *
 * @module
 */
export { parseActorId } from "./src/values/parse_actor_id.ts";
export type {
  BusSubscribeOptions,
  BusSubscription,
  EventBus,
  Handler,
  NamespacedEventBus,
  QueuedEvents,
  QueueOptions,
} from "./src/bus/event_bus.ts";
export type { OnError } from "./src/bus/subscriber.ts";
export type { Backend, BackendOptions, GrantOptions } from "./src/backend/backend.ts";
export type { Capabilities } from "./src/driver/driver.ts";
export { AbortedError } from "./src/errors/aborted_error.ts";
export { AetherError } from "./src/errors/aether_error.ts";
export { isAetherError } from "./src/errors/is_aether_error.ts";
export { ClosedError } from "./src/errors/closed_error.ts";
export type { ErrorByCode } from "./src/errors/error_by_code.ts";
export type { ErrorCode } from "./src/errors/error_code.ts";
export { EventsExpiredError, type ExpiredEvents } from "./src/errors/events_expired_error.ts";
export { EvolveError, type UnevolvedEvent } from "./src/errors/evolve_error.ts";
export { InvalidActorIdError } from "./src/errors/invalid_actor_id_error.ts";
export { InvalidArgumentError } from "./src/errors/invalid_argument_error.ts";
export { InvalidEventError } from "./src/errors/invalid_event_error.ts";
export { InvalidGrantError } from "./src/errors/invalid_grant_error.ts";
export { InvalidNamespaceError } from "./src/errors/invalid_namespace_error.ts";
export { InvalidPatternError } from "./src/errors/invalid_pattern_error.ts";
export { LookbackExhaustedError } from "./src/errors/lookback_exhausted_error.ts";
export { OutcomeUnknownError } from "./src/errors/outcome_unknown_error.ts";
export { QueueOverflowError } from "./src/errors/queue_overflow_error.ts";
export { QuotaExceededError } from "./src/errors/quota_exceeded_error.ts";
export { type SnapshotMismatch, SnapshotMismatchError } from "./src/errors/snapshot_mismatch_error.ts";
export { TooLargeError } from "./src/errors/too_large_error.ts";
export { UnknownPositionError } from "./src/errors/unknown_position_error.ts";
export { UnavailableError } from "./src/errors/unavailable_error.ts";
export { CorruptDataError } from "./src/errors/corrupt_data_error.ts";
export { UnsupportedStorageError } from "./src/errors/unsupported_storage_error.ts";
export { type VersionConflict, VersionConflictError } from "./src/errors/version_conflict_error.ts";
export type {
  AnyEvents,
  DeepReadonly,
  EventMap,
  EventMapOf,
  EventsProblem,
  Input,
  Json,
  JsonEvents,
  NotJson,
  Primitive,
  TypeOf,
} from "./src/events/event_map.ts";
export type { EventMetadata } from "./src/events/event_metadata.ts";
export { event } from "./src/events/event.ts";
export { type Events, events } from "./src/events/events.ts";
export { metadataFrom } from "./src/events/metadata_from.ts";
export type { NewEvent, NewEventOf } from "./src/events/new_event.ts";
export type { BusEvent, BusEventOf, PublishedEvent } from "./src/events/published_event.ts";
export type { RecordedEvent, RecordedEventOf } from "./src/events/recorded_event.ts";
export type { Grant, GrantUse } from "./src/grants/grant.ts";
export {
  COMMIT_ID_LOOKBACK,
  DEFAULT_MAX_COMMIT_BYTES,
  MAX_ACTOR_ID_BYTES,
  MAX_ATTEMPTS,
  MAX_BACKOFF_MS,
  MAX_DATA_DEPTH,
  MAX_EVENT_TYPE_BYTES,
  MAX_EVENTS_PER_COMMIT,
  MAX_ID_LENGTH,
  MAX_METADATA_KEY_LENGTH,
  MAX_METADATA_PAIRS,
  MAX_NAMESPACE_LENGTH,
  MAX_NAMESPACE_TOKEN_LENGTH,
  MAX_NAMESPACE_TOKENS,
  MAX_REASON_LENGTH,
  MAX_SCHEMA_VERSION,
  MAX_SNAPSHOT_BYTES,
  MAX_SNAPSHOTS_KEPT,
  MAX_SUBJECT_TOKENS,
} from "./src/base/limits.ts";
export { DEFAULT_NAMESPACE, type ExactNamespace, type Namespace } from "./src/base/namespace.ts";
export { parseNamespace } from "./src/values/parse_namespace.ts";
export { compilePattern, type Matcher } from "./src/values/compile_pattern.ts";
export { parseActorPattern, parseNamespacePattern } from "./src/values/parse_pattern.ts";
export type { ActorPattern, NamespacePattern, Pattern } from "./src/values/pattern.ts";
export { patternCovers } from "./src/values/pattern_covers.ts";
export { parsePosition } from "./src/values/position.ts";
export { type Position } from "./src/base/position.ts";
export type {
  LatestSnapshotOptions,
  PutSnapshotOptions,
  Snapshot,
  SnapshotCommits,
  SnapshotStore,
} from "./src/store/snapshot_store.ts";
export {
  type DecidedEvents,
  type Decider,
  decider,
  type DeciderOf,
  type Evolver,
  type KnownEvents,
  type WithTypes,
} from "./src/state/decider.ts";
export { execute } from "./src/state/execute.ts";
export type { IfPartOf } from "./src/state/if_part_of.ts";
export type { ExecuteOptions, ExecuteResult, Lookback } from "./src/state/options.ts";
export { given, type GivenEvents } from "./src/state/given.ts";
export { type WhenCommand } from "./src/state/decision.ts";
export { load } from "./src/state/load.ts";
export { type LoadOptions, type LoadResult } from "./src/state/options.ts";
export {
  allOf,
  anyOf,
  everyBytes,
  everyEvents,
  never,
  olderThan,
  type SnapshotFacts,
  type SnapshotPolicy,
  when,
} from "./src/state/snapshot_policy.ts";
export {
  type SnapshotSettings,
  type SnapshotSettingsOf,
  type Snapshotted,
  type SnapshottedActor,
  withSnapshots,
} from "./src/state/with_snapshots.ts";
export type {
  EventReader,
  EventStore,
  ReadOnlyStore,
  Subscription,
  SubscriptionState,
} from "./src/store/event_store.ts";
export type {
  AppendOptions,
  AppendResult,
  EndOptions,
  LatestVersionOptions,
  ReadAllOptions,
  ReadOptions,
  SubscribeOptions,
  SubscriptionFilter,
} from "./src/store/options.ts";
export type { Brand, Hint } from "./src/base/brand.ts";
export type { ExpectedVersion } from "./src/values/expected_version.ts";
