import { InvalidArgumentError } from "../errors/invalid_argument_error.ts";
import { quote } from "../base/quote.ts";
import { idProblem } from "../events/id_problem.ts";

/**
 * A time of the clock that the backend was given.
 *
 * @throws {InvalidArgumentError} If it is not a whole number of milliseconds: stored, it could not be read again.
 */
export function checkedTime(now: () => number): number {
  const time = now();
  if (Number.isSafeInteger(time)) return time;
  throw new InvalidArgumentError(`now must return whole milliseconds since the epoch, not ${quote(time)}`, {
    argument: "now",
  });
}

/**
 * An id of the source that the backend was given.
 *
 * @throws {InvalidArgumentError} If it is not what an id may be.
 */
export function checkedId(newId: () => string): string {
  const id = newId();
  const problem = idProblem(id);
  if (problem === undefined) return id;
  throw new InvalidArgumentError(`What newId returns ${problem}`, { argument: "newId" });
}
