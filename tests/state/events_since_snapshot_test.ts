import { assertEquals } from "@std/assert";
import { encodeCommit } from "@flowmade-one/aether/adapter";
import type { RecordedEvent } from "@flowmade-one/aether";
import { memory } from "@flowmade-one/aether/memory";
import { EventsSinceSnapshot } from "../../src/state/events_since_snapshot.ts";

/** Events of commits of these sizes, and the bytes of these commits. */
async function commits(...sizes: number[]): Promise<{ events: RecordedEvent[]; bytes: number[] }> {
  let time = 1_000;
  const store = memory({ now: () => time++ }).store("a");
  let version = 0;
  for (const size of sizes) {
    const events = Array.from(
      { length: size },
      (_, i) => ({ type: "Té", data: { i, text: "é" }, metadata: { n: "1" } }),
    );
    version = (await store.append("x", events, { expectedVersion: version })).version;
  }
  const events = await store.read("x").toArray();
  let at = 0;
  const bytes = sizes.map((size) => {
    const own = events.slice(at, at += size);
    return encodeCommit({ timestamp: own[0]!.timestamp, events: own }).length;
  });
  return { events, bytes };
}

Deno.test("EventsSinceSnapshot counts the bytes of commits in their JSON form", async () => {
  const { events, bytes } = await commits(1, 3, 2);
  const since = new EventsSinceSnapshot();
  for (const event of events) since.add(event);
  const facts = since.facts("state", 1_500);
  assertEquals(facts, {
    version: 6,
    eventsSince: 6,
    bytesSince: bytes.reduce((sum, size) => sum + size),
    age: 500,
    state: "state",
  });
  assertEquals(facts.bytesSince, bytes.reduce((sum, size) => sum + size), "the second read of bytesSince");
});

Deno.test("EventsSinceSnapshot counts the events after the anchor event, and the age of the anchor event", async () => {
  const { events, bytes } = await commits(1, 3, 2);
  const since = new EventsSinceSnapshot(events[3]!);
  for (const event of events.slice(4)) since.add(event);
  const { version, eventsSince, bytesSince, age } = since.facts(null, 1_500);
  assertEquals({ version, eventsSince, bytesSince, age }, {
    version: 6,
    eventsSince: 2,
    bytesSince: bytes[2]!,
    age: 499,
  });
  assertEquals([since.snapshotVersion, since.last?.version], [4, 6]);
});

Deno.test("EventsSinceSnapshot counts the bytes of more than 4,096 events", async () => {
  const { events, bytes } = await commits(1_000, 1_000, 1_000, 1_000, 95, 1, 1, 1, 1_000);
  const since = new EventsSinceSnapshot();
  for (const event of events) since.add(event);
  assertEquals(since.facts(null, 0).bytesSince, bytes.reduce((sum, size) => sum + size));
});

Deno.test("EventsSinceSnapshot.last is undefined without events", () => {
  assertEquals(new EventsSinceSnapshot().last, undefined);
});
