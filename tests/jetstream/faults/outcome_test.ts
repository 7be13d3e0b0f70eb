import { isAetherError } from "@flowmade-one/aether";
import { jetstream } from "@flowmade-one/aether/jetstream";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { ConnectionOptions } from "@nats-io/transport-node";
import { turns } from "../../_support/until.ts";
import { NATS_SERVER_VERSIONS } from "../../../tools/nats_server.ts";
import { codeOf, failureOf } from "../_support/failure_of.ts";
import { retryTransient } from "../_support/retry_transient.ts";
import { TcpProxy } from "../_support/tcp_proxy.ts";
import { testOnServer } from "../_support/test_server.ts";
import { withMethod } from "../_support/with_method.ts";

const event = [{ type: "T", data: {} }];

for (const version of NATS_SERVER_VERSIONS) {
  await testOnServer(
    "append() finds its commit stored once after a lost acknowledgement",
    async ({ server, connect }) => {
      await using proxy = new TcpProxy(server.port);
      const connection = await connect(via(proxy));
      await using backend = await jetstream({ connection, timeout: 60_000 });
      const store = backend.store("t");
      await store.append("a", event, { expectedVersion: 0 });
      proxy.onRequest = (text) => {
        // The server gets the commit message, and its acknowledgement is lost with the connection.
        if (!text.includes("HPUB aether.log.t.")) return;
        proxy.onRequest = () => {};
        proxy.loseAnswers(() => proxy.cut());
      };
      const { version, duplicate } = await store.append("a", event, { expectedVersion: 1, commitId: "c" });
      assertEquals([version, duplicate], [2, false]);
      assertEquals((await store.read("a").toArray()).map(({ version }) => version), [1, 2]);
    },
    { version },
  );
}

await testOnServer(
  "append() repeats its request at once after a lost connection",
  async ({ server, connect }) => {
    await using proxy = new TcpProxy(server.port);
    // The first attempt has a tenth of the timeout, which is longer than any test: only a lost connection repeats it.
    await using backend = await jetstream({ connection: await connect(via(proxy)), timeout: 2 ** 31 - 1 });
    const store = backend.store("t");
    await store.append("a", event, { expectedVersion: 0 });
    proxy.onRequest = (text) => {
      if (!text.includes("HPUB aether.log.t.")) return;
      proxy.onRequest = () => {};
      proxy.loseAnswers(() => proxy.cut());
    };
    assertEquals((await store.append("a", event, { expectedVersion: 1 })).version, 2);
  },
);

await testOnServer(
  "append() without a connection fails with unavailable, and succeeds after a reconnect",
  async ({ server, connect }) => {
    const connection = await connect({ reconnectTimeWait: 20, maxReconnectAttempts: -1 });
    await using shortTimeout = await jetstream({ connection, timeout: 300 });
    await using longTimeout = await jetstream({ connection, timeout: 60_000 });
    const stores = [shortTimeout.store("t"), longTimeout.store("t")] as const;
    for (const [i, store] of stores.entries()) {
      await retryTransient(() => store.append("a", event, { expectedVersion: i, commitId: `c${i}` }));
    }
    const lost = Promise.withResolvers<void>();
    void (async () => {
      for await (const { type } of connection.status()) if (type === "disconnect") lost.resolve();
    })();
    await server.kill9();
    await lost.promise;
    assertEquals(await codeOf(stores[0].append("a", event, { expectedVersion: "any" })), "unavailable");
    const waiting = stores[1].append("a", event, { expectedVersion: 2 });
    await server.restart();
    assertEquals((await waiting).version, 3);
  },
);

await testOnServer(
  "append() fails with outcome-unknown at its timeout, and a repeat returns the outcome",
  async ({ server, connect }) => {
    await using proxy = new TcpProxy(server.port);
    await using backend = await jetstream({ connection: await connect(via(proxy)), timeout: 500 });
    const store = backend.store("t");
    await retryTransient(() => store.append("a", event, { expectedVersion: 0, commitId: "first" }));
    proxy.loseAnswers();
    const error = await failureOf(store.append("a", event, { expectedVersion: 1, commitId: "c" }));
    proxy.cut();
    assert(isAetherError(error, "outcome-unknown"), String(error));
    assertEquals([error.namespace as string, error.actorId, error.commitId], ["t", "a", "c"]);
    assertStringIncludes(error.message, `commitId "c" and expectedVersion 1`);
    await using other = await jetstream({ connection: await connect() });
    const { version } = await other.store("t").append("a", event, { expectedVersion: 1, commitId: "c" });
    assertEquals([version, await other.store("t").latestVersion("a")], [2, 2]);
  },
);

await testOnServer(
  "append() fails with outcome-unknown if it is aborted after it was sent, and with aborted if before",
  async ({ server, connect }) => {
    await using proxy = new TcpProxy(server.port);
    await using backend = await jetstream({ connection: await connect(via(proxy)) });
    const store = backend.store("t");
    await store.append("a", event, { expectedVersion: 0 });
    proxy.loseAnswers();
    const sent = new AbortController();
    const outcome = codeOf(store.append("a", event, { expectedVersion: 1, commitId: "c", signal: sent.signal }));
    const queued = new AbortController();
    const second = codeOf(store.append("a", event, { expectedVersion: "any", signal: queued.signal }));
    const searching = new AbortController();
    const third = codeOf(store.append("b", event, { expectedVersion: "any", signal: searching.signal }));
    await turns(1);
    queued.abort();
    searching.abort();
    assertEquals(await second, "aborted", "it waited for the first append to the actor");
    assertEquals(await third, "aborted", "it waited for the actor's version");
    sent.abort();
    assertEquals(await outcome, "outcome-unknown");
    proxy.cut();
    await using other = await jetstream({ connection: await connect() });
    const otherStore = other.store("t");
    assertEquals((await otherStore.append("a", event, { expectedVersion: 1, commitId: "c" })).version, 2);
    assertEquals([await otherStore.latestVersion("a"), await otherStore.latestVersion("b")], [2, 0]);
  },
);

await testOnServer(
  "append() fails with unavailable if no commit can have been stored, and reads fail with unavailable",
  async ({ server, connect }) => {
    await using proxy = new TcpProxy(server.port);
    await using backend = await jetstream({ connection: await connect(via(proxy)), timeout: 300 });
    const store = backend.store("t");
    await retryTransient(() => store.append("a", event, { expectedVersion: 0, commitId: "first" }));
    proxy.loseAnswers();
    assertEquals(await codeOf(store.append("b", event, { expectedVersion: 0 })), "unavailable");
    assertEquals(await codeOf(store.read("a").toArray()), "unavailable");
    assertEquals(await codeOf(store.read("a", { from: 2 }).toArray()), "unavailable");
    assertEquals(await codeOf(store.readAll().toArray()), "unavailable");
    assertEquals(await codeOf(store.latestVersion("a")), "unavailable");
    assertEquals(await codeOf(store.snapshots.latest("a")), "unavailable");
    proxy.cut();
  },
);

await testOnServer(
  "the timeout of append() starts with the call, also while it waits for other appends",
  async ({ server, connect }) => {
    await using proxy = new TcpProxy(server.port);
    await using backend = await jetstream({ connection: await connect(via(proxy)), timeout: 500 });
    const store = backend.store("t");
    await retryTransient(() => store.append("a", event, { expectedVersion: 0, commitId: "first" }));
    proxy.loseAnswers();
    const appends = Array.from({ length: 8 }, () => codeOf(store.append("a", event, { expectedVersion: "any" })));
    const [first, ...others] = await Promise.all(appends);
    // The others waited for the first one and were never sent: their timeouts ended with the first one's.
    assertEquals([first, new Set(others)], ["outcome-unknown", new Set(["unavailable" as const])]);
    proxy.cut();
  },
);

await testOnServer("append() stores a commit once although the first searches do not find it", async ({ connect }) => {
  const connection = await connect();
  let published = 0;
  let blindSearches = 0;
  // The first acknowledgement is lost. Then two searches find nothing, as on a replica that lags behind.
  const lagging = withMethod(
    connection,
    "publish",
    (subject, payload, options) => {
      if (subject.startsWith("aether.log.") && published++ === 0) {
        return connection.publish(subject, payload, { headers: options!.headers! });
      }
      const isBlind = published > 0 && subject.startsWith("$JS.API.DIRECT.GET") && blindSearches++ < 2;
      connection.publish(subject, isBlind ? `{"last_by_subj":"aether.log.t.0.missing"}` : payload, options);
    },
  );
  await using backend = await jetstream({ connection: lagging, timeout: 10_000 });
  const store = backend.store("t");
  assertEquals((await store.append("a", event, { expectedVersion: "any" })).version, 1);
  assertEquals((await store.read("a").toArray()).map(({ version }) => version), [1]);
});

await testOnServer("reads that wait for the server reject when they are aborted", async ({ server, connect }) => {
  await using proxy = new TcpProxy(server.port);
  await using backend = await jetstream({ connection: await connect(via(proxy)) });
  const store = backend.store("t");
  await store.append("a", event, { expectedVersion: 0 });
  proxy.loseAnswers();
  const controller = new AbortController();
  const { signal } = controller;
  const reads = [
    store.read("a", { signal }).toArray(),
    store.read("a", { signal, from: 2 }).toArray(),
    store.read("a", { signal, direction: "backwards" }).toArray(),
    store.readAll({ signal }).toArray(),
    store.latestVersion("a", { signal }),
    store.snapshots.latest("a", { signal }),
    store.snapshots.put("a", { version: 1, schema: 1, eventId: "e", state: 1 }, { signal }),
    Array.fromAsync(store.subscribe({ signal })),
  ].map(codeOf);
  await turns(1);
  controller.abort();
  assertEquals(await Promise.all(reads), reads.map(() => "aborted" as const));
  proxy.cut();
});

await testOnServer("append() to a full stream fails with quota-exceeded", async ({ connect }) => {
  const connection = await connect();
  await connection.request(
    "$JS.API.STREAM.CREATE.t_events",
    JSON.stringify({
      name: "t_events",
      description: "aether log v1 partitions=16",
      subjects: ["aether.log.t.>"],
      allow_direct: true,
      republish: { src: "aether.log.t.>", dest: "aether.commits.1.t.>" },
      discard: "new",
      max_msgs: 2,
    }),
    { timeout: 60_000 },
  );
  // With this timeout, no request is repeated because its reply is late.
  await using backend = await jetstream({ connection, timeout: 2 ** 31 - 1 });
  const store = backend.store("t");
  for (const expectedVersion of [0, 1]) await store.append("a", event, { expectedVersion });
  const { outMsgs } = connection.stats();
  assertEquals(await codeOf(store.append("a", event, { expectedVersion: 2 })), "quota-exceeded");
  assertEquals(connection.stats().outMsgs - outMsgs, 2, "the commit message, and the search for its successor");
  assertEquals(await codeOf(store.append("a", event, { expectedVersion: 1 })), "version-conflict");
  assertEquals(await store.latestVersion("a"), 2);
});

/** The options of a connection through a proxy. */
function via({ url }: TcpProxy): ConnectionOptions {
  return { servers: url, reconnectTimeWait: 10, maxReconnectAttempts: -1 };
}
