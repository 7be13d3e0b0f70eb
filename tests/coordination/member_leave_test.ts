/** The end of a membership, while work runs and afterwards. */
import { assertEquals } from "@std/assert";
import { CLAIM_KEY as key, LEASE_MS, ownerIn, owning } from "./test_member.ts";

Deno.test("Member leaves after all work has ended and all claims are released, and sends heartbeats until then", () => {
  const { me, claim } = owning();
  const { session } = me;
  assertEquals(me.member.leave(), false);
  assertEquals(claim.stops, ["released"]);
  me.beat(12);
  assertEquals([me.session, me.member.isValid, ownerIn(me.records, key)], [session, true, session]);
  me.member.settle(claim, { done: true });
  me.arrive();
  assertEquals([ownerIn(me.records, key), me.stored(session) === "ended"], ["", false]);
  me.settle();
  assertEquals([me.member.leave(), me.stored(session)], [true, "ended"]);
  me.beat(3);
  assertEquals([me.session, me.sent], ["", []]);
});

Deno.test("Member stops work as released when it leaves, and then as lost when its session ends", () => {
  const { me, claim } = owning();
  me.member.leave();
  me.pass(LEASE_MS + 1);
  assertEquals([claim.stops, me.member.holds(claim), me.member.leave()], [["released", "lost"], false, false]);
  me.member.settle(claim, { done: true });
  assertEquals(me.member.leave(), true);
});

Deno.test("Member withdraws its services when it begins to leave", () => {
  const { me } = owning();
  me.member.offer(["a"]);
  me.settle();
  me.member.leave();
  me.arrive().read();
  assertEquals((me.stored() as { services: readonly string[] }).services, []);
});
