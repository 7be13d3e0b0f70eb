/**
 * The rules of a wait for a valid session. Nodes of a cluster and members of a consumer wait by the same rules.
 *
 * @module
 */
import { UnavailableError } from "../errors/unavailable_error.ts";
import { UnsupportedStorageError } from "../errors/unsupported_storage_error.ts";
import type { Coordinator } from "./coordinator.ts";
import { OPENED_KEY, PROTOCOL_VERSION } from "./opening.ts";

/** Maximum duration of a wait for a valid session, as a multiple of the time to live of the session. */
const SESSION_TIMEOUT_FACTOR = 2;

/**
 * Returns the maximum duration of a wait for a valid session, in milliseconds.
 *
 * @param ttl Milliseconds: the time to live of the session.
 */
export function sessionTimeout(ttl: number): number {
  return SESSION_TIMEOUT_FACTOR * ttl;
}

/**
 * Makes the error of a wait that has timed out.
 *
 * @param operation The operation that needs the session.
 * @param ttl Milliseconds: the time to live of the session.
 * @param cause The last failure of a request.
 */
export function sessionTimeoutError(operation: string, ttl: number, cause: unknown): UnavailableError {
  return new UnavailableError(
    `Cannot ${operation}: the storage did not answer in ${sessionTimeout(ttl)} ms. Try again when the storage answers`,
    { cause },
  );
}

/**
 * Makes the error of an operation in a storage whose sessions use another version of the protocol.
 *
 * @param operation The operation that needs the session.
 * @param users The owners of the sessions, and their verb.
 * @param coordinator A coordinator that has read the records.
 * @returns `undefined` if the sessions use the version of this release.
 */
export function protocolVersionError(
  operation: string,
  users: "the cluster uses" | "the members use",
  coordinator: Coordinator,
): UnsupportedStorageError | undefined {
  const version = new TextDecoder().decode(coordinator.record(OPENED_KEY)?.value);
  if (version === "" || version === PROTOCOL_VERSION) return undefined;
  return new UnsupportedStorageError(
    `Cannot ${operation}: ${users} version ${version} of the protocol, and this release uses version ` +
      `${PROTOCOL_VERSION}. Use a release that uses version ${version}`,
  );
}
