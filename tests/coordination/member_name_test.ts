/** Sessions of members that have one name. */
import { assert, assertEquals } from "@std/assert";
import { MemoryRecords } from "../../adapters/memory/memory_records.ts";
import { joined, putSession, TestMember } from "./test_member.ts";

/** The session of another process of the name `me`. */
const namesake = "sessions.me~other";

Deno.test("Member waits for three reads before it joins beside a session of its name that is silent", () => {
  const me = joined();
  putSession(me.records, me.session, "ended");
  putSession(me.records, namesake, { beat: 9 });
  me.read().arrive().read();
  for (let reads = 1; reads <= 3; reads++) {
    assertEquals(me.session, "", `after ${reads - 1} reads`);
    me.pass(750).read();
  }
  me.settle();
  assert(me.member.isValid && me.member.isNameUnique);
  assertEquals(me.nameTakenCount, 0);
});

Deno.test("Member does not count reads that are closer than three quarters of a heartbeat", () => {
  const me = joined();
  putSession(me.records, me.session, "ended");
  putSession(me.records, namesake, { beat: 9 });
  me.read().arrive().read();
  for (let reads = 0; reads < 10; reads++) me.pass(74).read();
  assertEquals(me.session, "");
});

Deno.test("Member has no session while a session of its name is renewed, and reports it once", () => {
  const me = joined();
  putSession(me.records, me.session, "ended");
  for (let beat = 9; beat < 19; beat++) {
    putSession(me.records, namesake, { beat });
    me.pass(1_000).arrive().read();
    assertEquals(me.session, "");
  }
  assertEquals(me.nameTakenCount, 1);
  putSession(me.records, namesake, "ended");
  me.settle();
  assert(me.member.isValid, "the session of the other process has ended");
});

Deno.test("Member keeps its session when a session of its name begins later", () => {
  const me = joined();
  const { session } = me;
  for (let beat = 1; beat < 5; beat++) {
    putSession(me.records, namesake, { beat });
    me.beat();
  }
  assertEquals([me.session, me.member.isValid, me.nameTakenCount], [session, true, 0]);
});

Deno.test("Member ends its session when an earlier session of its name is renewed", () => {
  const records = new MemoryRecords();
  putSession(records, namesake, { beat: 9 });
  const me = new TestMember("me", records).read();
  for (let reads = 0; reads < 3; reads++) me.pass(1_000).read();
  me.settle().beat(3);
  assert(me.member.isValid && me.member.isNameUnique);
  const before = me.session;
  putSession(records, namesake, { beat: 10 });
  me.read();
  assertEquals([me.session, me.member.isNameUnique, me.nameTakenCount], ["", false, 1]);
  me.read().arrive();
  assertEquals(me.stored(before), "ended");
});

Deno.test("Member without a unique name ignores other sessions of its name", () => {
  const records = new MemoryRecords();
  putSession(records, namesake, { beat: 9 });
  const me = new TestMember("me", records, { uniqueName: undefined }).settle();
  putSession(records, namesake, { beat: 10 });
  me.read().beat();
  assert(me.member.isValid);
});
