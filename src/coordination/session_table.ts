import { decodeSession, type SessionRecord } from "./session_record.ts";

interface LiveSession {
  readonly record: SessionRecord | undefined;
  /** The number of heartbeats that this member has counted since it read the session's last record. */
  silence: number;
}

/**
 * The sessions whose records this member has read. The silence of a session is counted in this member's heartbeats, not
 * in seconds. Neither an outage of the storage nor a pause of this member makes another session silent.
 */
export class SessionTable {
  readonly #live: Map<string, LiveSession> = new Map();
  /** The number of heartbeats that this member has counted since a session ended, by session key. */
  readonly #ended: Map<string, number> = new Map();
  #members: ReadonlyMap<string, SessionRecord> = new Map();
  /** Whether a record has changed since `#members` was rebuilt. */
  #isDirty = false;

  /** The live sessions that count as members, in the order of their keys. */
  get members(): ReadonlyMap<string, SessionRecord> {
    return this.#members;
  }

  /** All live sessions by key. The value is `undefined` if the record cannot be decoded. */
  get live(): ReadonlyMap<string, SessionRecord | undefined> {
    return new Map([...this.#live].map(([key, { record }]) => [key, record]));
  }

  isEnded(key: string): boolean {
    return this.#ended.has(key);
  }

  isKnown(key: string): boolean {
    return this.#live.has(key) || this.#ended.has(key);
  }

  /** Applies the record of a session. */
  set(key: string, value: Uint8Array): void {
    this.#isDirty = true;
    if (value.length === 0) {
      this.#live.delete(key);
      if (!this.#ended.has(key)) this.#ended.set(key, 0);
    } else {
      this.#ended.delete(key);
      this.#live.set(key, { record: decodeSession(value), silence: 0 });
    }
  }

  clear(): void {
    this.#isDirty = true;
    this.#live.clear();
    this.#ended.clear();
  }

  delete(key: string): void {
    this.#isDirty = true;
    this.#live.delete(key);
    this.#ended.delete(key);
  }

  /** Counts one more heartbeat of this member. */
  countHeartbeat(ownKey: string): void {
    for (const [key, session] of this.#live) if (key !== ownKey) session.silence++;
    for (const [key, age] of this.#ended) this.#ended.set(key, age + 1);
  }

  /**
   * The keys of the live sessions that are silent.
   *
   * @param limit Returns the number of heartbeats after which a session with this time to live is silent.
   */
  silent(limit: (ttl: number | undefined) => number): string[] {
    return [...this.#live].filter(([, { record, silence }]) => silence >= limit(record?.ttl)).map(([key]) => key);
  }

  /** The keys of the sessions that ended at least the given number of heartbeats ago. */
  endedFor(heartbeats: number): string[] {
    return [...this.#ended].filter(([, age]) => age >= heartbeats).map(([key]) => key);
  }

  /** Rebuilds the list of members. Returns whether the members or their services have changed. */
  refreshMembers(): boolean {
    if (!this.#isDirty) return false;
    this.#isDirty = false;
    const live = [...this.#live].flatMap(([key, { record }]) =>
      record !== undefined && record.beat > 1 ? [[key, record] as const] : []
    );
    const members = new Map(live.sort(([a], [b]) => a < b ? -1 : 1));
    const isSame = members.size === this.#members.size &&
      [...members].every(([key, { services }]) => this.#members.get(key)?.services.join() === services.join());
    this.#members = members;
    return !isSame;
  }
}
