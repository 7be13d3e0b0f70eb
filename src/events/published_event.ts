import type { Namespace } from "../base/namespace.ts";
import type { DeepReadonly, EventMap, TypeOf } from "./event_map.ts";
import type { EventMetadata } from "./event_metadata.ts";
import type { RecordedEvent } from "./recorded_event.ts";

/** An event that was published on a bus and not stored: it has no version, position or commit id. Deeply frozen. */
export interface PublishedEvent<T extends string = string, D = unknown> {
  /** The caller's id, or a random one. */
  readonly id: string;
  /** The event type. */
  readonly type: T;
  /** The version of the data's shape: 1 unless the publisher gave another one, 65,535 at most. */
  readonly schemaVersion: number;
  /** The namespace in which the event was published. The event is visible only in this namespace. */
  readonly namespace: Namespace;
  /** The entity that the event is about. */
  readonly actorId: string;
  /** Milliseconds since the epoch by the publisher's clock. Informational: never use it as an order. */
  readonly timestamp: number;
  /** The event's data. */
  readonly data: DeepReadonly<D>;
  /** See {@link EventMetadata}; empty by default. */
  readonly metadata: EventMetadata;
  /** Absent: the event was not stored. */
  readonly version?: undefined;
  /** Absent: the event was not stored. */
  readonly position?: undefined;
  /** Absent: the event was not stored. */
  readonly commitId?: undefined;
}

/** An event on a bus: a published or a stored one. Only a stored event has a `version`. */
export type BusEvent<T extends string = string, D = unknown> = PublishedEvent<T, D> | RecordedEvent<T, D>;

/** The union of the events of a map on a bus, discriminated by `type`. */
export type BusEventOf<E extends EventMap, T extends TypeOf<E> = TypeOf<E>> = { [K in T]: BusEvent<K, E[K]> }[T];
