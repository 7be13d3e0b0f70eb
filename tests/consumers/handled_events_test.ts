/** The events that handlers receive. */
import { isAetherError, type RecordedEvent } from "@flowmade-one/aether";
import { consume } from "@flowmade-one/aether/consumers";
import { memory } from "@flowmade-one/aether/memory";
import { assert, assertEquals } from "@std/assert";
import { until } from "../_support/until.ts";

const mutations: readonly [title: string, mutate: (event: RecordedEvent) => void][] = [
  ["sets a property of the data", ({ data }) => (data as { by: string }).by = "Bob"],
  ["adds an element to an array in the data", ({ data }) => (data as { seats: number[] }).seats.push(2)],
  ["deletes a property of the data", ({ data }) => delete (data as { by?: string }).by],
  ["sets a field of the event", (event) => (event as { version: number }).version = 7],
  ["adds metadata", ({ metadata }) => (metadata as Record<string, string>).seen = "yes"],
];

for (const [title, mutate] of mutations) {
  Deno.test(`consume() counts a handler that ${title} as failed, and does not change the event`, async () => {
    await using backend = memory();
    const store = backend.store("test");
    const data = { by: "Ann", seats: [1] };
    await store.append("order.1", [{ type: "Placed", data, metadata: { from: "web" } }], { expectedVersion: 0 });
    const errors: unknown[] = [];
    const seen: string[] = [];
    const options = { name: "c", backoff: () => 0, onError: (error: unknown) => void errors.push(error) };
    await using _consumer = await consume(store, options, (event, { attempt }) => {
      seen.push(JSON.stringify(event));
      if (attempt === 1) mutate(event);
    });
    await until("the event is handled again", () => seen.length === 2);
    assertEquals(errors.length, 1);
    assert(errors[0] instanceof TypeError && !isAetherError(errors[0]), `${errors[0]}`);
    const [stored] = await store.read("order.1").toArray();
    assertEquals(seen, [JSON.stringify(stored), JSON.stringify(stored)]);
    assertEquals([stored!.data, stored!.metadata.from, stored!.version], [data, "web", 1]);
  });
}
