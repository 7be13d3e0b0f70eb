import { decodeSession } from "./session_record.ts";

/**
 * The part of the time to live for which a member acts after it sent a heartbeat. It allows for two clocks whose
 * rates differ by 20 %: each is within 10 % of true time.
 */
export const LEASE = 2 / 3;

/**
 * The effect of a record of this session that was read.
 *
 * - `"ended"`: a member has ended the session.
 * - `"ignored"`: the heartbeat was read before, or was not sent by this process.
 * - `"late"`: the lease had ended.
 * - `"renewed"`: the lease was extended.
 * - `"counted"`: the lease was extended, and the heartbeat counts for the silence of other sessions.
 */
export type BeatOutcome = "ended" | "ignored" | "late" | "renewed" | "counted";

/** The session of this member: its heartbeats and its lease. */
export class OwnSession {
  readonly #heartbeat: number;
  readonly #lease: number;
  #key = "";
  #beat = 0;
  /** The send times of the heartbeats that were not read back, by their numbers. */
  readonly #sent: Map<number, number> = new Map();
  #lastSent = -Infinity;
  #countedAt = -Infinity;
  #deadline = -Infinity;
  #isJoined = false;

  constructor({ heartbeat, ttl }: { readonly heartbeat: number; readonly ttl: number }) {
    this.#heartbeat = heartbeat;
    this.#lease = ttl * LEASE;
  }

  /** The key of its record; `""` if there is no session. */
  get key(): string {
    return this.#key;
  }

  /** The time at which the next heartbeat is due, or at which the lease ends. */
  get wakeAt(): number {
    return this.#key === "" ? Infinity : Math.min(this.#lastSent + this.#heartbeat, this.#deadline);
  }

  isValidAt(now: number): boolean {
    return this.#isJoined && now < this.#deadline;
  }

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
   * Records that a heartbeat is sent.
   *
   * @param isFirst Whether no heartbeat was read back yet. The first one is repeated unchanged.
   * @returns Its number.
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
    // Heartbeats measure time only if they were sent at least one interval apart.
    if (sentAt - this.#countedAt < this.#heartbeat) return "renewed";
    this.#countedAt = sentAt;
    return "counted";
  }
}
