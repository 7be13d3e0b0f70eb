import type { RecordEntry } from "../driver/records.ts";
import { decodeSession, nameOfSession } from "./session_record.ts";

/**
 * Number of counted reads in which a session of the same name must be silent. In that time, a live member with the same
 * settings renews its session at least once.
 */
const WATCH_READS = 3;

/** The minimum time between two counted reads, as a part of the heartbeat interval. */
const READ_SPACING = 0.75;

/** Another live session of the name. */
interface Namesake {
  revision: number;
  beat: number;
  /** The number of counted reads since its last record was read. */
  silence: number;
  countedAt: number;
  /** Whether the session was renewed after its first record was read. */
  isRenewed: boolean;
  isReported: boolean;
}

/**
 * Watches the other live sessions of this member's name. A session that is renewed belongs to another process, and this
 * member must not have a session beside it. A session that is not renewed may belong to a process that was killed, and
 * does not block the name.
 *
 * - Before a session begins, this member waits until each session of the name has ended or is silent.
 * - If a session that began earlier is renewed later, this member must end its own session. A member whose session began
 *   later does the same. If it is unknown which session began earlier, both members end theirs.
 */
export class NameWatch {
  readonly #name: string | undefined;
  readonly #spacing: number;
  readonly #namesakes: Map<string, Namesake> = new Map();
  /**
   * The earlier sessions of the name, with the revisions of their records at the time when this member had read the
   * first record of its own session; `undefined` before.
   */
  #earlier: ReadonlyMap<string, number> | undefined;

  /**
   * @param name `undefined` if several sessions may have the name of this member.
   * @param heartbeat Milliseconds between two heartbeats.
   */
  constructor(name: string | undefined, heartbeat: number) {
    this.#name = name;
    this.#spacing = READ_SPACING * heartbeat;
  }

  /** Whether a session of this member may begin. */
  get mayBegin(): boolean {
    return [...this.#namesakes.values()].every(isSilent);
  }

  /** Whether an earlier session of the name was renewed while this member has a session. */
  get mustEnd(): boolean {
    return [...this.#earlier ?? []].some(([key, revision]) => (this.#namesakes.get(key)?.revision ?? 0) > revision);
  }

  /** Whether each session of the name that began before the session of this member has ended or is silent. */
  get isUnique(): boolean {
    return this.#earlier !== undefined && [...this.#earlier.keys()].every((key) => {
      const namesake = this.#namesakes.get(key);
      return namesake === undefined || isSilent(namesake);
    });
  }

  /** Called when the session of this member has ended. */
  end(): void {
    this.#earlier = undefined;
  }

  /** Applies the record of another session. */
  read({ key, value, revision }: RecordEntry, now: number): void {
    if (nameOfSession(key) !== this.#name) return;
    if (value.length === 0) return this.delete(key);
    const beat = decodeSession(value)?.beat ?? 0;
    const known = this.#namesakes.get(key);
    if (known?.revision === revision) return;
    const isRenewed = known !== undefined;
    const isReported = known?.isReported ?? false;
    this.#namesakes.set(key, { revision, beat, silence: 0, countedAt: now, isRenewed, isReported });
  }

  delete(key: string): void {
    this.#namesakes.delete(key);
  }

  clear(): void {
    this.#namesakes.clear();
  }

  /**
   * Called when all records were read.
   *
   * @param ownRevision The revision of the record of this member's session, if it was read.
   */
  finishRead(ownRevision: number | undefined, now: number): void {
    for (const namesake of this.#namesakes.values()) {
      if (now - namesake.countedAt < this.#spacing) continue;
      namesake.silence++;
      namesake.countedAt = now;
    }
    if (ownRevision !== undefined) this.#earlier ??= this.#earlierThan(ownRevision);
  }

  /** Whether a session of the name is renewed. Returns `true` once for each such session. */
  detect(): boolean {
    const detected = [...this.#namesakes.values()].filter(({ isRenewed, isReported }) => isRenewed && !isReported);
    for (const namesake of detected) namesake.isReported = true;
    return detected.length > 0;
  }

  #earlierThan(ownRevision: number): ReadonlyMap<string, number> {
    // A newer record with beat 1 is a session that began later. Its own member detects the session of this member.
    const earlier = [...this.#namesakes].filter(([, { revision, beat }]) => revision < ownRevision || beat > 1);
    return new Map(earlier.map(([key, { revision }]) => [key, revision]));
  }
}

function isSilent({ silence }: Namesake): boolean {
  return silence >= WATCH_READS;
}
