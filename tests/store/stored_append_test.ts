import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { memory } from "@flowmade-one/aether/memory";

const made = [{ type: "Made", data: { n: 1 } }, { type: "Made", data: { n: 2 } }];

Deno.test("append() returns the recorded events, the same frozen array on each access", async () => {
  const store = memory().store("a");
  await store.append("x", made, { expectedVersion: 0 });
  const result = await store.append("x", made, { expectedVersion: 2 });
  const { events } = result;
  assertEquals(events, await store.read("x", { from: 3 }).toArray());
  assertStrictEquals(result.events, events);
  assert(Object.isFrozen(events));
});

Deno.test("append() returns no events for a duplicate", async () => {
  const store = memory().store("a");
  const append = () => store.append("x", made, { expectedVersion: 0, commitId: "c1" });
  const first = await append();
  const again = await append();
  assertEquals([again.duplicate, again.events, again.commitId], [true, undefined, "c1"]);
  assertEquals([again.version, again.position], [first.version, first.position]);
});

Deno.test("append() returns a result whose events are left out by JSON.stringify() and spread", async () => {
  const result = await memory().store("a").append("x", made, { expectedVersion: 0, commitId: "c1" });
  const { version, position } = result;
  const plain = { version, position, commitId: "c1", duplicate: false };
  assertEquals<object>({ ...result }, plain);
  assertEquals(JSON.parse(JSON.stringify(result)), plain);
});
