import { assert, assertEquals } from "@std/assert";
import { MemoryRecords } from "../../adapters/memory/memory_records.ts";
import { OPENED_KEY, PROTOCOL_VERSION } from "../../src/coordination/opening.ts";
import { ownerIn, TestClaim, TestMember } from "./test_member.ts";

/** The stored value of the record that opens a storage. */
function openedIn(records: MemoryRecords): string | undefined {
  const entry = records.scan("", 0).entries.find(({ key }) => key === OPENED_KEY);
  return entry && new TextDecoder().decode(entry.value);
}

/** A member that has joined and wants a claim. */
function claiming(isReplaceable: boolean, records = new MemoryRecords(), name = "me") {
  const me = new TestMember(name, records, { isReplaceable });
  const claim = new TestClaim();
  me.member.add(claim);
  me.settle();
  return { me, claim, records };
}

Deno.test("Opening opens a storage at once if it cannot be replaced", () => {
  const { claim, records } = claiming(false);
  assertEquals([openedIn(records), claim.terms.length], [PROTOCOL_VERSION, 1]);
});

Deno.test("Opening lets the first claim of a replaceable storage wait for five sixths of the time to live", () => {
  const { me, claim, records } = claiming(true);
  assertEquals(openedIn(records), "", "the first heartbeat is read back");
  // Five sixths are 4,167 ms: four heartbeats are not enough, five are.
  me.beat(4);
  assertEquals([openedIn(records), ownerIn(records, claim.key)], ["", undefined]);
  me.beat().settle();
  assertEquals([openedIn(records), ownerIn(records, claim.key)], [PROTOCOL_VERSION, me.session]);
});

Deno.test("Opening lets later members take claims at once", () => {
  const { me, records } = claiming(true);
  me.beat(5).settle();
  const later = new TestMember("later", records, { isReplaceable: true });
  const claim = new TestClaim("claims.b");
  later.member.add(claim);
  later.settle();
  assertEquals(claim.terms.length, 1);
});

Deno.test("Opening waits again in a storage that replaces another", () => {
  const { me, claim, records } = claiming(true);
  me.beat(5).settle();
  assertEquals(claim.terms.length, 1);
  for (const { key, revision } of records.scan("", 0).entries) records.delete(key, revision);
  me.member.reset();
  me.member.settle(claim, { done: false });
  // The first heartbeat is sent less than a heartbeat interval after the last counted one, and does not count.
  me.settle().beat(5);
  assertEquals([openedIn(records), claim.terms.length], ["", 1]);
  me.beat().settle();
  assertEquals([openedIn(records), claim.terms.length], [PROTOCOL_VERSION, 2]);
});

Deno.test("Opening does not open a storage by a late first write", () => {
  const { me, records } = claiming(true);
  records.put(OPENED_KEY, new Uint8Array(), 0);
  me.beat(3);
  assertEquals(openedIn(records), "");
  assert(me.member.isValid);
});
