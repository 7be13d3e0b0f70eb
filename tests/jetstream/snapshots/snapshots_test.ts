import { isAetherError } from "@flowmade-one/aether";
import type { SnapshotStore } from "@flowmade-one/aether/snapshots";
import { jetstream } from "@flowmade-one/aether/jetstream";
import { assert, assertEquals } from "@std/assert";
import { NATS_SERVER_VERSIONS } from "../../../tools/nats_server.ts";
import { encodeHeaders } from "../../../adapters/jetstream/nats/encode_headers.ts";
import { ask, storedMessage } from "../_support/ask_server.ts";
import { failureOf } from "../_support/failure_of.ts";
import { at, noise, overwrite, subjectsOf } from "../_support/snapshot_messages.ts";
import { testOnServer } from "../_support/test_server.ts";

for (const version of NATS_SERVER_VERSIONS) {
  await testOnServer(
    "snapshots.put() stores a large snapshot in chunks, and deletes all chunks of an old one",
    async ({ connect }) => {
      const connection = await connect();
      await using backend = await jetstream({ connection });
      const { snapshots } = backend.store("t");
      const large = noise(4_000_000);
      await snapshots.put("a.b", at(1, large), { keep: 2 });
      assertEquals((await snapshots.latest("a.b"))?.state, large);
      const subjects = await subjectsOf(connection);
      assertEquals(subjects.length, 5, "a manifest and four chunks");
      assert(subjects.every((subject) => subject.startsWith("a.b.1.")));
      await snapshots.put("a.b", at(2, "small"), { keep: 2 });
      assertEquals((await subjectsOf(connection)).length, 6);
      await snapshots.put("a.b", at(3, "small"), { keep: 2 });
      assertEquals(await subjectsOf(connection), ["a.b.2.manifest.0", "a.b.3.manifest.0"]);
    },
    { version },
  );

  await testOnServer(
    "snapshots.latest() finds the greatest version up to atMost, and put() keeps the newest ones",
    async ({ connect }) => {
      const connection = await connect();
      await using backend = await jetstream({ connection });
      const { snapshots } = backend.store("t");
      for (const version of [10, 2, 100, 9, 30]) await snapshots.put("a", at(version, version), { keep: 4 });
      const cases: [atMost: number | undefined, found: number | undefined][] = [
        [undefined, 100],
        [99, 30],
        [30, 30],
        [29, 10],
        [9, 9],
        [8, undefined],
      ];
      for (const [atMost, found] of cases) assertEquals((await snapshots.latest("a", { atMost }))?.version, found);
      await snapshots.put("a", at(3, 3), { keep: 1 });
      assertEquals(
        (await snapshots.latest("a"))?.version,
        100,
        "put() does not keep the older version that was stored last",
      );
      assertEquals(await subjectsOf(connection), ["a.100.manifest.0"]);
    },
    { version },
  );
}

for (const version of NATS_SERVER_VERSIONS) {
  await testOnServer(
    "snapshots.latest() finds the right version among many snapshots and among large ones",
    async ({ connect }) => {
      await using backend = await jetstream({ connection: await connect() });
      const { snapshots } = backend.store("t");
      const large = noise(100_000);
      const kept: Record<string, Record<number, unknown>> = {
        many: Object.fromEntries(Array.from({ length: 20 }, (_, i) => [20 - i, `the state of ${20 - i}`])),
        large: { 1: "small", 3: `${large}3`, 2: `${large}2`, 5: `${large}5`, 4: "small" },
      };
      for (const [actorId, states] of Object.entries(kept)) {
        for (const version of Object.keys(states).map(Number).reverse()) {
          await snapshots.put(actorId, at(version, states[version]), { keep: 20 });
        }
        for (const version of Object.keys(states).map(Number)) {
          assertEquals((await snapshots.latest(actorId, { atMost: version }))?.version, version);
          assertEquals((await snapshots.latest(actorId, { atMost: version }))?.state, states[version]);
        }
        assertEquals((await snapshots.latest(actorId))?.version, Math.max(...Object.keys(states).map(Number)));
      }
      assertEquals(await snapshots.latest("none"), undefined);
    },
    { version },
  );
}

await testOnServer(
  "SnapshotManifests lists snapshots if the server with the stream is older than the connected one",
  async ({ connect }) => {
    const connection = await connect();
    const newerConnection = Object.create(connection, { info: { value: { ...connection.info, version: "2.15.1" } } });
    await using backend = await jetstream({ connection: newerConnection });
    const { snapshots } = backend.store("t");
    for (const version of [3, 4, 2]) await snapshots.put("a", at(version, version), { keep: 3 });
    assertEquals((await snapshots.latest("a"))?.state, 4);
    assertEquals((await snapshots.latest("a", { atMost: 3 }))?.state, 3);
  },
  { version: "2.10.27" },
);

await testOnServer("snapshots.put() stores a snapshot that compresses well in one message", async ({ connect }) => {
  const connection = await connect();
  await using backend = await jetstream({ connection });
  const { snapshots } = backend.store("t");
  const state = "abc ".repeat(1_000_000);
  await snapshots.put("a", at(1, state));
  const { headers, body } = await storedMessage(connection, "t_snapshots", 1);
  assert(headers.includes("Content-Encoding: gzip") && body.length < 100_000);
  assertEquals((await snapshots.latest("a"))?.state, state);
});

await testOnServer(
  "snapshots.put() replaces a snapshot of the same version, also a larger one",
  async ({ connect }) => {
    const connection = await connect();
    await using backend = await jetstream({ connection });
    const { snapshots } = backend.store("t");
    for (const state of [noise(2_500_000), "small", noise(1_500_000), noise(1_500_000)]) {
      await snapshots.put("a", at(7, state));
      assertEquals((await snapshots.latest("a"))?.state, state);
    }
    await snapshots.put("a", at(8, "next"));
    assertEquals(await subjectsOf(connection), ["a.8.manifest.0"], "no chunk of the replaced snapshots is left");
  },
);

await testOnServer("Snapshots distinguishes actors whose ids and versions nearly collide", async ({ connect }) => {
  await using backend = await jetstream({ connection: await connect() });
  const { snapshots }: { snapshots: SnapshotStore } = backend.store("t");
  const actors = ["a", "a.1", "a.1.manifest", "a.1.manifest.0", "a.2.1.manifest.0", "a/1"];
  for (const actorId of actors) {
    for (const version of [1, 2]) await snapshots.put(actorId, at(version, actorId), { keep: 5 });
  }
  await snapshots.put("a", at(3, "a"), { keep: 1 });
  for (const actorId of actors) {
    assertEquals((await snapshots.latest(actorId))?.state, actorId);
    assertEquals((await snapshots.latest(actorId))?.version, actorId === "a" ? 3 : 2);
    assertEquals((await snapshots.latest(actorId, { atMost: 1 }))?.version, actorId === "a" ? undefined : 1);
  }
});

await testOnServer("a wrong Aether-Sequence of a snapshot changes no result", async ({ connect }) => {
  const connection = await connect();
  await using writer = await jetstream({ connection: await connect() });
  const store = writer.store("t");
  for (let i = 0; i < 20; i++) await store.append("a", [{ type: "T", data: i }], { expectedVersion: i });
  const body = JSON.stringify({ schema: 1, eventId: "e", state: 0 });
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(body)));
  for (const hint of [1, 4, 6, 20, 21, 9_999]) {
    const headers = encodeHeaders([
      ["Aether-Version", 5],
      ["Aether-Digest", Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("")],
      ["Aether-Size", body.length],
      ["Aether-Chunks", 0],
      ["Aether-Sequence", hint],
      ["Content-Type", "application/json"],
    ]);
    await using backend = await jetstream({ connection });
    await store.snapshots.put("a", at(5, 0));
    await overwrite(connection, "a.5.manifest.0", body, new TextDecoder().decode(headers.encode()));
    const reader = backend.store("t");
    assertEquals((await reader.snapshots.latest("a"))?.version, 5);
    const versions = (await reader.read("a", { from: 5 }).toArray()).map(({ version }) => version);
    assertEquals(versions, Array.from({ length: 16 }, (_, i) => i + 5), `hint ${hint}`);
  }
});

await testOnServer(
  "store.read() from a snapshot fails with events-expired if its event has expired, even if it is still stored",
  async ({ connect }) => {
    const connection = await connect();
    await using backend = await jetstream({ connection, retention: { maxCommits: 3 } });
    const store = backend.store("t");
    for (let i = 0; i < 3; i++) await store.append("a", [{ type: "T", data: i }], { expectedVersion: i });
    await store.snapshots.put("a", at(2, 0));
    assertEquals((await store.snapshots.latest("a"))?.version, 2);
    const versions = async () => (await store.read("a", { from: 2 }).toArray()).map(({ version }) => version);
    assertEquals(await versions(), [2, 3]);
    for (let i = 3; i < 5; i++) await store.append("a", [{ type: "T", data: i }], { expectedVersion: i });
    const error = await failureOf(versions());
    assert(isAetherError(error, "events-expired"), String(error));
    assertEquals(error.firstAvailable, 3);
    assertEquals((await ask<{ state: { first_seq: number } }>(connection, "STREAM.INFO.t_events")).state.first_seq, 1);
  },
);
