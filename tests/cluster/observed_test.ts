import { assertEquals } from "@std/assert";
import { memory } from "@flowmade-one/aether/memory";
import type { Measurement } from "@flowmade-one/aether/observability";

Deno.test("Observer.measure() receives the members, owned shards and leader terms of a cluster", async () => {
  const measured: Measurement[] = [];
  const lastOf = (name: Measurement["name"]) => measured.findLast((measurement) => measurement.name === name);
  await using backend = memory({ observer: { measure: (measurement) => void measured.push(measurement) } });
  const cluster = await backend.join({ name: "node-1" });
  assertEquals(lastOf("cluster.members")?.value, 1);
  const term = await cluster.lead("nightly", ({ term }) => term);
  const terms = measured.filter(({ name }) => name === "cluster.term").map(({ value, group }) => [value, group]);
  assertEquals(terms, [[term, "nightly"], [0, "nightly"]]);
  const all = Promise.withResolvers<void>();
  const started = new Set<number>();
  const shares = cluster.share("mail", 3, (shard) => {
    if (started.add(shard).size === 3) all.resolve();
  });
  await all.promise;
  assertEquals([lastOf("cluster.shards")?.value, lastOf("cluster.shards")?.group], [3, "mail"]);
  await shares.close();
  assertEquals(lastOf("cluster.shards")?.value, 0);
  await cluster.close();
  assertEquals(lastOf("cluster.members")?.value, 0);
  assertEquals(new Set(measured.map(({ source }) => source)).size, 1);
  assertEquals(measured.filter(({ namespace }) => namespace !== undefined), []);
  await using _ = await backend.join({ name: "node-2" });
  assertEquals(new Set(measured.map(({ source }) => source)).size, 2, "each node is a source of its own");
});
