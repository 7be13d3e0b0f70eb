/** Behaviour of the adapter that differs on a cluster of servers. */
import { isAetherError } from "@flowmade-one/aether";
import { jetstream } from "@flowmade-one/aether/jetstream";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { ask } from "./_support/ask_server.ts";
import { codeOf, failureOf } from "./_support/failure_of.ts";
import { FormerLeader } from "./_support/former_leader.ts";
import { clusterOfThree } from "./_support/test_cluster.ts";

const tests = await clusterOfThree();
const event = [{ type: "T", data: {} }];
/** Options for streams with replicas. On a busy machine leaders change sometimes, so that a request may take long. */
const R3 = { replicas: 3, timeout: 60_000 };

tests.test('jetstream({ replicas }) creates logs and snapshots with replicas, and declares durability "quorum"', async ({ connect }) => {
  const connection = await connect();
  await using backend = await jetstream({ connection, ...R3 });
  assertEquals(backend.capabilities.durability, "quorum");
  const store = backend.store("made");
  await store.append("a", event, { expectedVersion: 0 });
  await store.snapshots.put("a", { version: 1, schema: 1, eventId: "e", state: 1 });
  for (const stream of ["made_events", "made_snapshots"]) {
    const { config } = await ask<{ config: { num_replicas: number; storage: string } }>(
      connection,
      `STREAM.INFO.${stream}`,
    );
    assertEquals([config.num_replicas, config.storage], [3, "file"]);
  }
});

tests.test("jetstream({ replicas }) refuses more replicas than there are servers", async ({ connect }) => {
  await using backend = await jetstream({ connection: await connect(), replicas: 5 });
  const error = await failureOf(backend.store("five").append("a", event, { expectedVersion: 0 }));
  assert(isAetherError(error, "unsupported-storage"), String(error));
  assertStringIncludes(error.message, "5 replicas");
});

tests.test("append() of many backends with different options creates each stream once", async (scene) => {
  const options = Array.from({ length: 12 }, (_, i) => ({ replicas: 1 + i % 3, storage: i % 2 ? "memory" : "file" }));
  const backends = await Promise.all(
    options.map(async (each) => await jetstream({ connection: await scene.connect(), ...R3, ...each as object })),
  );
  const admin = await scene.connect();
  for (const namespace of ["many.1", "many.2", "many.3"]) {
    await Promise.all(backends.map(async (backend, i) => {
      const store = backend.store(namespace);
      await store.append("shared", event, { expectedVersion: "any" });
      await store.append(`a.${i}`, event, { expectedVersion: 0 });
      await store.snapshots.put(`a.${i}`, { version: 1, schema: 1, eventId: "e", state: i });
      assertEquals((await store.snapshots.latest(`a.${i}`))?.state, i);
    }));
    for (const backend of backends) assertEquals(await backend.store(namespace).latestVersion("shared"), 12);
    const log = await backends[0]!.store(namespace).readAll().toArray();
    assertEquals(new Set(log.map(({ position }) => position)).size, 24);
    const { config } = await ask<{ config: { num_replicas: number; storage: string } }>(
      admin,
      `STREAM.INFO.${namespace.replace(".", "=2E")}_events`,
    );
    assert(options.some(({ replicas, storage }) => replicas === config.num_replicas && storage === config.storage));
  }
  await Promise.all(backends.map((backend) => backend.close()));
});

tests.test("reads return every acknowledged commit, over any connection", async ({ connect }) => {
  await using writing = await jetstream({ connection: await connect(), ...R3 });
  const others = await Promise.all([1, 2, 3].map(async () => await jetstream({ connection: await connect(), ...R3 })));
  const ROUNDS = 300;
  for (let version = 1; version <= ROUNDS; version++) {
    const { position } = await writing.store("fresh").append("a", event, { expectedVersion: version - 1 });
    const reads = [writing, others[version % 3]!].map(async (backend) => {
      const store = backend.store("fresh");
      const [latest, [last], [newest], after] = await Promise.all([
        store.latestVersion("a"),
        store.read("a", { from: version }).toArray(),
        store.read("a", { direction: "backwards", limit: 1 }).toArray(),
        store.readAll({ actors: version % 2 ? "a" : undefined }).toArray(),
      ]);
      const seen = [latest, last?.version, newest?.version, after.length, after.at(-1)?.position];
      assertEquals(seen, [version, version, version, version, position]);
    });
    await Promise.all(reads);
  }
  await Promise.all(others.map((backend) => backend.close()));
});

tests.test("snapshots.latest() returns every acknowledged snapshot, over any connection", async ({ connect }) => {
  await using one = await jetstream({ connection: await connect(), ...R3 });
  await using two = await jetstream({ connection: await connect(), ...R3 });
  for (let version = 1; version <= 40; version++) {
    // Every tenth snapshot needs several messages, because random strings can hardly be compressed.
    const count = version % 10 === 0 ? 80_000 : 10;
    const state = { version, ids: Array.from({ length: count }, () => crypto.randomUUID()) };
    await one.store("snap").snapshots.put("a", { version, schema: 1, eventId: "e", state }, { keep: 2 });
    for (const backend of [one, two]) {
      assertEquals((await backend.store("snap").snapshots.latest("a"))?.state, state);
    }
  }
});

tests.test("append() stores a commit of the maximum size", async ({ connect }) => {
  await using backend = await jetstream({ connection: await connect(), ...R3 });
  const store = backend.store("large");
  const data = "x".repeat(backend.capabilities.maxCommitBytes - 1_000);
  await store.append("a", [{ type: "T", data }], { expectedVersion: 0 });
  for (const range of [{}, { from: 1, limit: 1 }, { direction: "backwards" }] as const) {
    assertEquals((await store.read("a", range).toArray())[0]?.data, data);
  }
  const tooLarge = [{ type: "T", data: data + "x".repeat(1_000) }];
  assertEquals(await codeOf(store.append("a", tooLarge, { expectedVersion: 1 })), "too-large");
  assertEquals(await store.latestVersion("a"), 1);
});

for (const stored of ["before the refusal", "after the next reads"] as const) {
  tests.test(
    `append() stores a commit once that a former leader refuses and the new one stores ${stored}`,
    async ({ connect }) => {
      const namespace = `stale-${stored.split(" ")[0]}`;
      const formerLeader = new FormerLeader(await connect(), namespace, stored);
      await using backend = await jetstream({ connection: formerLeader.connection, ...R3 });
      const store = backend.store(namespace);
      await store.append("a", event, { expectedVersion: 0 });
      for (const [i, expectedVersion] of [1, "any" as const].entries()) {
        formerLeader.refuseNext();
        const { version, duplicate } = await store.append("a", event, { expectedVersion });
        assertEquals([version, duplicate, formerLeader.refusals], [2 + i, false, 1 + i]);
      }
      assertEquals((await store.read("a").toArray()).map(({ version }) => version), [1, 2, 3]);
    },
  );
}
