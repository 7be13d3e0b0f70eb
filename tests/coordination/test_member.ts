import type { Claim, ClaimRecord, StopReason } from "../../src/coordination/claim.ts";
import { OWNER_ONLY } from "../../src/coordination/claim.ts";
import { Member } from "../../src/coordination/member.ts";
import type { MemberPort, MemberSettings } from "../../src/coordination/member_port.ts";
import { decodeSession, encodeSession, sessionKey, type SessionRecord } from "../../src/coordination/session_record.ts";
import { assert, assertEquals } from "@std/assert";
import { MemoryRecords } from "../../adapters/memory/memory_records.ts";

/** Settings in milliseconds. With them, seven counted heartbeats end a silent session. */
export const SETTINGS: Omit<MemberSettings, "uniqueName"> = { heartbeat: 1_000, ttl: 5_000, isReplaceable: false };

/** Two thirds of the time to live, in milliseconds. */
export const LEASE_MS: number = 5_000 * 2 / 3;

/** A put or a deletion that a member has sent. */
export interface Sent {
  readonly key: string;
  readonly value: Uint8Array | "delete";
  readonly expected: number;
}

/** A member whose requests arrive, and whose reads happen, when a test calls a method. */
export class TestMember implements MemberPort {
  readonly member: Member;
  readonly records: MemoryRecords;
  /** Requests that have not arrived at the storage. */
  readonly sent: Sent[] = [];
  time = 10_000;
  wasSuspended = false;
  membersChangedCount = 0;
  nameTakenCount = 0;
  /** The revision up to which the member has read. */
  after = 0;
  readonly #name: string;
  #sessions = 0;

  constructor(name: string, records: MemoryRecords, settings: Partial<MemberSettings> = {}) {
    this.#name = name;
    this.records = records;
    this.member = new Member(this, { ...SETTINGS, uniqueName: name, ...settings });
  }

  now(): number {
    return this.time;
  }

  newSession(): string {
    return sessionKey(this.#name, `${this.#sessions++}`);
  }

  put(key: string, value: Uint8Array, expected: number): void {
    this.sent.push({ key, value, expected });
  }

  delete(key: string, revision: number): void {
    this.sent.push({ key, value: "delete", expected: revision });
  }

  membersChanged(): void {
    this.membersChangedCount++;
  }

  nameTaken(): void {
    this.nameTakenCount++;
  }

  readAgain(): void {
    this.after = 0;
  }

  /** Has the sent requests arrive at the storage. */
  arrive(): this {
    for (const { key, value, expected } of this.sent.splice(0)) {
      if (value === "delete") this.records.delete(key, expected);
      else this.records.put(key, value, expected);
    }
    return this;
  }

  /** Loses the sent requests. */
  lose(): this {
    this.sent.length = 0;
    return this;
  }

  /** Has the member read the records that were stored since its last read. */
  read(): this {
    const { entries } = this.records.scan("", this.after);
    this.after = entries.at(-1)?.revision ?? this.after;
    this.member.applyRecords(entries, true);
    return this;
  }

  /** Has requests arrive and the member read, until it sends no further request. */
  settle(): this {
    this.read();
    while (this.sent.length > 0) this.arrive().read();
    return this;
  }

  /** Moves the clock forward. The member then sends what is due. */
  pass(milliseconds: number): this {
    this.time += milliseconds;
    this.member.tick();
    return this;
  }

  /** Lets this number of heartbeat intervals pass. The member reads each of its heartbeats back. */
  beat(count = 1): this {
    for (let i = 0; i < count; i++) this.pass(SETTINGS.heartbeat).arrive().read();
    return this;
  }

  get session(): string {
    return this.member.session;
  }

  /** The stored record of a session, by default of the member's own. */
  stored(key: string = this.session): SessionRecord | "ended" | undefined {
    const entry = this.records.scan("", 0).entries.find((entry) => entry.key === key);
    if (entry === undefined) return undefined;
    return entry.value.length === 0 ? "ended" : decodeSession(entry.value);
  }
}

/** The stored owner of a claim. */
export function ownerIn(records: MemoryRecords, key: string): string | undefined {
  const entry = records.scan("", 0).entries.find((entry) => entry.key === key);
  return entry && OWNER_ONLY.ownerOf(entry.value);
}

/** Puts the record of a session, as another process does. */
export function putSession(records: MemoryRecords, key: string, record: Partial<SessionRecord> | "ended"): void {
  const last = records.scan("", 0).entries.find((entry) => entry.key === key)?.revision ?? 0;
  const live = { beat: 2, ttl: SETTINGS.ttl, services: [] };
  const value = record === "ended" ? new Uint8Array() : encodeSession({ ...live, ...record });
  if (records.put(key, value, last) === undefined) throw new Error(`${key} is at another revision than ${last}`);
}

/** Puts the record of a claim, as another process does. Returns its revision. */
export function putClaim(records: MemoryRecords, key: string, owner: string): number {
  const last = records.scan("", 0).entries.find((entry) => entry.key === key)?.revision ?? 0;
  return records.put(key, OWNER_ONLY.withOwner(undefined, owner), last)!;
}

/** A claim that records the calls of the member. */
export class TestClaim implements Claim {
  readonly key: string;
  readonly codec = OWNER_ONLY;
  isWantedNow = true;
  readonly terms: number[] = [];
  readonly stops: StopReason[] = [];
  readonly changes: ClaimRecord[] = [];

  constructor(key = "claims.a") {
    this.key = key;
  }

  isWanted(): boolean {
    return this.isWantedNow;
  }

  start(term: number): void {
    this.terms.push(term);
  }

  stop(reason: StopReason): void {
    this.stops.push(reason);
  }

  changed(record: ClaimRecord): void {
    this.changes.push(record);
  }
}

/** A member that has joined a storage. */
export function joined(records = new MemoryRecords(), name = "me"): TestMember {
  const me = new TestMember(name, records).settle();
  assert(me.member.isValid);
  return me;
}

/** The key of the claim of {@link claiming} and {@link owning}. */
export const CLAIM_KEY = "claims.a";

/** A member that has joined and wants a claim. */
export function claiming(records = new MemoryRecords(), name = "me"): { me: TestMember; claim: TestClaim } {
  const me = new TestMember(name, records).settle().beat();
  me.settle();
  const claim = new TestClaim(CLAIM_KEY);
  me.member.add(claim);
  return { me, claim };
}

/** A member that runs the work of its claim. */
export function owning(): { me: TestMember; claim: TestClaim } {
  const { me, claim } = claiming();
  me.settle();
  assertEquals(claim.terms.length, 1);
  return { me, claim };
}
