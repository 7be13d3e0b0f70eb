import { copyEventTypes } from "../checks/copy_event_types.ts";
import { requireFunction } from "../checks/check_function.ts";
import { checkOptions } from "../checks/check_options.ts";
import { type Events, requireEvents } from "../events/events.ts";
import type { EventMap, TypeOf } from "../events/event_map.ts";
import type { NewEventOf } from "../events/new_event.ts";
import type { RecordedEventOf } from "../events/recorded_event.ts";

/** How the state of an actor follows from its events. */
export interface Evolver<S, E extends EventMap> {
  /**
   * The state of an actor without events. Called for each load. Plain objects and arrays of the result are frozen, with
   * everything plain in them.
   */
  readonly initial: () => S;
  /**
   * The state after one more event. A pure function: it returns the next state and does not change the one it is given,
   * whose plain objects and arrays may be frozen. Decided events are evolved twice: before they are appended, with a
   * provisional id, timestamp and position, so that a failure stores nothing; and as they were recorded. It has a case for
   * every type of event that was ever stored.
   */
  readonly evolve: (state: S, event: RecordedEventOf<E>) => NoInfer<S>;
}

/**
 * A decider or evolver that names its event types. Events of other types of the same actor are passed over: they count
 * for versions, and `evolve` does not get them.
 */
export interface WithTypes<E extends EventMap> {
  /** One or more event types. */
  readonly types: readonly TypeOf<E>[];
  /** Of the type system only: always absent. */
  readonly map?: (map: E) => E;
}

/** The part of an event map that a decider with some types knows; the map itself without types, or with all of them. */
export type KnownEvents<E extends EventMap, T extends TypeOf<E>> = [T] extends [never] ? E
  : [TypeOf<E>] extends [T] ? E
  : Pick<E, T>;

/** A decider of an event map, made with `types` or, where `T` is `never`, without. */
export type DeciderOf<S, C, E extends EventMap, T extends TypeOf<E>> = [T] extends [never] ? Decider<S, C, E>
  : Decider<S, C, KnownEvents<E, T>> & WithTypes<KnownEvents<E, T>>;

/**
 * The events that `decide` returns, oldest first; none if the command changes nothing. The type of a `decide`, or of a
 * helper of it, that is written apart from its decider.
 */
export type DecidedEvents<E extends EventMap> = readonly NewEventOf<E>[];

/** What an actor is, as three functions: its first state, what events make of it, and what a command leads to. */
export interface Decider<S, C, E extends EventMap> extends Evolver<S, E> {
  /**
   * The events that a command leads to in a state, oldest first; none if it changes nothing. What it throws is what
   * {@link execute} rejects with. A command may be decided on several times, when others were faster.
   * A pure function of both: it does not change the state. Plain objects and arrays of the state are frozen, with
   * everything plain in them; the contents of a `Map`, a `Set` or a class instance are not checked.
   */
  readonly decide: (command: C, state: S) => DecidedEvents<E> | Promise<DecidedEvents<E>>;
}

const PARTS: ReadonlySet<string> = new Set(["types", "initial", "evolve", "decide"]);

/**
 * Makes a decider: the compiler infers what its functions take from the event map, and what their parts are is checked.
 *
 * @param events From {@link events}.
 * @param parts See {@link Decider}. With `types`, the decider is for these events of the map only: see {@link WithTypes}.
 * @returns A frozen decider, for {@link load} and {@link execute}.
 * @throws {InvalidArgumentError} If `events` is not from {@link events}, a part is no function, or `types` is empty.
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
  const named = types === undefined ? undefined : { types: Object.freeze(copyEventTypes(types)) };
  // Event maps exist for the compiler only.
  return Object.freeze({ ...named, initial, evolve, decide }) as object as DeciderOf<S, C, E, T>;
}
