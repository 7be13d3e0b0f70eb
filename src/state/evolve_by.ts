import { EvolveError } from "../error/evolve_error.ts";
import { InvalidArgumentError } from "../error/invalid_argument_error.ts";
import type { AnyEvents } from "../event/event_map.ts";
import type { RecordedEvent } from "../event/recorded_event.ts";
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
    throw new EvolveError(event, `threw ${toText(cause)}`, { cause });
  }
  if (next !== undefined) return next;
  throw new EvolveError(event, "returned undefined. It needs a case for this type that returns the next state");
}

function toText(cause: unknown): string {
  const text = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
  const hint = cause instanceof TypeError && /read only|not extensible|object that is frozen|delete property/.test(text)
    ? ". It must leave the state that it is given as it is, and return another"
    : "";
  return text + hint;
}
