import { copyEventTypes } from "../checks/copy_event_types.ts";
import { requireFunction } from "../checks/check_function.ts";
import { checkOptions } from "../checks/check_options.ts";
import type { Brand } from "../base/brand.ts";
import { InvalidArgumentError } from "../errors/invalid_argument_error.ts";
import { type Events, eventTypesOf, requireEvents } from "../events/events.ts";
import type { EventMap, TypeOf } from "../events/event_map.ts";
import type { NewEventOf } from "../events/new_event.ts";
import type { RecordedEventOf } from "../events/recorded_event.ts";

/** Two functions that derive the state of an actor from its events. */
export interface Evolver<S, E extends EventMap> {
  /**
   * Returns the state of an actor without events. Called for each load. Plain objects and arrays in the result are
   * frozen deeply.
   */
  readonly initial: () => S;
  /**
   * Returns the state after one more event. It must be a pure function: it returns the next state and does not change
   * its argument, whose plain objects and arrays may be frozen. It needs a case for every event type that was ever
   * stored.
   *
   * Decided events are applied twice. The first time is before the append, with a provisional id, timestamp and
   * position, so that a failure stores nothing. The second time is after the append, as they were recorded.
   */
  readonly evolve: (state: S, event: RecordedEventOf<E>) => NoInfer<S>;
  /**
   * The event map, if it was made from schemas; set by {@link decider}. A store that is passed to `load` or `execute`
   * must have the same event types in the same versions.
   */
  readonly events?: Brand<"events"> | undefined;
}

/**
 * A decider or evolver that names its event types. `evolve` does not receive the actor's events of other types. They
 * still count for versions.
 */
export interface WithTypes<E extends EventMap> {
  /** One or more event types. */
  readonly types: readonly TypeOf<E>[];
  /** Exists in types only; never set at run time. */
  readonly map?: (map: E) => E;
}

/** The part of an event map that a decider with `types` handles. Without `types`, or with all types, the map itself. */
export type KnownEvents<E extends EventMap, T extends TypeOf<E>> = [T] extends [never] ? E
  : [TypeOf<E>] extends [T] ? E
  : Pick<E, T>;

/** The decider that `decider()` returns. `T` is the union of its `types`, or `never` if it has none. */
export type DeciderOf<S, C, E extends EventMap, T extends TypeOf<E>> = [T] extends [never] ? Decider<S, C, E>
  : Decider<S, C, KnownEvents<E, T>> & WithTypes<KnownEvents<E, T>>;

/**
 * The events that `decide` returns, oldest first; empty if the command changes nothing. Use it as the return type of a
 * `decide` or helper that is declared outside of its decider.
 */
export type DecidedEvents<E extends EventMap> = readonly NewEventOf<E>[];

/**
 * The behaviour of an actor as three functions: its initial state, its next state after an event, and its events for a
 * command.
 */
export interface Decider<S, C, E extends EventMap> extends Evolver<S, E> {
  /**
   * Returns the events for a command in a state, oldest first; an empty array if the command changes nothing.
   * {@link execute} rejects with any error that `decide` throws. `decide` must be a pure function of its arguments:
   * `execute` calls it again if another writer appended after the state was loaded. Plain objects and arrays of the
   * state are frozen deeply; the contents of a `Map`, a `Set` or a class instance are not. A host also freezes each `Map`
   * and `Set`.
   */
  readonly decide: (command: C, state: S) => DecidedEvents<E> | Promise<DecidedEvents<E>>;
}

const PARTS: ReadonlySet<string> = new Set(["types", "initial", "evolve", "decide", "events"]);

/**
 * Makes a decider. The compiler infers the argument types of its functions from the event map. Its parts are checked at
 * run time.
 *
 * @param events From {@link events}.
 * @param parts See {@link Decider}. With `types`, the decider handles only these event types of the map: see
 * {@link WithTypes}.
 * @returns A frozen decider, for {@link load} and {@link execute}.
 * @throws {InvalidArgumentError} If `events` is not from {@link events}, a part is not a function, or `types` is empty
 * or has a type that the event map does not have.
 *
 * @example
 * ```ts
 * import { decider, events, execute } from "@flowmade-one/aether";
 * import { memory } from "@flowmade-one/aether/memory";
 * import { assertEquals } from "@std/assert";
 *
 * const CartEvents = events<{ Added: { sku: string }; Ordered: { count: number } }>();
 * type Command = { add: string } | "order";
 *
 * const cart = decider(CartEvents, {
 *   initial: () => ({ skus: [] as string[], isOrdered: false }),
 *   evolve: (state, event) =>
 *     event.type === "Added"
 *       ? { ...state, skus: [...state.skus, event.data.sku] }
 *       : { ...state, isOrdered: true },
 *   decide: (command: Command, { skus, isOrdered }) => {
 *     if (isOrdered) throw new Error("The cart was ordered");
 *     return command === "order"
 *       ? [{ type: "Ordered", data: { count: skus.length } }]
 *       : [{ type: "Added", data: { sku: command.add } }];
 *   },
 * });
 *
 * const store = memory().store("tenant-a", CartEvents);
 * await execute(store, cart, "cart.7", { add: "A" });
 * const { state, version } = await execute(store, cart, "cart.7", "order");
 * assertEquals([state.isOrdered, version], [true, 2]);
 * ```
 */
export function decider<E extends EventMap, S, C, const T extends TypeOf<E> = never>(
  events: Events<E>,
  parts: Decider<S, C, NoInfer<KnownEvents<E, T>>> & { readonly types?: readonly T[] | undefined },
): DeciderOf<S, C, E, T> {
  requireEvents(events);
  checkOptions(parts, PARTS, "decider");
  const { types, initial, evolve, decide } = parts;
  for (const [name, part] of Object.entries({ initial, evolve, decide })) requireFunction(part, name);
  const map = mapOf(events, parts.events);
  const named = types === undefined ? undefined : { types: currentTypes(copyEventTypes(types), map) };
  // A cast, because S, C, E and T exist only at compile time.
  return Object.freeze({ ...named, initial, evolve, decide, ...(map && { events: map }) }) as object as DeciderOf<
    S,
    C,
    E,
    T
  >;
}

/** The current names of event types, frozen. Refuses a type that the event map does not have. */
function currentTypes(types: readonly string[], map: object | undefined): readonly string[] {
  const eventTypes = eventTypesOf(map);
  // Throws for an unknown type.
  eventTypes?.storedNames(types);
  return Object.freeze(types.map((type) => eventTypes?.currentName(type) ?? type));
}

/**
 * The event map of a decider, if it was made from schemas. If the parts come from another decider, it must have the
 * same map.
 */
function mapOf(events: Brand<"events">, partsEvents: Brand<"events"> | undefined): Brand<"events"> | undefined {
  if (partsEvents !== undefined && partsEvents !== events) {
    throw new InvalidArgumentError(
      "Cannot make a decider: its parts belong to a decider with another event map. Omit events from the parts",
      { argument: "events" },
    );
  }
  return eventTypesOf(events) === undefined ? undefined : events;
}
