import { requireFunction } from "../checks/check_function.ts";
import { checkOptions } from "../checks/check_options.ts";
import { type Events, requireEvents } from "../events/events.ts";
import type { EventMap } from "../events/event_map.ts";
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

const PARTS: ReadonlySet<string> = new Set(["initial", "evolve", "decide"]);

/**
 * Makes a decider: the compiler infers what its functions take from the event map, and what their parts are is checked.
 *
 * @param events From {@link events}.
 * @param parts See {@link Decider}.
 * @returns A frozen decider, for {@link load} and {@link execute}.
 * @throws {InvalidArgumentError} `events` is not from {@link events}, or a part is no function.
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
export function decider<E extends EventMap, S, C>(
  events: Events<E>,
  parts: Decider<S, C, NoInfer<E>>,
): Decider<S, C, E> {
  requireEvents(events);
  checkOptions(parts, PARTS, "decider");
  const { initial, evolve, decide } = parts;
  for (const [name, part] of Object.entries({ initial, evolve, decide })) requireFunction(part, name);
  return Object.freeze({ initial, evolve, decide });
}
