import type { ErrorCode } from "./error_code.ts";

/** Shared by every copy of the package in a process, so that errors are recognised across copies. */
export const BRAND: unique symbol = Symbol.for("@flowmade-one/aether/error");

/**
 * The base class of all errors of this package: a stable `code`, flat fields for programs, a message for people, and
 * the `cause` if there is one. Recognise one with {@link isAetherError}, not with `instanceof`: two copies of the
 * package in one process then agree.
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
