import type { ErrorCode } from "./error_code.ts";

/** Shared by every copy of the package in a process, so that errors are recognised across copies. */
export const BRAND: unique symbol = Symbol.for("@flowmade-one/aether/error");

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
