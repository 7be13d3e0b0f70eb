import type { Namespace } from "../base/namespace.ts";

/**
 * Length of a log identity in characters: 48 random bits in lower-case hexadecimal. Two logs have the same identity
 * with a probability of 1 in 2^48.
 */
export const LOG_IDENTITY_LENGTH = 12;

/**
 * The log identity of a position whose log is unknown. No log has this identity. Every log therefore refuses such a
 * position with `UnknownPositionError`.
 */
export const UNKNOWN_LOG_IDENTITY = "000000000000";

/**
 * Identifies one log: its namespace, and the identity that distinguishes it from every other log. An earlier log of the
 * same namespace has another identity.
 */
export interface LogKey {
  /** The namespace of the log. */
  readonly namespace: Namespace;
  /** 12 characters of `0-9 a-f`; see {@link newLogIdentity}. */
  readonly identity: string;
}

/**
 * Makes a random log identity. A driver calls it once when it creates a log, and stores the identity with the log.
 *
 * @returns 12 characters of `0-9 a-f`.
 *
 * @example
 * ```ts
 * import { newLogIdentity } from "@flowmade-one/aether/adapter";
 * import { assertMatch } from "@std/assert";
 *
 * assertMatch(newLogIdentity(), /^[0-9a-f]{12}$/);
 * ```
 */
export function newLogIdentity(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(LOG_IDENTITY_LENGTH / 2));
  const identity = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return identity === UNKNOWN_LOG_IDENTITY ? newLogIdentity() : identity;
}

const IDENTITY = /^[0-9a-f]{12}$/;

/**
 * Whether a string is the identity of a log.
 *
 * @param value Any string.
 * @returns `false` also for {@link UNKNOWN_LOG_IDENTITY}.
 */
export function isLogIdentity(value: string): boolean {
  return IDENTITY.test(value) && value !== UNKNOWN_LOG_IDENTITY;
}
