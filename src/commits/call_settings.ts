import { InvalidArgumentError } from "../errors/invalid_argument_error.ts";
import { quote } from "../base/quote.ts";
import { idProblem } from "../events/id_problem.ts";
import { randomId } from "../events/random_id.ts";

/**
 * Calls the backend's clock, and checks its result.
 *
 * @throws {InvalidArgumentError} If the result is not a whole number of milliseconds. A fraction could be stored, but
 * readers would refuse it.
 */
export function checkedTime(now: () => number): number {
  const time = now();
  if (Number.isSafeInteger(time)) return time;
  throw new InvalidArgumentError(`now must return whole milliseconds since the epoch, not ${quote(time)}`, {
    argument: "now",
  });
}

/**
 * Calls the backend's function `newId`, and checks its result.
 *
 * @throws {InvalidArgumentError} If the result is not a valid id.
 */
export function checkedId(newId: () => string): string {
  const id = newId();
  if (newId === randomId) return id; // A UUID needs no check, and each append makes two ids or more.
  const problem = idProblem(id);
  if (problem === undefined) return id;
  throw new InvalidArgumentError(`newId must return an id: the returned value ${problem}`, { argument: "newId" });
}
