import { assertEquals } from "@std/assert";
import { memory } from "@flowmade-one/aether/memory";
import type { ObservedOperation, Observer, OperationOutcome } from "@flowmade-one/aether/observability";

/** An observer that keeps the operations of some names, with their outcomes. */
function recorder(...names: readonly ObservedOperation["name"][]) {
  const started: ObservedOperation[] = [];
  const ended: (readonly [name: string, outcome: OperationOutcome])[] = [];
  const observer: Observer = {
    start(operation) {
      if (!names.includes(operation.name)) return undefined;
      started.push(operation);
      return { end: (outcome) => void ended.push([operation.name, outcome]) };
    },
  };
  return { observer, started, ended };
}

const made = { type: "Made", data: {} };

Deno.test("Observer.start() receives a subscription until it ends, with the number of its events", async () => {
  const { observer, started, ended } = recorder("subscribe");
  await using backend = memory({ observer });
  const store = backend.store("a");
  await store.append("x", [made, made], { expectedVersion: 0 });
  const subscription = store.subscribe();
  let taken = 0;
  for await (const _ of subscription) if (++taken === 2) break;
  assertEquals(started.map(({ name, namespace }) => [name, `${namespace}`]), [["subscribe", "a"]]);
  assertEquals(ended, [["subscribe", { failed: false, events: 2 }]]);
});

Deno.test("Observer.start() receives a subscription that fails, with its error", async () => {
  const { observer, ended } = recorder("subscribe");
  await using backend = memory({ observer });
  const controller = new AbortController();
  const subscription = backend.store("a").subscribe({ signal: controller.signal });
  const failing = Array.fromAsync(subscription).then(() => undefined, (error) => error);
  controller.abort();
  const error = await failing;
  assertEquals(ended, [["subscribe", { failed: true, error, events: 0 }]]);
});

Deno.test("Observer.start() receives the terms of leaders and shards, with their outcomes", async () => {
  const { observer, started, ended } = recorder("lead", "shard");
  await using backend = memory({ observer });
  await using cluster = await backend.join({ name: "node-1" });
  const term = await cluster.lead("nightly", ({ term }) => term);
  const failure = new Error("no");
  await cluster.lead("daily", () => Promise.reject(failure)).catch(() => {});
  const all = Promise.withResolvers<void>();
  const shards = new Set<number>();
  const shares = cluster.share("mail", 2, (shard) => {
    if (shards.add(shard).size === 2) all.resolve();
  });
  await all.promise;
  await shares.close();
  const facts = started.map(({ name, namespace, group, shard }) => [name, namespace, group, shard]);
  assertEquals(facts.slice(0, 2), [["lead", undefined, "nightly", undefined], ["lead", undefined, "daily", undefined]]);
  assertEquals(facts.slice(2).toSorted(), [["shard", undefined, "mail", 0], ["shard", undefined, "mail", 1]]);
  assertEquals(started[0]?.term, term);
  assertEquals(ended, [
    ["lead", { failed: false }],
    ["lead", { failed: true, error: failure }],
    ["shard", { failed: false }],
    ["shard", { failed: false }],
  ]);
});

Deno.test("Observer.start() receives one frozen object per backend, the same for all its operations", async () => {
  const { observer, started } = recorder("append", "end");
  const backends = [memory({ observer }), memory({ observer })];
  for (const backend of backends) {
    await backend.store("a").append("x", [made], { expectedVersion: 0 });
    await backend.store("b").end();
    await backend.close();
  }
  const [one, two, three, four] = started.map(({ backend }) => backend);
  assertEquals([one === two, three === four, one === three, Object.isFrozen(one)], [true, true, false, true]);
});
