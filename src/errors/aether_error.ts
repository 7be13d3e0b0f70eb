import type { ErrorCode } from "./error_code.ts";

/** Shared by all copies of the package in a process, so that they recognise each other's errors. */
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
   * A repetition of an `outcome-unknown` append needs the same commit id.
   */
  get isRetryable(): boolean {
    return false;
  }

  /** @ignore The brand that {@link isAetherError} looks for. */
  get [BRAND](): true {
    return true;
  }
}
