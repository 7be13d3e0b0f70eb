import { isAetherError } from "@flowmade-one/aether";
import { jetstream } from "@flowmade-one/aether/jetstream";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { turns, until } from "../_support/until.ts";
import { untilSubscriptions } from "./_support/ask_server.ts";
import { codeOf, failureOf } from "./_support/failure_of.ts";
import { testOnServer } from "./_support/test_server.ts";

await testOnServer("Backend.close() leaves the user's connection open", async ({ connect }) => {
  const connection = await connect();
  const backend = await jetstream({ connection });
  await backend.store("t").append("a", [{ type: "T", data: 1 }], { expectedVersion: 0 });
  await backend.close();
  assertEquals(connection.isClosed(), false);
  await connection.flush();
});

await testOnServer("Backend.close() during reads leaves no subscription", async ({ server, connect }) => {
  const connection = await connect();
  for (let round = 0; round < 20; round++) {
    const backend = await jetstream({ connection });
    const store = backend.store("t");
    if (round === 0) {
      for (let i = 0; i < 5; i++) await store.append("a", [{ type: "T", data: i }], { expectedVersion: i });
    }
    const reads = [store.read("a").toArray(), store.readAll().toArray()].map((read) => read.catch(() => {}));
    for (let i = 0; i < round % 6; i++) await turns(1);
    await backend.close();
    await Promise.all(reads);
  }
  await untilSubscriptions(server.monitoringUrl, connection, 0);
});

await testOnServer("Backend.close() ends a read that waits for the server", async ({ server, connect }) => {
  const connection = await connect();
  const backend = await jetstream({ connection });
  const store = backend.store("t");
  for (let i = 0; i < 5; i++) await store.append("a", [{ type: "T", data: i }], { expectedVersion: i });
  await store.read("a").toArray();
  await server.suspend();
  const { outMsgs } = connection.stats();
  const reading = failureOf(store.read("a").toArray());
  await until("the read has sent a request", () => connection.stats().outMsgs > outMsgs);
  await backend.close();
  assert(isAetherError(await reading));
  server.resume();
  await untilSubscriptions(server.monitoringUrl, connection, 0);
});

await testOnServer(
  "latestVersion() over a connection that gave up reconnecting fails, and names the fix",
  async ({ server, connect }) => {
    const connection = await connect({ maxReconnectAttempts: 1, reconnectTimeWait: 10 });
    await using backend = await jetstream({ connection, timeout: 2_000 });
    const closed = connection.closed();
    await server.stop();
    await closed;
    const error = await failureOf(backend.store("t").latestVersion("a"));
    assert(isAetherError(error, "unavailable"), String(error));
    assertStringIncludes(error.message, "Connect again and create a new backend");
  },
);

await testOnServer("every operation of a backend over a closed connection is unavailable", async ({ connect }) => {
  const connection = await connect();
  const backend = await jetstream({ connection });
  const store = backend.store("t");
  await store.append("a", [{ type: "T", data: 1 }], { expectedVersion: 0 });
  await connection.close();
  const uses = [
    () => store.append("a", [{ type: "T", data: 1 }], { expectedVersion: 1 }),
    () => store.read("a").toArray(),
    () => store.read("a", { direction: "backwards" }).toArray(),
    () => store.readAll().toArray(),
    () => store.latestVersion("a"),
    () => Array.fromAsync(store.subscribe()),
    () => store.snapshots.latest("a"),
    () => store.snapshots.put("a", { version: 1, schema: 1, eventId: "e", state: 1 }),
    () => Array.fromAsync(backend.namespaces(backend.grant(">", { reason: "test" }))),
  ];
  for (const use of uses) {
    assertEquals(await codeOf(use()), "unavailable", String(use));
  }
  await backend.close();
});
