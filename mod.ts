/**
 * Event sourcing with namespaces that are isolated: no query on one namespace returns data of another.
 *
 * An actor is what other libraries call a stream or an aggregate: one entity with its own sequence of events.
 *
 * This entry point contains the functions and types that most applications need, with any adapter. An adapter creates
 * the backend: `@flowmade-one/aether/memory`, `/sqlite` or `/jetstream`. Further entry points, by topic: `/consumers`,
 * `/projections`, `/snapshots`, `/cluster`, `/hosting`, `/observability`, `/opentelemetry`, `/patterns`, `/errors`,
 * `/limits`, `/types`, and for the authors of adapters `/adapter` and `/conformance`.
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
 * const [placed] = await store.read("order.42").toArray();
 * assertEquals([placed?.type, placed?.version], ["Placed", 1]);
 * ```
 *
 * @module
 */
export { parseActorId } from "./src/values/parse_actor_id.ts";
export type { BusSubscription, EventBus, Handler, NamespacedEventBus } from "./src/bus/event_bus.ts";
export type { Backend, BackendOptions, GrantOptions } from "./src/backend/backend.ts";
export type { ErrorCode } from "./src/errors/error_code.ts";
export { isAetherError } from "./src/errors/is_aether_error.ts";
export type { EventMap } from "./src/events/event_map.ts";
export type { EventMetadata } from "./src/events/event_metadata.ts";
export { event } from "./src/events/event.ts";
export { type Events, events } from "./src/events/events.ts";
export { unchecked } from "./src/events/unchecked.ts";
export { metadataFrom } from "./src/events/metadata_from.ts";
export type { NewEvent, NewEventOf } from "./src/events/new_event.ts";
export type { BusEvent, BusEventOf, PublishedEvent } from "./src/events/published_event.ts";
export type { RecordedEvent, RecordedEventOf } from "./src/events/recorded_event.ts";
export type { Grant } from "./src/grants/grant.ts";
export { DEFAULT_NAMESPACE, type Namespace } from "./src/base/namespace.ts";
export { parseNamespace } from "./src/values/parse_namespace.ts";
export { parsePosition } from "./src/values/position.ts";
export { type Position } from "./src/base/position.ts";
export { type DecidedEvents, type Decider, decider, type WithTypes } from "./src/state/decider.ts";
export { execute } from "./src/state/execute.ts";
export { given } from "./src/state/given.ts";
export { load } from "./src/state/load.ts";
export type { ExecuteOptions, ExecuteResult, LoadOptions, LoadResult } from "./src/state/options.ts";
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
  ReadAllOptions,
  ReadOptions,
  SubscribeOptions,
} from "./src/store/options.ts";
