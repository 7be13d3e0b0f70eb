import type { EventMap, Input, TypeOf } from "./event_map.ts";
import type { EventMetadata } from "./event_metadata.ts";

/** An event as it is given to `append`: copied there, so that later changes to it have no effect. */
export interface NewEvent<T extends string = string, D = unknown> {
  /** 1 to 200 bytes of UTF-8 without control characters. */
  readonly type: T;
  /**
   * JSON: string, finite number, boolean, null, array, plain object, nested at most 100 deep. Properties that are
   * `undefined` are left out, as JSON leaves them out.
   */
  readonly data: Input<D>;
  /** 1 to 128 visible ASCII characters; a random one where absent. */
  readonly id?: string | undefined;
  /** The version of the data's shape: a whole number from 1, the default, to 65,535. Readers see it. */
  readonly schemaVersion?: number | undefined;
  /** See {@link EventMetadata}. */
  readonly metadata?: EventMetadata | undefined;
}

/** The union of the events of a map, discriminated by `type`, as they are given to `append`. */
export type NewEventOf<E extends EventMap, T extends TypeOf<E> = TypeOf<E>> = { [K in T]: NewEvent<K, E[K]> }[T];
