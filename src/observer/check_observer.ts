import { refuseArgument } from "../checks/refuse_argument.ts";

/**
 * Checks the option `observer`.
 *
 * @throws {InvalidArgumentError} If it is not an object with the method `start`, `measure` or both.
 */
export function checkObserver(observer: unknown): void {
  const { start, measure } = (observer ?? {}) as { readonly start?: unknown; readonly measure?: unknown };
  const isObserver = [start, measure].every((method) => method === undefined || typeof method === "function");
  if (isObserver && (start !== undefined || measure !== undefined)) return;
  refuseArgument("observer", "an object with the functions start and measure, or one of them", observer);
}
