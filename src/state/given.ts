import type { AnyEvents, EventMap } from "../events/event_map.ts";
import type { NewEvent, NewEventOf } from "../events/new_event.ts";
import { checkDecider } from "./check_arguments.ts";
import type { Decider } from "./decider.ts";
import { DeciderHistory } from "./decider_history.ts";
import { Decision, type WhenCommand } from "./decision.ts";

/** A test of a decider with its history: see {@link given}. */
export interface GivenEvents<S, C, E extends EventMap> {
  /** Decides a command. */
  when(command: C): WhenCommand<S, E>;
}

/**
 * Tests a decider without a store: given these events, when this command is executed, then these events are decided. It
 * works in any test runner, because a failure is a thrown error.
 *
 * States are frozen, as in `load` and `execute`: an `evolve` that mutates its argument fails.
 *
 * @param decider See {@link decider}.
 * @param events The actor's events, oldest first.
 * @returns An object whose method `when` decides a command.
 * @throws {InvalidArgumentError} If the decider is invalid, or `decide` does not return an array.
 * @throws {InvalidEventError} If a store would refuse an event.
 * @throws {EvolveError} If `evolve` fails for an event.
 *
 * @example
 * ```ts
 * import { decider, events, given } from "@flowmade-one/aether";
 *
 * const SeatEvents = events<{ Booked: { by: string } }>();
 * const seat = decider(SeatEvents, {
 *   initial: () => ({ bookedBy: "" }),
 *   evolve: (_, event) => ({ bookedBy: event.data.by }),
 *   decide: (by: string, { bookedBy }) => {
 *     if (bookedBy !== "" && bookedBy !== by) throw new Error(`It is ${bookedBy}'s`);
 *     return bookedBy === by ? [] : [{ type: "Booked", data: { by } }];
 *   },
 * });
 *
 * given(seat).when("Ann").then({ type: "Booked", data: { by: "Ann" } });
 * given(seat, { type: "Booked", data: { by: "Ann" } }).when("Ann").then();
 * given(seat, { type: "Booked", data: { by: "Ann" } }).when("Bob").thenThrows(Error, "It is Ann's");
 * given(seat).when("Ann").thenState({ bookedBy: "Ann" });
 * ```
 */
export function given<S, C, E extends EventMap>(
  decider: Decider<S, C, E>,
  ...events: NewEventOf<NoInfer<E>>[]
): GivenEvents<S, C, E> {
  checkDecider(decider);
  // The compiler has checked the event maps. The history accepts any events.
  const anyDecider = decider as unknown as Decider<S, C, AnyEvents>;
  const history = new DeciderHistory(anyDecider, events as readonly unknown[] as readonly NewEvent[]);
  return {
    when: (command) => new Decision(history, () => anyDecider.decide(command, history.state)) as WhenCommand<S>,
  } as GivenEvents<S, C, AnyEvents> as unknown as GivenEvents<S, C, E>;
}
