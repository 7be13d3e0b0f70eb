import type { Namespace } from "../base/namespace.ts";
import type { Position } from "../base/position.ts";
import type { DeepReadonly, EventMap, TypeOf } from "./event_map.ts";
import type { EventMetadata } from "./event_metadata.ts";

/** A stored event: a fact that never changes. Deeply frozen. `append` accepts it as a new event. */
export interface RecordedEvent<T extends string = string, D = unknown> {
  /** The caller's id, or a random one. */
  readonly id: string;
  /** The event type. */
  readonly type: T;
  /** The version of the data's shape: 1 unless the writer gave another one, 65,535 at most. */
  readonly schemaVersion: number;
  /** The namespace in which the event is stored. The event is visible only in this namespace. */
  readonly namespace: Namespace;
  /** The entity that the event is about. */
  readonly actorId: string;
  /** The number of the event in the actor's stream: 1, 2, 3, without gaps or repeats. */
  readonly version: number;
  /** The position of the event in the log of its namespace. */
  readonly position: Position;
  /** The id of the commit that contains the event. All events of one append have the same commit id. */
  readonly commitId: string;
  /** Milliseconds since the epoch by the writer's clock. Informational: never use it as an order. */
  readonly timestamp: number;
  /** The event's data. */
  readonly data: DeepReadonly<D>;
  /** See {@link EventMetadata}; empty by default. */
  readonly metadata: EventMetadata;
}

/** The union of the events of a map as readers receive them, discriminated by `type`. */
export type RecordedEventOf<E extends EventMap, T extends TypeOf<E> = TypeOf<E>> = {
  [K in T]: RecordedEvent<K, E[K]>;
}[T];
