import { assert, assertEquals } from "@std/assert";
import { MemoryRecords } from "../../adapters/memory/memory_records.ts";
import { joined, LEASE_MS, putSession, TestMember } from "./test_member.ts";

const other = "sessions.other~1";

Deno.test("Member sends its first heartbeat when all records were read, and the second when it reads the first", () => {
  const me = new TestMember("me", new MemoryRecords());
  me.pass(5_000);
  assertEquals([me.sent.length, me.session], [0, ""]);
  me.member.applyRecords([], false);
  assertEquals(me.sent.length, 0, "the member has not read all records");
  me.member.applyRecords([], true);
  assertEquals([me.sent.length, me.session, me.member.isValid], [1, "sessions.me~0", false]);
  me.arrive().read();
  assertEquals([me.stored(), me.sent.length, me.member.isValid], [{ beat: 1, ttl: 5_000, services: [] }, 1, false]);
  me.arrive().read();
  assertEquals([me.stored(), me.member.isValid], [{ beat: 2, ttl: 5_000, services: [] }, true]);
});

Deno.test("Member does not count a session as a member before its second heartbeat", () => {
  const me = joined();
  putSession(me.records, other, { beat: 1 });
  me.read();
  assertEquals([...me.member.members.keys()], [me.session]);
  putSession(me.records, other, { beat: 2, services: ["a"] });
  me.read();
  assertEquals([...me.member.members.keys()], [me.session, other]);
  assertEquals(me.member.members.get(other)?.services, ["a"]);
});

Deno.test("Member may act until two thirds of the time to live after it sent the last heartbeat that it has read", () => {
  const me = joined();
  me.pass(1_000);
  const sentAt = me.time;
  me.time += 900;
  me.arrive().read();
  me.time = sentAt + Math.floor(LEASE_MS);
  assert(me.member.isValid, "the lease has not ended");
  me.time = sentAt + Math.ceil(LEASE_MS);
  assert(!me.member.isValid, "the lease has ended");
});

Deno.test("Member does not renew its lease by a heartbeat that it has not read back", () => {
  const me = joined();
  for (let i = 0; i < 3; i++) me.pass(1_000).arrive();
  assert(me.member.isValid);
  me.pass(LEASE_MS - 3_000 + 1);
  assert(!me.member.isValid);
  assertEquals(me.session, "");
});

Deno.test("Member ends its session when it reads a heartbeat after the lease has ended", () => {
  const me = joined();
  const first = me.session;
  me.pass(1_000).arrive();
  me.time += LEASE_MS;
  me.read();
  assertEquals([me.session, me.member.isValid], ["", false]);
  me.settle();
  assert(me.session !== first && me.member.isValid, "the member joins again in another session");
  assertEquals(me.stored(first), "ended", "the member ends its former session");
});

Deno.test("Member repeats its first heartbeat unchanged, and its lease begins when it sent the heartbeat first", () => {
  const me = new TestMember("me", new MemoryRecords());
  me.member.applyRecords([], true);
  const began = me.time;
  const [first] = me.lose().pass(1_000).sent;
  assertEquals(first?.expected, 0);
  me.arrive().read();
  assertEquals(me.stored(), { beat: 1, ttl: 5_000, services: [] });
  me.time = began + Math.ceil(LEASE_MS);
  me.arrive().read();
  assert(!me.member.isValid, "the second heartbeat came too late");
});

Deno.test("Member writes a lost heartbeat again over the same revision", () => {
  const me = joined();
  const [lost] = me.pass(1_000).sent;
  const [again] = me.lose().pass(1_000).sent;
  assertEquals(again?.expected, lost?.expected);
  me.arrive().read();
  assertEquals(me.stored(), { beat: 4, ttl: 5_000, services: [] });
});

Deno.test("Member ends a silent session after seven own heartbeats, not after six", () => {
  const me = joined();
  putSession(me.records, other, {});
  me.read().beat(6);
  assertEquals(me.stored(other), { beat: 2, ttl: 5_000, services: [] });
  me.beat().arrive();
  assertEquals(me.stored(other), "ended");
  me.read();
  assertEquals([...me.member.members.keys()], [me.session]);
});

Deno.test("Member starts to count again when it reads another heartbeat of the session", () => {
  const me = joined();
  putSession(me.records, other, {});
  me.read().beat(6);
  putSession(me.records, other, { beat: 3 });
  me.read().beat(6);
  assertEquals(me.stored(other), { beat: 3, ttl: 5_000, services: [] });
});

Deno.test("Member ends a session only over the revision that was silent", () => {
  const me = joined();
  putSession(me.records, other, {});
  me.read().beat(6);
  me.pass(1_000).arrive();
  putSession(me.records, other, { beat: 3 });
  const { entries } = me.records.scan("", me.after);
  // The member reads its own heartbeat, but not yet the new heartbeat of the other session.
  me.member.applyRecords(entries.filter(({ key }) => key === me.session), false);
  assertEquals(me.sent.at(-1)?.key, other);
  me.arrive();
  assertEquals(me.stored(other), { beat: 3, ttl: 5_000, services: [] });
});

Deno.test("Member does not count own heartbeats that were sent less than the heartbeat interval apart", () => {
  const me = joined();
  putSession(me.records, other, {});
  me.read();
  for (let i = 0; i < 40; i++) {
    me.time += 50;
    me.member.offer([`service-${i}`]);
    me.arrive().read();
  }
  assertEquals(me.stored(other), { beat: 2, ttl: 5_000, services: [] }, "two seconds pass, in 40 heartbeats");
});

Deno.test("Member does not count the time of lost heartbeats", () => {
  const me = joined();
  putSession(me.records, other, {});
  me.read().beat(2);
  for (let i = 0; i < 60; i++) me.pass(1_000).lose();
  me.settle().beat(4);
  assertEquals(me.stored(other), { beat: 2, ttl: 5_000, services: [] });
});

Deno.test("Member ends a silent session after the time to live in the record of the session", () => {
  const me = joined();
  putSession(me.records, other, { ttl: 20_000 });
  me.read().beat(21).arrive();
  assertEquals(me.stored(other), { beat: 2, ttl: 20_000, services: [] });
  me.beat().arrive();
  assertEquals(me.stored(other), "ended");
});

Deno.test("Member ends a silent session whose record it cannot read, and does not count it as a member", () => {
  const me = joined();
  for (const [i, value] of ["{", "[]", '{"beat":2}', '{"beat":"2","ttl":5,"services":[]}', "null"].entries()) {
    me.records.put(`sessions.later~${i}`, new TextEncoder().encode(value), 0);
  }
  me.read();
  assertEquals([...me.member.members.keys()], [me.session]);
  me.beat(7).arrive();
  for (let i = 0; i < 5; i++) assertEquals(me.stored(`sessions.later~${i}`), "ended");
});

Deno.test("Member ignores unknown fields in the record of a session", () => {
  const me = joined();
  const value = '{"beat":2,"ttl":5000,"services":["a"],"zone":"eu"}';
  me.records.put(other, new TextEncoder().encode(value), 0);
  me.read();
  assertEquals(me.member.members.get(other)?.services, ["a"]);
});

Deno.test("Member ends its session when another one has ended it", () => {
  const me = joined();
  const before = me.session;
  putSession(me.records, before, "ended");
  me.read();
  assertEquals(me.member.isValid, false);
  me.settle();
  assert(me.member.isValid && me.session !== before);
});

Deno.test("Member ends its session when the machine was suspended", () => {
  const me = joined();
  const before = me.session;
  me.wasSuspended = true;
  assert(!me.member.isValid, "the session is invalid before the member is called");
  me.wasSuspended = false;
  me.member.suspended();
  assertEquals(me.session, "");
  me.settle();
  assert(me.member.isValid && me.session !== before);
});

Deno.test("Member announces services at once, and again if an earlier heartbeat was stored instead", () => {
  const me = joined();
  me.pass(1_000);
  me.member.offer(["a"]);
  assertEquals(me.sent.length, 2, "the heartbeat in flight, and one with the service");
  me.arrive().read();
  assertEquals(me.stored(), { beat: 3, ttl: 5_000, services: [] });
  me.arrive().read();
  assertEquals(me.stored(), { beat: 5, ttl: 5_000, services: ["a"] });
});

Deno.test("Member reports each change of the members once, and no heartbeat without a change", () => {
  const me = joined();
  const before = me.membersChangedCount;
  putSession(me.records, other, {});
  me.read();
  assertEquals(me.membersChangedCount, before + 1);
  putSession(me.records, other, { beat: 3 });
  me.read();
  assertEquals(me.membersChangedCount, before + 1);
  putSession(me.records, other, { beat: 4, services: ["a"] });
  me.read();
  assertEquals(me.membersChangedCount, before + 2);
});

Deno.test("Member deletes a session that ended long ago only if it is the first member", () => {
  const records = new MemoryRecords();
  const [first, second] = [joined(records, "a"), joined(records, "b")];
  putSession(records, other, "ended");
  for (const member of [first, second]) member.read();
  for (let i = 0; i < 34; i++) for (const member of [first, second]) member.beat();
  assertEquals(first.stored(other), "ended", "one heartbeat less than five times seven");
  second.beat().arrive();
  assertEquals(second.stored(other), "ended");
  first.beat().arrive();
  assertEquals(first.stored(other), undefined);
  assertEquals(first.member.record(other), undefined);
});

Deno.test("Member reads all records again after its session has ended, and forgets deleted ones", () => {
  const me = joined();
  putSession(me.records, other, {});
  me.records.put("claims.x", new TextEncoder().encode(other), 0);
  me.read();
  // The storage is restored from a backup that has neither record.
  for (const { key, revision } of me.records.scan("", 0).entries) me.records.delete(key, revision);
  me.pass(LEASE_MS + 1).settle();
  assert(me.member.isValid);
  assertEquals([...me.member.members.keys()], [me.session]);
  assertEquals(me.member.record("claims.x"), undefined);
});
