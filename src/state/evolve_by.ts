import { EvolveError } from "../error/evolve_error.ts";
import { InvalidArgumentError } from "../error/invalid_argument_error.ts";
import type { AnyEvents } from "../event/event_map.ts";
import type { RecordedEvent } from "../event/recorded_event.ts";
import { show } from "../text/show.ts";
import type { Evolver } from "./decider.ts";

/** An evolver, whose events are the compiler's business. */
export type AnyEvolver<S> = Evolver<S, AnyEvents>;

/**
 * The state of an actor without events.
 *
 * @throws {InvalidArgumentError} `initial` returned `undefined`.
 */
export function initialOf<S>(evolver: AnyEvolver<S>): S {
  const state = evolver.initial();
  if (state !== undefined) return state;
  throw new InvalidArgumentError("initial must return a state, not undefined", { argument: "initial" });
}

/**
 * The state after one more event.
 *
 * @throws {EvolveError} `evolve` threw, or returned `undefined`.
 */
export function evolveBy<S>(evolver: AnyEvolver<S>, state: S, event: RecordedEvent): S {
  let next: S;
  try {
    next = evolver.evolve(state, event);
  } catch (cause) {
    throw new EvolveError(event, `threw ${describe(cause)}`, { cause });
  }
  if (next !== undefined) return next;
  throw new EvolveError(event, "returned undefined. It needs a case for this type that returns the next state");
}

function describe(cause: unknown): string {
  const isOfFrozen = cause instanceof TypeError && FROZEN.test(cause.message);
  const hint = isOfFrozen ? ". It must leave the state that it is given as it is, and return another" : "";
  return show(cause) + hint;
}

/** What engines say of a change of what is frozen. */
const FROZEN = /read.?only|not extensible|frozen|[Cc]annot delete property/;
