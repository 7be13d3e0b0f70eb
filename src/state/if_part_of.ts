import type { EventMap, TypeOf } from "../events/event_map.ts";
import type { NewEventOf } from "../events/new_event.ts";
import type { RecordedEventOf } from "../events/recorded_event.ts";
import type { Hint } from "../base/brand.ts";

/**
 * `X` if the event map `D` is a part of the event map `E`: a store of `E` accepts and returns its events. Otherwise a
 * sentence that the compiler shows.
 */
export type IfPartOf<E extends EventMap, D extends EventMap, X> = [TypeOf<D>] extends [TypeOf<E>]
  ? [NewEventOf<D>, RecordedEventOf<E, TypeOf<D> & TypeOf<E>>] extends [NewEventOf<E>, RecordedEventOf<D>] ? X
  : Hint<"an event type of the decider has other data in the store">
  : Hint<"the decider has event types that the store does not have">;
