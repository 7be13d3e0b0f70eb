import type { Claim, ClaimRecord, StopReason } from "../../src/coordination/claim.ts";
import { OWNER_ONLY } from "../../src/coordination/claim.ts";
import { Member } from "../../src/coordination/member.ts";
import type { MemberPort, MemberSettings } from "../../src/coordination/member_port.ts";
import { decodeSession, encodeSession, sessionKey, type SessionRecord } from "../../src/coordination/session_record.ts";
import type { MemoryRecords } from "../../adapters/memory/memory_records.ts";

/** Milliseconds. Seven counted heartbeats end a silent session. */
export const SETTINGS: MemberSettings = { heartbeat: 1_000, ttl: 5_000, isReplaceable: false };

/** Two thirds of the time to live, in milliseconds. */
export const LEASE: number = 5_000 * 2 / 3;

/** A put or a deletion that a member has sent. */
export interface Sent {
  readonly key: string;
  readonly value: Uint8Array | "delete";
  readonly expected: number;
}

/** A member whose requests are carried out, and whose reads are made, when a test says so. */
export class TestMember implements MemberPort {
  readonly member: Member;
  readonly records: MemoryRecords;
  /** Requests that have not arrived. */
  readonly sent: Sent[] = [];
  time = 10_000;
  wasSuspended = false;
  membersChangedCount = 0;
  after = 0;
  readonly #name: string;
  #sessions = 0;

  constructor(name: string, records: MemoryRecords, settings: Partial<MemberSettings> = {}) {
    this.#name = name;
    this.records = records;
    this.member = new Member(this, { ...SETTINGS, ...settings });
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

  readAgain(): void {
    this.after = 0;
  }

  /** The requests that were sent arrive at the storage. */
  arrive(): this {
    for (const { key, value, expected } of this.sent.splice(0)) {
      if (value === "delete") this.records.delete(key, expected);
      else this.records.put(key, value, expected);
    }
    return this;
  }

  /** The requests that were sent are lost. */
  lose(): this {
    this.sent.length = 0;
    return this;
  }

  /** Reads what is new. */
  read(): this {
    const { entries } = this.records.scan("", this.after);
    this.after = entries.at(-1)?.revision ?? this.after;
    this.member.applyRecords(entries, true);
    return this;
  }

  /** Sends and reads until nothing is left to send. */
  settle(): this {
    this.read();
    while (this.sent.length > 0) this.arrive().read();
    return this;
  }

  /** Time passes, then the member does what is due. */
  pass(milliseconds: number): this {
    this.time += milliseconds;
    this.member.tick();
    return this;
  }

  /** A number of heartbeats, each of which is read back. */
  beat(count = 1): this {
    for (let i = 0; i < count; i++) this.pass(SETTINGS.heartbeat).arrive().read();
    return this;
  }

  get session(): string {
    return this.member.session;
  }

  /** The record of its session, or of another one, as the storage has it. */
  stored(key: string = this.session): SessionRecord | "ended" | undefined {
    const entry = this.records.scan("", 0).entries.find((entry) => entry.key === key);
    if (entry === undefined) return undefined;
    return entry.value.length === 0 ? "ended" : decodeSession(entry.value);
  }
}

/** The owner of a claim, as the storage has it. */
export function ownerIn(records: MemoryRecords, key: string): string | undefined {
  const entry = records.scan("", 0).entries.find((entry) => entry.key === key);
  return entry && OWNER_ONLY.ownerOf(entry.value);
}

/** Puts the record of a session that another process would put. */
export function putSession(records: MemoryRecords, key: string, record: Partial<SessionRecord> | "ended"): void {
  const last = records.scan("", 0).entries.find((entry) => entry.key === key)?.revision ?? 0;
  const live = { beat: 2, ttl: SETTINGS.ttl, services: [] };
  const value = record === "ended" ? new Uint8Array() : encodeSession({ ...live, ...record });
  if (records.put(key, value, last) === undefined) throw new Error(`${key} is at another revision than ${last}`);
}

/** Puts the record of a claim that another process would put. */
export function putClaim(records: MemoryRecords, key: string, owner: string): number {
  const last = records.scan("", 0).entries.find((entry) => entry.key === key)?.revision ?? 0;
  return records.put(key, OWNER_ONLY.withOwner(undefined, owner), last)!;
}

/** A claim that notes what is asked of it. */
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
