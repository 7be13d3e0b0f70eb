/**
 * One member as a state machine without I/O. Its inputs are the time and the records that were read. Its outputs are
 * conditional writes. The member never waits for the answer to a write. A later read shows whether the storage accepted
 * the write. If not, the member writes again.
 *
 * - A heartbeat counts when the member has read it back. The read proves that the member can write, can read, and reads
 *   current data.
 * - A member acts as an owner for two thirds of the time to live. The time begins when the member *sent* the last
 *   heartbeat that it has read back.
 * - A member measures the silence of another session by its own heartbeats. It counts the own heartbeats that it has
 *   read back since it read the last record of the other session. The session counts as silent after the number of
 *   heartbeats in its time to live, plus two. The first additional heartbeat is needed because the first counted
 *   heartbeat may have been sent before the record of the other session was stored. The second is needed because the
 *   last counted heartbeat may have been sent at the same time as the next heartbeat of the other session.
 * - A member ends a silent session by writing an empty record. The write expects the revision of the session's last
 *   record. If a heartbeat of that session was stored meanwhile, the write fails.
 *
 * As a result, two members never act on one claim while the rate of each clock is within 10 % of true time.
 *
 * @module
 */
import type { RecordEntry } from "../driver/records.ts";
import type { Claim, Settlement } from "./claim.ts";
import { type ClaimContext, ClaimTable } from "./claim_table.ts";
import { KnownRecords } from "./known_records.ts";
import type { MemberPort, MemberSettings } from "./member_port.ts";
import { NameWatch } from "./name_watch.ts";
import { OPENED_KEY, Opening } from "./opening.ts";
import { OwnSession } from "./own_session.ts";
import { decodeSession, encodeSession, ENDED_SESSION, type SessionRecord, SESSIONS_PREFIX } from "./session_record.ts";
import { SessionTable } from "./session_table.ts";
import { WriteThrottle } from "./write_throttle.ts";

/**
 * The record of an ended session is kept for this multiple of the time after which a silent session is ended. In that
 * time, a late write of the session may arrive.
 */
const ENDED_RETENTION_FACTOR = 5;

/** The state machine of one member; see the comment of the module. */
export class Member implements ClaimContext {
  readonly #port: MemberPort;
  readonly #settings: MemberSettings;
  readonly #claims: ClaimTable = new ClaimTable(this);
  readonly #ownSession: OwnSession;
  readonly #opening: Opening;
  readonly #sessions: SessionTable = new SessionTable();
  readonly #nameWatch: NameWatch;
  readonly #records: KnownRecords = new KnownRecords();
  /** Earlier sessions of this member. Each remains here until this member has read back the record that ends it. */
  readonly #formerSessions: Set<string> = new Set();
  readonly #writeThrottle: WriteThrottle;
  #services: readonly string[] = [];
  #isLeaving = false;

  constructor(port: MemberPort, settings: MemberSettings) {
    this.#port = port;
    this.#settings = settings;
    this.#ownSession = new OwnSession(settings);
    this.#writeThrottle = new WriteThrottle(settings.heartbeat);
    this.#nameWatch = new NameWatch(settings.uniqueName, settings.heartbeat);
    this.#opening = new Opening(settings.isReplaceable, settings.ttl);
  }

  get session(): string {
    return this.#ownSession.key;
  }

  get isValid(): boolean {
    return this.#ownSession.isValidAt(this.#port.now()) && !this.#port.wasSuspended;
  }

  get isLeaving(): boolean {
    return this.#isLeaving;
  }

  get isOpen(): boolean {
    return this.#opening.isOpen(this.#records.get(OPENED_KEY));
  }

  /** The live members, this one included, by their session keys. */
  get members(): ReadonlyMap<string, SessionRecord> {
    return this.#sessions.members;
  }

  /** All live sessions by key, including sessions that are not members. */
  get liveSessions(): ReadonlyMap<string, SessionRecord | undefined> {
    return this.#sessions.live;
  }

  /** Whether no earlier live session has the name of this member. `false` until this is known. */
  get isNameUnique(): boolean {
    return this.#nameWatch.isUnique;
  }

  /** The time at which {@link Member.tick} is due. */
  get wakeAt(): number {
    return this.#records.isComplete ? this.#ownSession.wakeAt : Infinity;
  }

  record(key: string): RecordEntry | undefined {
    return this.#records.get(key);
  }

  hasEnded(session: string): boolean | undefined {
    return this.#sessions.isKnown(session) ? this.#sessions.isEnded(session) : undefined;
  }

  /** Sends a write of a record. Writes of the same key over the same revision are sent at most once per heartbeat. */
  write(key: string, value: Uint8Array, expected: number): void {
    if (this.#writeThrottle.isDue(key, expected, this.#port.now())) this.#port.put(key, value, expected);
  }

  holds(claim: Claim): boolean {
    return this.#claims.holds(claim);
  }

  add(claim: Claim): void {
    this.#claims.add(claim);
  }

  withdraw(claim: Claim): void {
    this.#claims.withdraw(claim);
  }

  settle(claim: Claim, settlement: Settlement): void {
    this.#claims.settle(claim, settlement);
    this.#endFormer();
    if (this.#isLeaving) this.leave();
  }

  /** Announces the services in which this member takes part. */
  offer(services: readonly string[]): void {
    this.#services = services;
    if (this.session === "" || this.#isLeaving) return;
    this.#ownSession.announce();
    this.tick();
  }

  /**
   * Stops all work, releases all claims, and ends the session. Heartbeats continue until all work has settled.
   *
   * @returns Whether the session has ended.
   */
  leave(): boolean {
    if (!this.#isLeaving) {
      this.offer([]);
      this.#isLeaving = true;
    }
    this.#claims.reconcile();
    if (this.#claims.isWorking) return false;
    const own = this.#records.get(this.session);
    if (own === undefined) return true;
    if (!this.#claims.isOwning) this.write(this.session, ENDED_SESSION, own.revision);
    return false;
  }

  /** Called when the machine was suspended and its monotonic clock stopped meanwhile. */
  suspended(): void {
    this.#end();
  }

  /** Called when the storage was replaced. This member discards all records that it has read. */
  reset(): void {
    const known = [this.#records, this.#writeThrottle, this.#formerSessions, this.#sessions, this.#nameWatch];
    for (const part of known) part.clear();
    this.#opening.reset();
    this.#end();
    if (this.#sessions.refreshMembers()) this.#port.membersChanged();
  }

  /**
   * Applies records that were read, in ascending order of their revisions.
   *
   * @param isLast Whether no more records exist at the moment.
   */
  applyRecords(entries: readonly RecordEntry[], isLast: boolean): void {
    const isReadingAll = !this.#records.isComplete;
    for (const entry of entries) this.#apply(entry);
    if (isLast && isReadingAll) this.#finishReading();
    if (isLast && this.#records.isComplete) this.#checkName();
    if (this.#sessions.refreshMembers()) this.#port.membersChanged();
    this.#endSilent();
    this.tick();
  }

  /** Applies a change that this member made to the record of its claim, after the storage has confirmed it. */
  applyStored(entry: RecordEntry): void {
    if (!this.#records.isComplete) return;
    this.#apply(entry);
    this.#claims.reconcile();
  }

  /** Ends an expired session, sends a due heartbeat, and reconciles the claims. */
  tick(): void {
    if (!this.#records.isComplete) return;
    const now = this.#port.now();
    if (this.#ownSession.hasExpiredAt(now)) return this.#end();
    const mayBegin = this.session === "" && !this.#isLeaving && this.#nameWatch.mayBegin;
    if (mayBegin) this.#ownSession.begin(this.#port.newSession(), now);
    if (this.session !== "" && this.#ownSession.isBeatDueAt(now)) this.#sendBeat(now);
    this.#endFormer();
    this.#claims.reconcile();
    if (this.#isLeaving) this.leave();
  }

  #apply(entry: RecordEntry): void {
    const { key, value } = entry;
    if (!this.#records.set(entry) || !key.startsWith(SESSIONS_PREFIX)) return;
    this.#sessions.set(key, value);
    if (value.length === 0) this.#formerSessions.delete(key);
    if (key === this.session) this.#applyOwn(value);
    else if (!this.#formerSessions.has(key)) this.#nameWatch.read(entry, this.#port.now());
  }

  #applyOwn(value: Uint8Array): void {
    const outcome = this.#ownSession.read(value, this.#port.now());
    if (outcome === "late" || outcome === "ended") return this.#end();
    if (decodeSession(value)?.services.join() !== this.#services.join()) this.#ownSession.announce();
    if (outcome !== "counted") return;
    this.#sessions.countHeartbeat(this.session);
    this.#opening.readHeartbeat(this.#port.now());
    const opening = this.#opening.next(this.#records.get(OPENED_KEY), this.#port.now());
    if (opening !== undefined) this.write(OPENED_KEY, opening.value, opening.expected);
    this.#forgetEnded();
  }

  /** Called when all records were read. Forgets the sessions that were known before and were not read again. */
  #finishReading(): void {
    for (const key of this.#records.complete()) {
      this.#sessions.delete(key);
      this.#nameWatch.delete(key);
    }
  }

  /** Ends the session if a live session of another process has its name. */
  #checkName(): void {
    this.#nameWatch.finishRead(this.#records.get(this.session)?.revision, this.#port.now());
    if (this.#isLeaving) return;
    if (this.#nameWatch.mustEnd) this.#end();
    if (this.session === "" && this.#nameWatch.detect()) this.#port.nameTaken();
  }

  #sendBeat(now: number): void {
    const revision = this.#records.get(this.session)?.revision;
    const beat = this.#ownSession.send(now, revision === undefined);
    const value = encodeSession({ beat, ttl: this.#settings.ttl, services: this.#services });
    this.#port.put(this.session, value, revision ?? 0);
  }

  /** Ends the session in this process. `#endFormer` writes the end to the storage. */
  #end(): void {
    if (this.session === "") return;
    this.#formerSessions.add(this.session);
    this.#ownSession.end();
    this.#nameWatch.end();
    // The storage may have been restored from a backup after the records were read. This member reads all records
    // again.
    this.#records.outdate();
    this.#claims.reconcile();
    this.#port.readAgain();
  }

  /** Ends earlier sessions whose work has settled, so that other members may take their claims. */
  #endFormer(): void {
    if (!this.#records.isComplete) return;
    for (const session of this.#formerSessions) {
      const record = this.#records.get(session);
      if (record === undefined) this.#formerSessions.delete(session);
      else if (!this.#claims.isWorkingIn(session)) this.write(session, ENDED_SESSION, record.revision);
    }
  }

  #endSilent(): void {
    const limit = (ttl: number | undefined) => this.#beatsIn(ttl ?? this.#settings.ttl);
    for (const key of this.#sessions.silent(limit)) this.write(key, ENDED_SESSION, this.#records.get(key)!.revision);
  }

  /**
   * Forgets sessions that ended long ago and own no claim. The member with the first session key deletes their records.
   */
  #forgetEnded(): void {
    const ended = this.#sessions.endedFor(ENDED_RETENTION_FACTOR * this.#beatsIn(this.#settings.ttl));
    const [firstMember] = this.members.keys();
    for (const key of this.#records.unusedSessions(ended)) {
      if (firstMember === this.session) this.#port.delete(key, this.#records.get(key)!.revision);
      this.#records.delete(key);
      this.#sessions.delete(key);
      this.#writeThrottle.forget(key);
    }
  }

  /** The number of its own heartbeats that this member must read back before a time to live has certainly passed. */
  #beatsIn(ttl: number): number {
    return Math.ceil(ttl / this.#settings.heartbeat) + 2;
  }
}
