import { assertEquals } from "@std/assert";
import { memory } from "@flowmade-one/aether/memory";

Deno.test("memory() stores and reads a million events of 100,000 actors", async () => {
  const store = memory().store("big");
  const [actors, each] = [100_000, 10];
  for (let version = 0; version < each; version += 5) {
    const events = Array.from({ length: 5 }, (_, i) => ({ type: "Counted", data: version + i + 1 }));
    for (let actor = 0; actor < actors; actor++) {
      await store.append(`actor.${actor}`, events, { expectedVersion: version });
    }
  }
  let count = 0;
  for await (const _ of store.readAll()) count++;
  assertEquals(count, actors * each);
  for (const actor of [0, 1, 49_999, 99_999]) {
    const events = await store.read(`actor.${actor}`).toArray();
    assertEquals(events.map(({ data }) => data), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    assertEquals(events.map(({ version }) => version), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  }
});
