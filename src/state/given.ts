import type { AnyEvents, EventMap } from "../events/event_map.ts";
import type { NewEvent, NewEventOf } from "../events/new_event.ts";
import { checkDecider } from "./check_arguments.ts";
import type { Decider } from "./decider.ts";
import { DeciderHistory } from "./decider_history.ts";
import { Decision, type WhenCommand } from "./decision.ts";

/** A test of a decider that has its history: see {@link given}. */
export interface GivenEvents<S, C, E extends EventMap> {
  /** Has a command decided on. */
  when(command: C): WhenCommand<S, E>;
}

/**
 * Tests a decider without a store: given what has happened, when a command is executed, then this is decided. Works in any
 * test runner, as a failure is an error that is thrown.
 *
 * States are frozen on the way, so that an `evolve` that changes the one it is given fails here, and not only where a
 * snapshot was loaded.
 *
 * @param decider See {@link decider}.
 * @param events What has happened, oldest first.
 * @returns What takes the command.
 * @throws {InvalidArgumentError} If the decider is none, or `decide` does not return an array.
 * @throws {InvalidEventError} If an event could not have been stored.
 * @throws {EvolveError} If `evolve` did not take an event.
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
  // Event maps are the compiler's business: from here on the events are any.
  const anyDecider = decider as unknown as Decider<S, C, AnyEvents>;
  const history = new DeciderHistory(anyDecider, events as readonly unknown[] as readonly NewEvent[]);
  return {
    when: (command) => new Decision(history, () => anyDecider.decide(command, history.state)) as WhenCommand<S>,
  } as GivenEvents<S, C, AnyEvents> as unknown as GivenEvents<S, C, E>;
}
