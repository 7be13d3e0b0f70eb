import { EvolveError } from "../errors/evolve_error.ts";
import { InvalidArgumentError } from "../errors/invalid_argument_error.ts";
import type { AnyEvents } from "../events/event_map.ts";
import type { RecordedEvent } from "../events/recorded_event.ts";
import { formatValue } from "../base/format_value.ts";
import type { Evolver, WithTypes } from "./decider.ts";
import { freezePlain } from "./freeze_plain.ts";

/** An evolver, whose events are the compiler's business. */
export type AnyEvolver<S> = Evolver<S, AnyEvents>;

/**
 * The state of an actor without events, frozen.
 *
 * @throws {InvalidArgumentError} If `initial` returns `undefined`.
 */
export function initialOf<S>(evolver: AnyEvolver<S>): S {
  const state = evolver.initial();
  if (state !== undefined) return freezePlain(state);
  throw new InvalidArgumentError("initial must return a state, not undefined", { argument: "initial" });
}

/**
 * The state after one more event: the same one if the evolver names its types and this is another.
 *
 * @param consequence Ends the message of an error, such as `. Nothing was stored`.
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
  const flaw = "returned undefined. It needs a case for this type that returns the next state";
  throw new EvolveError(event, `${flaw}${consequence}`);
}

/**
 * The state after more events, frozen after each of them, so that an `evolve` that changes the state it is given fails.
 *
 * @param consequence See {@link applyEvent}.
 * @throws {EvolveError} If `evolve` throws, or returns `undefined`.
 */
export function evolveFrozen<S>(
  evolver: AnyEvolver<S>,
  state: S,
  events: readonly RecordedEvent[],
  consequence?: string,
): S {
  return events.reduce((state, event) => freezePlain(applyEvent(evolver, state, event, consequence)), state);
}

function describe(cause: unknown): string {
  const isOfFrozen = cause instanceof TypeError && FROZEN.test(cause.message);
  const hint = isOfFrozen ? ". It must leave the state that it is given as it is, and return another" : "";
  return formatValue(cause) + hint;
}

/** What engines say of a change of what is frozen. */
const FROZEN = /read.?only|not extensible|frozen|[Cc]annot delete property/;
