import type { ErrorByCode, ErrorCode } from "./error_by_code.ts";

/** Shared by every copy of the package in a process, so that errors are recognised across copies. */
const BRAND: unique symbol = Symbol.for("@flowmade-one/aether/error");

/**
 * What every error of this module extends: a stable `code`, flat fields that a program can read, a message that a
 * person can act on, and the `cause` where there is one. Recognise one with {@link isAetherError}, not with
 * `instanceof`: two copies of the package in one process then agree.
 */
export abstract class AetherError extends Error {
  /** Never changes once published; what a program tests. */
  abstract readonly code: ErrorCode;

  /** @ignore The brand that {@link isAetherError} looks for. */
  get [BRAND](): true {
    return true;
  }
}

/**
 * Tells whether a caught value is an error of this module, and narrows it to the fields of its code.
 *
 * @param error Anything that was thrown.
 * @param code Only this code; without it, any error of this module.
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
/** Tells whether a caught value is an error of this module with a code, and narrows it to the fields of that code. */
export function isAetherError<const C extends ErrorCode>(error: unknown, code: C): error is ErrorByCode[C];
export function isAetherError(error: unknown, code?: ErrorCode): boolean {
  if (typeof error !== "object" || error === null || (error as { [BRAND]?: unknown })[BRAND] !== true) return false;
  return code === undefined || (error as AetherError).code === code;
}
