import { isAetherError } from "@flowmade-one/aether";
import { jetstream, type JetStreamConnection, type JetStreamOptions } from "@flowmade-one/aether/jetstream";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { NatsConnection } from "@nats-io/transport-node";
import { connect as connectTo } from "@nats-io/transport-node";
import { NATS_SERVER_VERSIONS } from "../../tools/nats_server.ts";
import { ask, countSubscriptions, untilSubscriptions } from "./ask_server.ts";
import { codeOf, failureOf } from "./failure_of.ts";
import { testOnServer } from "./test_server.ts";

/** Compiles as long as every connection of nats.js is one for the adapter. */
export function accept(connection: NatsConnection): JetStreamConnection {
  return connection;
}

for (const version of NATS_SERVER_VERSIONS) {
  await testOnServer("a server without JetStream is refused, and the error says what to do", async ({ connect }) => {
    const error = await failureOf(jetstream({ connection: await connect() }));
    assert(isAetherError(error, "unsuitable-server"), String(error));
    assertStringIncludes(error.message, "JetStream is off");
  }, { version, jetstream: false });
}

const accounts = `
  accounts {
    plain { users: [{ user: plain, password: p }] }
    streams { jetstream: enabled, users: [{ user: streams, password: p }] }
  }
  no_auth_user: plain
`;

await testOnServer(
  "an account without JetStream is refused, another of the same server is not",
  async ({ connect }) => {
    const plain = await connect({ user: "plain", pass: "p" });
    assertEquals(await codeOf(jetstream({ connection: plain })), "unsuitable-server");
    const streams = await connect({ user: "streams", pass: "p" });
    await using backend = await jetstream({ connection: streams });
    assertEquals(backend.capabilities.durability, "process");
  },
  { config: accounts },
);

await testOnServer("a closed connection is refused", async ({ connect }) => {
  const connection = await connect();
  await connection.close();
  assertEquals(await codeOf(jetstream({ connection })), "unreachable");
});

await testOnServer("options that are not what they must be are refused by name", async ({ connect }) => {
  const connection = await connect();
  const refused: [options: unknown, argument: string, because: string][] = [
    [{}, "connection", "there is none"],
    [{ connection: {} }, "connection", "it is not one"],
    [{ connection: null }, "connection", "it is not one"],
    [{ connection, prefix: "" }, "prefix", "it is empty"],
    [{ connection, prefix: "a.b" }, "prefix", "it has two tokens"],
    [{ connection, prefix: "a*" }, "prefix", "it has a wildcard"],
    [{ connection, prefix: "a".repeat(33) }, "prefix", "it is too long"],
    [{ connection, prefix: 7 }, "prefix", "it is no text"],
    [{ connection, replicas: 0 }, "replicas", "something must be kept"],
    [{ connection, replicas: 6 }, "replicas", "JetStream has 5 at most"],
    [{ connection, replicas: "3" }, "replicas", "it is no number"],
    [{ connection, storage: "disk" }, "storage", "there is no such storage"],
    [{ connection, storage: null }, "storage", "it is none"],
    [{ connection, maxCommitBytes: 0 }, "maxCommitBytes", "nothing would fit"],
    [{ connection, cachedActors: -1 }, "cachedActors", "it is no number of actors"],
    [{ connection, timeout: 0 }, "timeout", "it is no time"],
    [{ connection, timeout: 2 ** 31 }, "timeout", "it is longer than a timer"],
    [{ connection, timeout: 1.5 }, "timeout", "it is not whole"],
    [{ connection, prefx: "a" }, "prefx", "there is no such option"],
    [{ connection, now: 7 }, "now", "it is no function"],
    [{ connection, quota: {} }, "quota", "it has no bound"],
    [{ connection, quota: { maxCommits: 0 } }, "quota.maxCommits", "nothing would fit"],
    [{ connection, quota: { maxBytes: 1.5 } }, "quota.maxBytes", "it is not whole"],
    [{ connection, quota: { maxAge: 1 } }, "maxAge", "a quota has no age"],
    [undefined, "options", "they are missing"],
  ];
  for (const [options, argument, because] of refused) {
    const error = await failureOf(jetstream(options as JetStreamOptions));
    assert(isAetherError(error, "invalid-argument"), `${because}: ${error}`);
    assertEquals(error.argument, argument, because);
  }
  for (const prefix of ["a", "A-z_9", "a".repeat(32)]) await (await jetstream({ connection, prefix })).close();
});

await testOnServer("closing the backend leaves the user's connection open", async ({ connect }) => {
  const connection = await connect();
  const backend = await jetstream({ connection });
  await backend.store("t").append("a", [{ type: "T", data: 1 }], { expectedVersion: 0 });
  await backend.close();
  assertEquals(connection.isClosed(), false);
  await connection.flush();
});

await testOnServer("a backend that is closed amid reads leaves no subscription", async ({ server, connect }) => {
  const connection = await connect();
  for (let round = 0; round < 20; round++) {
    const backend = await jetstream({ connection });
    const store = backend.store("t");
    if (round === 0) {
      for (let i = 0; i < 5; i++) await store.append("a", [{ type: "T", data: i }], { expectedVersion: i });
    }
    const reads = [store.read("a").collect(), store.readAll().collect()].map((read) => read.catch(() => {}));
    for (let i = 0; i < round % 6; i++) await new Promise((resolve) => setTimeout(resolve, 0));
    await backend.close();
    await Promise.all(reads);
  }
  await untilSubscriptions(server.monitoringUrl, connection, 0);
});

await testOnServer("a read that waits when its backend is closed ends at once", async ({ server, connect }) => {
  const connection = await connect();
  const backend = await jetstream({ connection });
  const store = backend.store("t");
  for (let i = 0; i < 5; i++) await store.append("a", [{ type: "T", data: i }], { expectedVersion: i });
  await store.read("a").collect();
  await server.suspend();
  const reading = failureOf(store.read("a").collect());
  await new Promise((resolve) => setTimeout(resolve, 100));
  await backend.close();
  assert(isAetherError(await reading));
  server.resume();
  await untilSubscriptions(server.monitoringUrl, connection, 0);
});

await testOnServer("a backend whose connection gave up says that it takes another one", async ({ server, connect }) => {
  const connection = await connect({ maxReconnectAttempts: 1, reconnectTimeWait: 10 });
  await using backend = await jetstream({ connection, timeout: 2_000 });
  const closed = connection.closed();
  await server.stop();
  await closed;
  const error = await failureOf(backend.store("t").latestVersion("a"));
  assert(isAetherError(error, "unreachable"), String(error));
  assertStringIncludes(error.message, "Make a backend of a new one");
});

await testOnServer("a backend whose connection was closed says so", async ({ connect }) => {
  const connection = await connect();
  const backend = await jetstream({ connection });
  const store = backend.store("t");
  await store.append("a", [{ type: "T", data: 1 }], { expectedVersion: 0 });
  await connection.close();
  const uses = [
    () => store.append("a", [{ type: "T", data: 1 }], { expectedVersion: 1 }),
    () => store.read("a").collect(),
    () => store.read("a", { direction: "backwards" }).collect(),
    () => store.readAll().collect(),
    () => store.latestVersion("a"),
    () => Array.fromAsync(store.subscribe()),
    () => store.snapshots.latest("a"),
    () => store.snapshots.put("a", { version: 1, schema: 1, eventId: "e", state: 1 }),
    () => Array.fromAsync(backend.namespaces(backend.grant(">", { reason: "test" }))),
  ];
  for (const use of uses) {
    assertEquals(await codeOf(use()), "unreachable", String(use));
  }
  await backend.close();
});

await testOnServer("a commit may be as large as the server's messages allow", async ({ connect }) => {
  const connection = await connect();
  await using backend = await jetstream({ connection });
  assertEquals(backend.capabilities.maxCommitBytes, 20_000 - 4_096);
  const store = backend.store(Array.from({ length: 16 }, () => "abcdefg").join("."));
  const actorId = "é".repeat(100);
  const metadata = { traceparent: "x".repeat(512), tracestate: "y".repeat(512) };
  const commitId = "c".repeat(128);
  const room = backend.capabilities.maxCommitBytes - 1_400;
  await store.append(actorId, [{ type: "T", data: "x".repeat(room), metadata }], { expectedVersion: 0, commitId });
  assertEquals((await store.read(actorId).collect()).length, 1);
  const tooLarge = store.append("a", [{ type: "T", data: "x".repeat(room + 1_400) }], { expectedVersion: 0 });
  assertEquals(await codeOf(tooLarge), "too-large");
}, { config: "max_payload: 20000" });

for (const [maxPayload, isEnough] of [[1_024, false], [4_096, false], [8_191, false], [8_192, true]] as const) {
  await testOnServer(
    `a server whose messages have ${maxPayload} bytes is ${isEnough ? "taken" : "refused"}`,
    async ({ connect }) => {
      const opening = jetstream({ connection: await connect() });
      if (!isEnough) {
        const error = await failureOf(opening);
        assert(isAetherError(error, "unsuitable-server"), String(error));
        assertStringIncludes(error.message, "max_payload");
        return;
      }
      await using backend = await opening;
      assertEquals(backend.capabilities.maxCommitBytes, 4_096);
      const store = backend.store("t");
      await store.append("a", [{ type: "T", data: "x".repeat(3_000) }], { expectedVersion: 0 });
      const state = Array.from({ length: 3_000 }, () => crypto.randomUUID());
      await store.snapshots.put("a", { version: 1, schema: 1, eventId: "e", state });
      assertEquals((await store.snapshots.latest("a"))?.state, state);
    },
    { config: `max_payload: ${maxPayload}` },
  );
}

await testOnServer("more replicas than the server can keep are refused at once", async ({ connect }) => {
  const opening = jetstream({ connection: await connect(), replicas: 2 });
  const error = await failureOf(opening);
  assert(isAetherError(error, "unsuitable-server"), String(error));
  assertStringIncludes(error.message, "no cluster");
});

await testOnServer("replicas are refused at once where the server lets two writers win", async ({ connect }) => {
  const error = await failureOf(jetstream({ connection: await connect(), replicas: 3 }));
  assert(isAetherError(error, "unsuitable-server"), String(error));
  assertStringIncludes(error.message, "2.9.21 or newer");
}, { version: "2.9.10" });

await testOnServer("commits may have as many bytes as is said, if the server takes them", async ({ connect }) => {
  const connection = await connect();
  const room = 1_048_576 - 4_096;
  const error = await failureOf(jetstream({ connection, maxCommitBytes: room + 1 }));
  assert(isAetherError(error, "unsuitable-server"), String(error));
  assertStringIncludes(error.message, "max_payload");
  await using large = await jetstream({ connection, maxCommitBytes: room });
  assertEquals(large.capabilities.maxCommitBytes, room);
  await using small = await jetstream({ connection, maxCommitBytes: 100 });
  const store = small.store("t");
  assertEquals(
    await codeOf(store.append("a", [{ type: "T", data: "x".repeat(100) }], { expectedVersion: 0 })),
    "too-large",
  );
});

await testOnServer("memory storage is declared as what it is, and is kept in memory", async ({ connect }) => {
  const connection = await connect();
  await using backend = await jetstream({ connection, storage: "memory", cachedActors: 0 });
  assertEquals(backend.capabilities.durability, "none");
  const store = backend.store("t");
  for (const expectedVersion of [0, 1]) await store.append("a", [{ type: "T", data: 1 }], { expectedVersion });
  await store.snapshots.put("a", { version: 1, schema: 1, eventId: "e", state: 1 });
  for (const stream of ["t_events", "t_snapshots"]) {
    const { config } = await ask<{ config: { storage: string } }>(connection, `STREAM.INFO.${stream}`);
    assertEquals(config.storage, "memory");
  }
});

await testOnServer("inboxes are where the connection's are", async ({ server }) => {
  const connection = await connectTo({ servers: server.url, inboxPrefix: "_INBOX_tenant", user: "tenant", pass: "p" });
  try {
    await using backend = await jetstream({ connection });
    const store = backend.store("t");
    for (const expectedVersion of [0, 1]) await store.append("a", [{ type: "T", data: 1 }], { expectedVersion });
    assertEquals((await store.read("a").collect()).length, 2);
    await using subscription = store.subscribe();
    for await (const { version } of subscription) if (version === 2) break;
  } finally {
    await connection.close();
  }
}, {
  config: `
    accounts { A { jetstream: enabled, users: [{ user: tenant, password: p, permissions: {
      publish: ["$JS.API.>", "$JS.FC.>", "aether.log.>"], subscribe: ["_INBOX_tenant.>"]
    } }] } }
  `,
});

await testOnServer(
  "a NATS user who hears no answers is refused at once, one who may ask nothing is told so when it asks",
  async (scene) => {
    const timeout = 2 ** 31 - 1;
    const deaf = await scene.connect({ user: "deaf", pass: "p" });
    const mute = await scene.connect({ user: "mute", pass: "p" });
    await using backend = await jetstream({ connection: mute, timeout });
    const uses = [
      [() => jetstream({ connection: deaf, timeout }), "_INBOX"],
      [() => backend.store("t").latestVersion("a"), "$JS.API.STREAM.INFO.t_events"],
    ] as const;
    for (const [use, says] of uses) {
      const error = await failureOf(use());
      assert(isAetherError(error, "unsuitable-server"), String(error));
      assertStringIncludes(error.message, says);
    }
    assertEquals(await countSubscriptions(scene.server.monitoringUrl, deaf), 0);
  },
  {
    config: `
    accounts { A { jetstream: enabled, users: [
      { user: mute, password: p, permissions: { publish: { deny: ["$JS.API.>"] } } }
      { user: deaf, password: p, permissions: { subscribe: { deny: ["_INBOX.>"] } } }
    ] } }
  `,
  },
);

await testOnServer("what the NATS user may not do is told as such", async ({ connect }) => {
  const connection = await connect({ user: "reader", pass: "p" });
  await using backend = await jetstream({ connection, timeout: 60_000 });
  const error = await failureOf(backend.store("t").append("a", [{ type: "T", data: 1 }], { expectedVersion: 0 }));
  assert(isAetherError(error, "unsuitable-server"), String(error));
  assertStringIncludes(error.message, "permission");
  assertEquals(await codeOf(Array.fromAsync(backend.store("t").subscribe())), "unsuitable-server");
}, {
  config: `
    accounts { A { jetstream: enabled, users: [{ user: reader, password: p, permissions: {
      publish: { allow: ["$JS.API.>"] }, subscribe: { allow: ["_INBOX.>"], deny: ["_INBOX.*.*.deliver"] }
    } }] } }
  `,
});
