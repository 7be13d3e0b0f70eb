import type { EventMap, Input, TypeOf } from "./event_map.ts";
import type { EventMetadata } from "./event_metadata.ts";

/** An event to append. The append copies it, so that later changes to the object have no effect. */
export interface NewEvent<T extends string = string, D = unknown> {
  /** 1 to 200 bytes of UTF-8 without control characters. */
  readonly type: T;
  /**
   * JSON: string, finite number, boolean, null, array, plain object, nested at most 100 deep. Properties that are
   * `undefined` are left out, as in JSON.
   */
  readonly data: Input<D>;
  /** 1 to 128 visible ASCII characters; by default a random id. */
  readonly id?: string | undefined;
  /** The version of the data's shape: a whole number from 1, the default, to 65,535. Readers receive it. */
  readonly schemaVersion?: number | undefined;
  /** See {@link EventMetadata}. */
  readonly metadata?: EventMetadata | undefined;
}

/** The union of the events of a map to append, discriminated by `type`. */
export type NewEventOf<E extends EventMap, T extends TypeOf<E> = TypeOf<E>> = { [K in T]: NewEvent<K, E[K]> }[T];
