/** Open stores whose stream an operator deletes, creates again, or changes. */
import { type EventStore, isAetherError } from "@flowmade-one/aether";
import { jetstream } from "@flowmade-one/aether/jetstream";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { NatsConnection } from "@nats-io/transport-node";
import { NATS_SERVER_VERSIONS, type NatsServer } from "../../../tools/nats_server.ts";
import { ask } from "../_support/ask_server.ts";
import { deleteStream } from "../_support/delete_stream.ts";
import { codeOf, failureOf } from "../_support/failure_of.ts";
import { MovedClock, openWithClock } from "../_support/moved_clock.ts";
import { clusterOfThree } from "../_support/test_cluster.ts";
import { testOnServer } from "../_support/test_server.ts";

const event = [{ type: "T", data: {} }];

/** Deletes the log and creates it again through another backend. The actor "a" is at version 3 there; it was at 1. */
async function recreateLog(server: NatsServer, connection: NatsConnection, other: EventStore): Promise<void> {
  await deleteStream(server, connection, `${other.namespace}_events`);
  await other.append("a", [...event, ...event, ...event], { expectedVersion: "any" });
}

/** Uses of an open store with which it checks its stream again. */
const checks: [title: string, check: (store: EventStore, clock: MovedClock) => Promise<unknown>][] = [
  ["a read of the log", (store) => store.readAll().toArray()],
  ["the next read after a while", (store, clock) => {
    clock.advance();
    return store.latestVersion("a");
  }],
  ["a subscription", async (store) => {
    await using subscription = store.subscribe({ after: "now" });
    await subscription.caughtUp;
  }],
];

for (const version of NATS_SERVER_VERSIONS) {
  await testOnServer("ManagedStream detects a log that was created again", async (scene, t) => {
    const connection = await scene.connect();
    const clock = new MovedClock();
    await using one = await openWithClock({ connection }, clock);
    await using two = await jetstream({ connection: await scene.connect() });
    for (const [i, [title, check]] of checks.entries()) {
      await t.step(`detected by ${title}`, async () => {
        const store = one.store(`t${i}`);
        await store.append("a", event, { expectedVersion: 0 });
        await recreateLog(scene.server, connection, two.store(`t${i}`));
        await check(store, clock);
        // The store had cached version 1 at sequence 1 of the deleted log. The server would accept an append after it.
        assertEquals(await codeOf(store.append("a", event, { expectedVersion: 1 })), "version-conflict");
        assertEquals((await store.append("a", event, { expectedVersion: 3 })).version, 4);
        assertEquals((await store.read("a").toArray()).map(({ version }) => version), [1, 2, 3, 4]);
      });
    }
  }, { version });

  await testOnServer("subscribe() does not continue in a log that was created again", async ({ server, connect }) => {
    const connection = await connect();
    await using one = await jetstream({ connection });
    await using two = await jetstream({ connection: await connect() });
    const store = one.store("t");
    await store.append("a", event, { expectedVersion: 0 });
    const following = (async () => {
      for await (const { version } of store.subscribe()) {
        assertEquals(version, 1);
        await recreateLog(server, connection, two.store("t"));
      }
    })();
    assertEquals(await codeOf(following), "unknown-position");
  }, { version });
}

/** Appends until an append fails with quota-exceeded, and checks that exactly the acknowledged commits are stored. */
async function fillUp(connection: NatsConnection): Promise<void> {
  await using backend = await jetstream({ connection });
  const store = backend.store("t");
  const data = "x".repeat(100_000);
  let stored = 0;
  const error = await failureOf((async () => {
    for (; stored < 20; stored++) await store.append("a", [{ type: "T", data }], { expectedVersion: stored });
  })());
  assert(isAetherError(error, "quota-exceeded"), String(error));
  assertEquals(error.namespace as string, "t");
  assert(stored > 0, "some commits fit into the storage");
  assertEquals((await store.read("a").toArray()).length, stored);
}

const limited = "accounts { A { jetstream { max_file: 1MB }, users: [{ user: u, password: p }] } }";

for (const version of NATS_SERVER_VERSIONS.filter((version) => version !== "2.9.10")) {
  await testOnServer(
    "append() fails with quota-exceeded when the account has used up its storage",
    async ({ connect }) => {
      await fillUp(await connect({ user: "u", pass: "p" }));
    },
    { version, config: limited },
  );
}

await testOnServer(
  "jetstream() refuses an account with limits on a server that loses versions at the limit",
  async ({ connect }) => {
    const error = await failureOf(jetstream({ connection: await connect({ user: "u", pass: "p" }) }));
    assert(isAetherError(error, "unsupported-storage"), String(error));
    assertStringIncludes(error.message, "2.10 or newer");
  },
  { version: "2.9.10", config: limited },
);

const folder = await Deno.makeTempDir({ prefix: "aether-full-" });
Deno.test.afterAll(() => Deno.remove(folder, { recursive: true }));

await testOnServer("append() fails with quota-exceeded when the server has no space left", async ({ connect }) => {
  await fillUp(await connect());
}, { jetstream: false, config: `jetstream { max_file_store: 1MB, store_dir: ${JSON.stringify(folder)} }` });

await testOnServer(
  "append() beyond max_msg_size of the stream fails, names that limit, and stores nothing",
  async (scene) => {
    const connection = await scene.connect();
    await using backend = await jetstream({ connection });
    const store = backend.store("t");
    await store.append("a", event, { expectedVersion: 0 });
    const { config } = await ask<{ config: object }>(connection, "STREAM.INFO.t_events");
    await ask(connection, "STREAM.UPDATE.t_events", { ...config, max_msg_size: 1_000 });
    const error = await failureOf(store.append("a", [{ type: "T", data: "x".repeat(2_000) }], { expectedVersion: 1 }));
    assert(isAetherError(error, "unsupported-storage"), String(error));
    assertStringIncludes(error.message, "max_msg_size");
    assertEquals((await store.append("a", event, { expectedVersion: 1 })).version, 2);
  },
);

const tests = await clusterOfThree();

tests.test("a log continues when its number of replicas changes", async ({ connect }) => {
  const connection = await connect();
  const clock = new MovedClock();
  await using backend = await openWithClock({ connection: await connect() }, clock);
  const store = backend.store("scaled");
  let version = 0;
  const work = async (commits: number) => {
    for (let i = 0; i < commits; i++) version = (await store.append("a", event, { expectedVersion: version })).version;
  };
  await using subscription = store.subscribe();
  await work(20);
  for (const replicas of [3, 1, 3]) {
    const { config } = await ask<{ config: object }>(connection, "STREAM.INFO.scaled_events");
    await ask(connection, "STREAM.UPDATE.scaled_events", { ...config, num_replicas: replicas });
    await work(20);
    clock.advance();
    assertEquals(await store.latestVersion("a"), version);
    assertEquals((await store.read("a").toArray()).length, version);
  }
  const seen: number[] = [];
  for await (const event of subscription) if (seen.push(event.version) === version) break;
  assertEquals(seen, Array.from({ length: version }, (_, i) => i + 1));
});
