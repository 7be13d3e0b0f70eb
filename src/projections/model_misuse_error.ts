import { InvalidArgumentError } from "../errors/invalid_argument_error.ts";
import { isPromise } from "../lifecycle/operation.ts";

/**
 * A misuse of a model that the library has detected inside of the model, and that no retry can resolve. The projection
 * ends. An `InvalidArgumentError` that the code of the application throws is retried.
 */
export class ModelMisuseError extends InvalidArgumentError {}

/**
 * Refuses the result of a function of the application if it is a promise.
 *
 * @param argument The name of the function.
 * @throws {ModelMisuseError} If the result is a promise. Its rejection is handled.
 */
export function refusePromise(returned: unknown, argument: string, message: string): void {
  if (!isPromise(returned)) return;
  Promise.resolve(returned).catch(() => {});
  throw new ModelMisuseError(message, { argument });
}
