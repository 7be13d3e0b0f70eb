import { type AetherError, BRAND } from "./aether_error.ts";
import type { ErrorByCode } from "./error_by_code.ts";
import type { ErrorCode } from "./error_code.ts";

/**
 * Tells whether a caught value is an error of this package, and narrows it to the fields of its code.
 *
 * @param error Any thrown value.
 * @param code Accept only this code; without it, any error of this package.
 * @returns `true` also for errors of another copy of the package.
 *
 * @example
 * ```ts
 * import { isAetherError } from "@flowmade-one/aether";
 * import { memory } from "@flowmade-one/aether/memory";
 * import { assertEquals } from "@std/assert";
 *
 * const store = memory().store("tenant-a");
 * await store.append("cart.7", [{ type: "Opened", data: {} }], { expectedVersion: 0 });
 * try {
 *   await store.append("cart.7", [{ type: "Opened", data: {} }], { expectedVersion: 0 });
 * } catch (error) {
 *   if (!isAetherError(error, "version-conflict")) throw error;
 *   assertEquals([error.expected, error.actual], [0, 1]);
 * }
 * ```
 */
export function isAetherError(error: unknown): error is ErrorByCode[ErrorCode];
/** Tells whether a caught value is an error of this package with a code, and narrows it to the fields of that code. */
export function isAetherError<const C extends ErrorCode>(error: unknown, code: C): error is ErrorByCode[C];
export function isAetherError(error: unknown, code?: ErrorCode): boolean {
  try {
    if (typeof error !== "object" || error === null || (error as { [BRAND]?: unknown })[BRAND] !== true) return false;
    return code === undefined || (error as AetherError).code === code;
  } catch {
    return false; // A proxy whose traps throw.
  }
}
