import { assert, assertEquals } from "@std/assert";
import { MemoryRecords } from "../../adapters/memory/memory_records.ts";
import {
  CLAIM_KEY as key,
  claiming,
  LEASE_MS,
  ownerIn,
  owning,
  putClaim,
  putSession,
  TestClaim,
} from "./test_member.ts";

const other = "sessions.other~1";

Deno.test("ClaimTable takes a free claim, and starts its work once it has read the record, at the revision of the record", () => {
  const { me, claim } = claiming();
  assertEquals(claim.terms, []);
  me.arrive();
  assertEquals([ownerIn(me.records, key), claim.terms], [me.session, []]);
  me.read();
  assertEquals(claim.terms, [me.member.record(key)!.revision]);
  assert(me.member.holds(claim));
});

Deno.test("ClaimTable does not take a claim of a live session", () => {
  const { me, claim } = claiming();
  putSession(me.records, other, {});
  putClaim(me.records, key, other);
  me.lose().read().beat(3);
  assertEquals([ownerIn(me.records, key), claim.terms], [other, []]);
});

Deno.test("ClaimTable takes a claim once its session has ended, at a greater term", () => {
  const { me, claim } = claiming();
  putSession(me.records, other, {});
  const term = putClaim(me.records, key, other);
  me.lose().read();
  putSession(me.records, other, "ended");
  me.settle();
  assertEquals(ownerIn(me.records, key), me.session);
  assert(claim.terms[0]! > term, `term ${claim.terms[0]} after ${term}`);
});

Deno.test("ClaimTable takes a claim of an unknown session only after it has ended that session, which fails if it is alive", () => {
  const { me, claim } = claiming();
  putClaim(me.records, key, other);
  me.lose().read();
  assertEquals(me.sent.map(({ key, expected }) => [key, expected]), [[other, 0]]);
  // The session is alive, and the member has not read its record yet.
  putSession(me.records, other, {});
  me.arrive().read().beat(2);
  assertEquals([ownerIn(me.records, key), claim.terms], [other, []]);
});

Deno.test("ClaimTable takes a claim of a session that does not exist", () => {
  const { me, claim } = claiming();
  putClaim(me.records, key, other);
  me.lose().settle();
  assertEquals([me.stored(other), ownerIn(me.records, key), claim.terms.length], ["ended", me.session, 1]);
});

Deno.test("ClaimTable starts the work in one of two members that take a claim at the same time", () => {
  const records = new MemoryRecords();
  const [one, two] = [claiming(records, "one"), claiming(records, "two")];
  two.me.arrive();
  one.me.arrive();
  for (const { me } of [one, two]) me.settle();
  assertEquals([one.claim.terms.length, two.claim.terms.length], [0, 1]);
});

Deno.test("ClaimTable stops work as lost when the session ends, and starts it again in the next session", () => {
  const { me, claim } = owning();
  me.pass(LEASE_MS + 1);
  assertEquals([claim.stops, me.member.holds(claim)], [["lost"], false]);
  me.settle();
  assertEquals(claim.terms.length, 1, "the work has not ended");
  me.member.settle(claim, { done: false });
  me.settle();
  assertEquals(claim.terms.length, 2);
  assert(claim.terms[1]! > claim.terms[0]!);
});

Deno.test("Member keeps a former session alive until its work has ended, then ends it at once", () => {
  const { me, claim } = owning();
  const former = me.session;
  me.pass(LEASE_MS + 1).settle();
  assert(me.session !== former);
  assert(me.stored(former) !== "ended", "other members wait until the work has ended");
  me.member.settle(claim, { done: false });
  me.settle();
  assertEquals(me.stored(former), "ended");
});

Deno.test("ClaimTable stops work as lost when the record names another owner", () => {
  const { me, claim } = owning();
  putClaim(me.records, key, other);
  me.read();
  assertEquals([claim.stops, me.member.holds(claim)], [["lost"], false]);
});

Deno.test("ClaimTable releases an unwanted claim after its work has ended", () => {
  const { me, claim } = owning();
  claim.isWantedNow = false;
  me.pass(0);
  assertEquals(claim.stops, ["released"]);
  me.settle().beat(2);
  assertEquals([ownerIn(me.records, key), claim.stops], [me.session, ["released"]], "the work has not ended");
  me.member.settle(claim, { done: false });
  me.settle();
  assertEquals(ownerIn(me.records, key), "");
});

Deno.test("ClaimTable does not start work again at a released term if the claim is wanted again before the release is stored", () => {
  const { me, claim } = owning();
  claim.isWantedNow = false;
  me.pass(0);
  me.member.settle(claim, { done: false });
  claim.isWantedNow = true;
  // The release is not stored yet, and the last record that the member has read still names it.
  me.pass(10);
  assertEquals(claim.terms.length, 1);
  me.settle();
  assertEquals(claim.terms.length, 2);
  assert(claim.terms[1]! > claim.terms[0]!);
});

Deno.test("ClaimTable repeats a release that was lost", () => {
  const { me, claim } = owning();
  claim.isWantedNow = false;
  me.pass(0);
  me.member.settle(claim, { done: false });
  me.lose().beat();
  assertEquals(ownerIn(me.records, key), "");
  assertEquals(claim.terms.length, 1);
});

Deno.test("ClaimTable starts work again after it has ended by itself, in the same term", () => {
  const { me, claim } = owning();
  me.member.settle(claim, { done: false });
  assertEquals(claim.terms, [claim.terms[0]!, claim.terms[0]!]);
});

Deno.test("ClaimTable forgets a finished claim as soon as it is released", () => {
  const { me, claim } = owning();
  me.member.settle(claim, { done: true });
  me.settle();
  assertEquals([ownerIn(me.records, key), claim.terms.length], ["", 1]);
  me.beat(2);
  assertEquals([ownerIn(me.records, key), claim.terms.length], ["", 1]);
});

Deno.test("ClaimTable stops and forgets a claim that is withdrawn", () => {
  const { me, claim } = owning();
  me.member.withdraw(claim);
  assertEquals(claim.stops, ["released"]);
  me.member.settle(claim, { done: false });
  me.settle();
  assertEquals([ownerIn(me.records, key), claim.terms.length], ["", 1]);
});

Deno.test("ClaimTable releases a claim that was withdrawn before its take was stored", () => {
  const { me, claim } = claiming();
  me.member.withdraw(claim);
  me.arrive();
  assertEquals(ownerIn(me.records, key), me.session);
  me.settle();
  assertEquals([ownerIn(me.records, key), claim.terms], ["", []]);
});

Deno.test("ClaimTable replaces the take of a withdrawn claim that was not stored for a heartbeat, then forgets the claim", () => {
  const { me, claim } = claiming();
  const late = me.sent.filter((sent) => sent.key === key);
  assertEquals(late.length, 1);
  me.lose().member.withdraw(claim);
  me.beat();
  me.sent.push(...late);
  me.settle();
  assertEquals([ownerIn(me.records, key), claim.terms], ["", []]);
  const revision = me.member.record(key)!.revision;
  me.beat(3);
  assertEquals([me.member.record(key)!.revision, ownerIn(me.records, key)], [revision, ""]);
});

Deno.test("ClaimTable writes nothing for a withdrawn claim that another member took", () => {
  const { me, claim } = claiming();
  me.lose().member.withdraw(claim);
  putSession(me.records, other, {});
  const revision = putClaim(me.records, key, other);
  me.settle().beat(3);
  assertEquals([ownerIn(me.records, key), me.member.record(key)!.revision], [other, revision]);
});

Deno.test("ClaimTable forgets a withdrawn claim when the session of its take has ended", () => {
  const { me, claim } = claiming();
  me.lose().member.withdraw(claim);
  me.pass(LEASE_MS + 1).settle().beat(3);
  assertEquals(ownerIn(me.records, key), undefined);
});

Deno.test("ClaimTable starts the next claim of a key at the term that a withdrawn claim took", () => {
  const { me, claim } = claiming();
  me.member.withdraw(claim);
  const next = new TestClaim(key);
  me.member.add(next);
  me.settle();
  assertEquals([claim.terms, next.terms.length, ownerIn(me.records, key)], [[], 1, me.session]);
});

Deno.test("ClaimTable starts the next claim of a key at a new term, after the release of the finished one", () => {
  const { me, claim } = owning();
  me.member.settle(claim, { done: true });
  const next = new TestClaim(key);
  me.member.add(next);
  assertEquals(next.terms, []);
  me.settle();
  assertEquals([next.terms.length, ownerIn(me.records, key)], [1, me.session]);
  assert(next.terms[0]! > claim.terms[0]!);
});

Deno.test("ClaimTable continues work if the record changes but keeps its owner, and reports the change", () => {
  const { me, claim } = owning();
  const revision = putClaim(me.records, key, me.session);
  me.read();
  assertEquals([claim.stops, claim.changes.map((change) => change.revision)], [[], [revision]]);
  assert(me.member.holds(claim));
});

Deno.test("Settlement.release() returns the value that the record keeps without an owner", () => {
  const { me, claim } = owning();
  const codec = {
    ownerOf: (value: Uint8Array) => new TextDecoder().decode(value).split("|")[0]!,
    withOwner: (value: Uint8Array | undefined, owner: string) =>
      new TextEncoder().encode(`${owner}|${new TextDecoder().decode(value).split("|")[1] ?? ""}`),
  };
  Object.assign(claim, { codec });
  claim.isWantedNow = false;
  me.pass(0);
  me.member.settle(claim, { done: false, release: () => new TextEncoder().encode("ignored|mark 7") });
  me.settle();
  assertEquals(ownerIn(me.records, key), "|mark 7");
});

Deno.test("Member keeps the record of an ended session that owns a claim", () => {
  const { me, claim } = claiming();
  claim.isWantedNow = false;
  putSession(me.records, other, {});
  putClaim(me.records, "claims.b", other);
  me.lose().read();
  putSession(me.records, other, "ended");
  me.read().beat(40);
  assertEquals(me.stored(other), "ended");
  putClaim(me.records, "claims.b", "");
  me.beat(2);
  assertEquals(me.stored(other), undefined);
});

Deno.test("Member.reset() stops work as lost, and forgets the records that were read before", () => {
  const { me, claim } = owning();
  const { session } = me;
  const before = me.member.members.size;
  me.member.reset();
  assertEquals([claim.stops, me.session, before, me.member.members.size], [["lost"], "", 1, 0]);
  assertEquals(me.member.record(key), undefined);
  me.settle();
  assert(me.session !== session);
});

Deno.test("ClaimTable stores the value of a release before it starts the work of a claim that is wanted again", () => {
  const { me, claim } = owning();
  claim.isWantedNow = false;
  me.member.tick();
  assertEquals(claim.stops, ["released"]);
  claim.isWantedNow = true;
  me.member.settle(claim, { done: false, release: (value) => value });
  me.arrive();
  assertEquals([claim.terms.length, ownerIn(me.records, key)], [1, ""]);
  me.settle();
  assertEquals([claim.terms.length, ownerIn(me.records, key)], [2, me.session]);
});
