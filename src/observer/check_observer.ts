import { refuseArgument } from "../checks/refuse_argument.ts";

/**
 * Checks the option `observer`.
 *
 * @throws {InvalidArgumentError} If it is not an object with the method `start`, `measure` or both.
 */
export function checkObserver(observer: unknown): void {
  if (isObserver(observer)) return;
  refuseArgument("observer", "an object with the functions start and measure, or one of them", observer);
}

/** Whether a value has the methods of an observer. `false` if a getter throws. */
function isObserver(value: unknown): boolean {
  try {
    const { start, measure } = (value ?? {}) as { readonly start?: unknown; readonly measure?: unknown };
    const isValid = [start, measure].every((method) => method === undefined || typeof method === "function");
    return isValid && (start !== undefined || measure !== undefined);
  } catch {
    return false;
  }
}
