import { refuseArgument } from "./refuse_argument.ts";

/**
 * Checks an optional AbortSignal.
 *
 * @throws {InvalidArgumentError} If the value is given and is not an AbortSignal.
 */
export function checkSignalOption(value: unknown): void {
  if (value === undefined || value instanceof AbortSignal) return;
  refuseArgument("signal", "an AbortSignal", value, value instanceof AbortController ? ": pass its signal" : "");
}
