import type { Namespace } from "../base/namespace.ts";
import type { Position } from "../base/position.ts";
import type { DeepReadonly, EventMap, TypeOf } from "./event_map.ts";
import type { EventMetadata } from "./event_metadata.ts";

/** An event as it was stored: a fact that never changes. Frozen throughout; it can be appended again. */
export interface RecordedEvent<T extends string = string, D = unknown> {
  /** The caller's id, or a random one. */
  readonly id: string;
  /** The event type. */
  readonly type: T;
  /** The version of the data's shape: 1 unless the writer gave another one, 65,535 at most. */
  readonly schemaVersion: number;
  /** Where it is visible, and nowhere else. */
  readonly namespace: Namespace;
  /** The entity that it is a fact about. */
  readonly actorId: string;
  /** Its number in the actor's stream: 1, 2, 3, without gap or repeat. */
  readonly version: number;
  /** Where it stands in its namespace's log. */
  readonly position: Position;
  /** The id of the append that stored it, which all events of the append share. */
  readonly commitId: string;
  /** Milliseconds since the epoch by the appender's clock; informational, never an order. */
  readonly timestamp: number;
  /** The event's data. */
  readonly data: DeepReadonly<D>;
  /** See {@link EventMetadata}; empty where none was given. */
  readonly metadata: EventMetadata;
}

/** The union of the events of a map, discriminated by `type`, as they are read. */
export type RecordedEventOf<E extends EventMap, T extends TypeOf<E> = TypeOf<E>> = {
  [K in T]: RecordedEvent<K, E[K]>;
}[T];
