import { decodeSession } from "./session_record.ts";

/**
 * The lease of a session, as a part of its time to live: a member acts as an owner for that time after it has sent a
 * heartbeat. The remaining third allows for two clocks whose rates differ by 20 %: the rate of each clock is
 * within 10 % of true time.
 */
export const LEASE_FRACTION = 2 / 3;

/**
 * The effect of a record of this session, when it is read.
 *
 * - `"ended"`: a member has ended the session.
 * - `"ignored"`: the heartbeat was read before, or was not sent by this process.
 * - `"late"`: the lease had ended before the record was read.
 * - `"renewed"`: the lease was extended.
 * - `"counted"`: the lease was extended, and the heartbeat counts in the measurement of other sessions' silence.
 */
export type BeatOutcome = "ended" | "ignored" | "late" | "renewed" | "counted";

/** The session of this member: its heartbeats and its lease. */
export class OwnSession {
  readonly #heartbeat: number;
  readonly #lease: number;
  #key = "";
  /** The number of the heartbeat that was sent last. */
  #beat = 0;
  /** The send times of the heartbeats that were not read back yet, by their numbers. */
  readonly #sent: Map<number, number> = new Map();
  #lastSent = -Infinity;
  /** The send time of the last heartbeat that counted. */
  #countedAt = -Infinity;
  /** The end of the lease. */
  #deadline = -Infinity;
  /** Whether a heartbeat after the first one was read back. */
  #isJoined = false;

  constructor({ heartbeat, ttl }: { readonly heartbeat: number; readonly ttl: number }) {
    this.#heartbeat = heartbeat;
    this.#lease = ttl * LEASE_FRACTION;
  }

  /** The key of the session's record; `""` if there is no session. */
  get key(): string {
    return this.#key;
  }

  /** The time at which the next heartbeat is due, or at which the lease ends. */
  get wakeAt(): number {
    return this.#key === "" ? Infinity : Math.min(this.#lastSent + this.#heartbeat, this.#deadline);
  }

  /** Whether the session counts as a member and its lease has not ended. */
  isValidAt(now: number): boolean {
    return this.#isJoined && now < this.#deadline;
  }

  /** Whether the lease has ended. */
  hasExpiredAt(now: number): boolean {
    return this.#key !== "" && now >= this.#deadline;
  }

  isBeatDueAt(now: number): boolean {
    return now - this.#lastSent >= this.#heartbeat;
  }

  /** Makes the next heartbeat due at once. */
  announce(): void {
    this.#lastSent = -Infinity;
  }

  begin(key: string, now: number): void {
    this.#key = key;
    this.#isJoined = false;
    this.#beat = 0;
    this.#sent.clear();
    this.#lastSent = -Infinity;
    this.#deadline = now + this.#lease;
  }

  end(): void {
    this.#key = "";
    this.#isJoined = false;
    this.#deadline = -Infinity;
  }

  /**
   * Called when a heartbeat is sent.
   *
   * @param isFirst Whether no heartbeat was read back yet. If so, the first heartbeat is sent again unchanged.
   * @returns The number of the heartbeat.
   */
  send(now: number, isFirst: boolean): number {
    this.#beat = isFirst ? 1 : this.#beat + 1;
    if (!isFirst || !this.#sent.has(1)) this.#sent.set(this.#beat, now);
    this.#lastSent = now;
    return this.#beat;
  }

  /** Applies a record of this session that was read. */
  read(value: Uint8Array, now: number): BeatOutcome {
    if (value.length === 0) return "ended";
    const beat = decodeSession(value)?.beat ?? 0;
    const sentAt = this.#sent.get(beat);
    if (sentAt === undefined) return "ignored";
    for (const older of [...this.#sent.keys()]) if (older <= beat) this.#sent.delete(older);
    if (now >= this.#deadline || now >= sentAt + this.#lease) return "late";
    this.#deadline = Math.max(this.#deadline, sentAt + this.#lease);
    if (beat === 1) {
      this.announce();
      return "renewed";
    }
    this.#isJoined = true;
    // A heartbeat measures time only if it was sent at least one interval after the last counted heartbeat.
    if (sentAt - this.#countedAt < this.#heartbeat) return "renewed";
    this.#countedAt = sentAt;
    return "counted";
  }
}
