/**
 * Types that appear in the signatures of `@flowmade-one/aether` and that applications rarely write: types of event maps
 * and deciders, for generic functions, and types of single options.
 *
 * @example
 * ```ts
 * import type { EventMap, EventStore } from "@flowmade-one/aether";
 * import type { TypeOf } from "@flowmade-one/aether/types";
 * import { memory } from "@flowmade-one/aether/memory";
 *
 * function typesOf<E extends EventMap>(_store: EventStore<E>): (type: TypeOf<E>) => string {
 *   return (type) => type;
 * }
 * typesOf(memory().store("tenant-a"));
 * ```
 *
 * @module
 */
export type { Brand, Hint } from "./src/base/brand.ts";
export type { ExactNamespace } from "./src/base/namespace.ts";
export type { BusSubscribeOptions, QueuedEvents, QueueOptions } from "./src/bus/event_bus.ts";
export type { OnError } from "./src/bus/subscriber.ts";
export type {
  AnyEvents,
  DeepReadonly,
  EventMapOf,
  EventsProblem,
  Input,
  Json,
  JsonEvents,
  NotJson,
  Primitive,
  TypeOf,
} from "./src/events/event_map.ts";
export type {
  AnySchema,
  EventConstructor,
  EventConstructors,
  EventMapFrom,
  EventSpecs,
  InputOf,
  OutputOf,
  Upcaster,
  VersionedEvent,
} from "./src/events/event_specs.ts";
export type { EventsOptions } from "./src/events/events.ts";
export type { SpecsProblem } from "./src/events/specs_problem.ts";
export type { SchemaIssue, SchemaResult, StandardSchema } from "./src/events/standard_schema.ts";
export type { GrantUse } from "./src/grants/grant.ts";
export type { DeciderOf, Evolver, KnownEvents } from "./src/state/decider.ts";
export type { WhenCommand } from "./src/state/decision.ts";
export type { GivenEvents } from "./src/state/given.ts";
export type { IfPartOf } from "./src/state/if_part_of.ts";
export type { Lookback } from "./src/state/options.ts";
export type { EndOptions, LatestVersionOptions, ReadingOptions, SubscriptionFilter } from "./src/store/options.ts";
export type { LogHandle } from "./src/store/log_handle.ts";
