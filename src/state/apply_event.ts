import { EvolveError } from "../errors/evolve_error.ts";
import { InvalidArgumentError } from "../errors/invalid_argument_error.ts";
import type { AnyEvents } from "../events/event_map.ts";
import type { RecordedEvent } from "../events/recorded_event.ts";
import { formatValue } from "../base/format_value.ts";
import { isFrozenError } from "../base/is_frozen_error.ts";
import type { Evolver, WithTypes } from "./decider.ts";
import { freezePlain, type FreezeState } from "./freeze_plain.ts";

/** An evolver of any event map. The compiler has checked its events already. */
export type AnyEvolver<S> = Evolver<S, AnyEvents>;

/**
 * The state of an actor without events, frozen.
 *
 * @param freeze {@link freezePlain} by default.
 * @throws {InvalidArgumentError} If `initial` returns `undefined`.
 */
export function initialOf<S>(evolver: AnyEvolver<S>, freeze: FreezeState = freezePlain): S {
  const state = evolver.initial();
  if (state !== undefined) return freeze(state);
  throw new InvalidArgumentError("initial must return a state, not undefined", { argument: "initial" });
}

/**
 * The state after one more event. If the evolver has `types`, an event of another type does not change the state.
 *
 * @param consequence The end of an error message, such as `. Nothing was stored`.
 * @throws {EvolveError} If `evolve` throws, or returns `undefined`.
 */
export function applyEvent<S>(evolver: AnyEvolver<S>, state: S, event: RecordedEvent, consequence: string = ""): S {
  const { types } = evolver as Partial<WithTypes<AnyEvents>>;
  if (types !== undefined && !types.includes(event.type)) return state;
  let next: S;
  try {
    next = evolver.evolve(state, event);
  } catch (cause) {
    throw new EvolveError(event, `threw ${describe(cause)}${consequence}`, { cause });
  }
  if (next !== undefined) return next;
  const problem = "returned undefined. It needs a case for this type that returns the next state";
  throw new EvolveError(event, `${problem}${consequence}`);
}

/**
 * The state after more events. It is frozen after each event, so that an `evolve` that mutates its argument fails.
 *
 * @param consequence See {@link applyEvent}.
 * @param freeze {@link freezePlain} by default.
 * @throws {EvolveError} If `evolve` throws, or returns `undefined`.
 */
export function evolveFrozen<S>(
  evolver: AnyEvolver<S>,
  state: S,
  events: readonly RecordedEvent[],
  consequence?: string,
  freeze: FreezeState = freezePlain,
): S {
  for (const event of events) state = freeze(applyEvent(evolver, state, event, consequence));
  return state;
}

function describe(cause: unknown): string {
  const hint = isFrozenError(cause) ? ". It must return a new state and not change its argument" : "";
  return formatValue(cause) + hint;
}
