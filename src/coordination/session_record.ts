/**
 * The records of sessions. A session is one life of a process. Its key is never used again.
 *
 * @module
 */

/** The prefix of the keys of all sessions. */
export const SESSIONS = "sessions.";

/** What a live session says of itself. */
export interface SessionRecord {
  /**
   * The number of the heartbeat, from 1. With the first one the session exists; from the second one on it has read its own
   * record back, and counts as a member. A process that writes and cannot read owns nothing.
   */
  readonly beat: number;
  /** Milliseconds of silence after which others may end it. */
  readonly ttl: number;
  /** What it takes part in. */
  readonly services: readonly string[];
}

/** The value of a session that has ended, for good. */
export const ENDED: Uint8Array = new Uint8Array();

/** The key of a session. */
export function sessionKey(name: string, id: string): string {
  return `${SESSIONS}${name}~${id}`;
}

/** The name of the member whose session has a key. */
export function nameOfSession(key: string): string {
  return key.slice(SESSIONS.length, key.lastIndexOf("~"));
}

/** The value of a live session. */
export function encodeSession({ beat, ttl, services }: SessionRecord): Uint8Array {
  return new TextEncoder().encode(JSON.stringify({ beat, ttl, services }));
}

/**
 * Reads the value of a live session. A later release may write members of the object that this one does not know.
 *
 * @returns `undefined` if it is not one: the session lives, and is no member.
 */
export function decodeSession(value: Uint8Array): SessionRecord | undefined {
  try {
    const { beat, ttl, services } = JSON.parse(new TextDecoder().decode(value));
    const isSession = Number.isSafeInteger(beat) && ttl > 0 && Array.isArray(services) &&
      services.every((service) => typeof service === "string");
    return isSession ? { beat, ttl, services } : undefined;
  } catch {
    return undefined;
  }
}
