import type { ErrorCode } from "./error_code.ts";

/**
 * The key of a property of each error. All copies of the package in a process share it, so that they recognise each
 * other's errors.
 */
export const BRAND: unique symbol = Symbol.for("@flowmade-one/aether/error");

/**
 * The base class of all errors of this package: a stable `code` and flat fields for programs, a message for people, and
 * a `cause` if one exists. Use {@link isAetherError} and not `instanceof`, which fails if a process has two copies of
 * the package.
 */
export abstract class AetherError extends Error {
  /** The stable code of the error, which a program tests. */
  abstract readonly code: ErrorCode;

  /**
   * Whether the same call, made again later, may succeed without any change to its arguments, the code or the storage.
   * After `outcome-unknown`, it is `true` only if the caller passed a commit id, so that the same call stores nothing
   * twice.
   */
  get isRetryable(): boolean {
    return false;
  }

  /** @ignore The property by which {@link isAetherError} recognises an error. */
  get [BRAND](): true {
    return true;
  }
}
