/**
 * The records of sessions. A session is one life of a process. Its key is never reused.
 *
 * @module
 */

/** The prefix of the keys of all sessions. */
export const SESSIONS_PREFIX = "sessions.";

/** The content of a live session's record. */
export interface SessionRecord {
  /**
   * The number of the heartbeat, from 1. The session exists from its first heartbeat on. It counts as a member from its
   * second heartbeat on, because its process has then read back the first heartbeat. A process that can write but not
   * read therefore owns nothing.
   */
  readonly beat: number;
  /** Milliseconds of silence after which other members may end the session. */
  readonly ttl: number;
  /** The services in which the process of the session takes part. */
  readonly services: readonly string[];
}

/** The final value of an ended session. */
export const ENDED_SESSION: Uint8Array = new Uint8Array();

/** The key of a session. */
export function sessionKey(name: string, id: string): string {
  return `${SESSIONS_PREFIX}${name}~${id}`;
}

/** The name of the member that a session key belongs to. */
export function nameOfSession(key: string): string {
  return key.slice(SESSIONS_PREFIX.length, key.lastIndexOf("~"));
}

/** Encodes the record of a live session. */
export function encodeSession({ beat, ttl, services }: SessionRecord): Uint8Array {
  return new TextEncoder().encode(JSON.stringify({ beat, ttl, services }));
}

/**
 * Decodes the record of a live session. It ignores unknown properties of the object, because a later release may write
 * them.
 *
 * @returns `undefined` if the value cannot be decoded. The session is then alive but not a member.
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
