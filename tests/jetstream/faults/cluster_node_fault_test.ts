/** Nodes in processes of their own, on a real server, under faults of processes, the network and the server. */
import { assert, assertEquals } from "@std/assert";
import { DEFAULT_TTL } from "../../../src/coordination/coordinator_settings.ts";
import { NATS_SERVER_VERSIONS } from "../../../tools/nats_server.ts";
import { ClusterLedger, KEYS, ownersOf } from "../../_support/cluster_ledger.ts";
import { TcpProxy } from "../_support/tcp_proxy.ts";
import { clusterOfThree } from "../_support/test_cluster.ts";
import { testOnServer } from "../_support/test_server.ts";

const [ONE, TWO, THREE] = ["one", "two", "three"] as const;
const ALL = [ONE, TWO, THREE];

for (const version of NATS_SERVER_VERSIONS) {
  await testOnServer(
    "join(): the other nodes own every key after a node was killed with SIGKILL",
    async ({ server }) => {
      await using ledger = await ClusterLedger.create();
      const before = await ledger.startAll(ALL, [server.url]);
      const leader = await ledger.leader();
      await ledger.signal(leader, "SIGKILL");
      const others = ALL.filter((name) => name !== leader);
      const after = await ledger.ownedBy(others, before);
      ledger.start(leader, [server.url]);
      await ledger.ownedBy(ALL, after);
      await ledger.check();
    },
    { version },
  );

  await testOnServer(
    "join(): an outage of the server that ends within the lease ends no session",
    async ({ server }) => {
      await using ledger = await ClusterLedger.create({ heartbeat: 1_000, ttl: 120_000 });
      await ledger.openStorage([server.url]);
      const before = await ledger.startAll(ALL, [server.url]);
      const leader = await ledger.leader();
      await server.kill9();
      await server.restart();
      ledger.start("four", [server.url]); // It joins once the server answers.
      const joined = await ledger.until(
        before,
        (lines) => lines.some(({ node, session }) => node === "four" && session),
      );
      await ledger.ownedBy([...ALL, "four"], joined);
      const lines = (await ledger.lines()).slice(before);
      assertEquals(
        lines.filter(({ node, session }) => node !== "four" && session !== undefined),
        [],
      );
      assertEquals(await ledger.leader(), leader);
      await ledger.check();
    },
    { version },
  );
}

await testOnServer(
  "join(): a node that was suspended beyond its ttl makes no step when it continues",
  async ({ server }) => {
    await using ledger = await ClusterLedger.create();
    let seen = await ledger.startAll(ALL, [server.url]);
    for (const name of [ONE, TWO]) {
      await ledger.signal(name, "SIGSTOP");
      seen = await ledger.ownedBy(ALL.filter((other) => other !== name), seen);
      await ledger.signal(name, "SIGCONT");
      seen = await ledger.ownedBy(ALL, seen);
    }
    await ledger.check();
  },
);

await testOnServer(
  "Cluster.close(): other nodes own every key, and the process ends without an error",
  async ({ server }) => {
    // The ttl is longer than the timeout of the test, so that no session ends by its ttl.
    await using ledger = await ClusterLedger.create({ ttl: 600_000 });
    await ledger.openStorage([server.url]);
    let seen = await ledger.startAll(ALL, [server.url]);
    assertEquals(await ledger.leave(ONE), 0);
    seen = await ledger.ownedBy([TWO, THREE], seen);
    assertEquals(await ledger.leave(TWO), 0);
    await ledger.ownedBy([THREE], seen);
    await ledger.check();
    assertEquals((await ledger.lines()).filter(({ error }) => error?.includes("unavailable")), []);
  },
);

const cuts: [title: string, cut: (proxy: TcpProxy) => Disposable][] = [
  ["whose network is cut in both directions", (proxy) => {
    const over = Promise.withResolvers<void>();
    proxy.holdRequests(over.promise);
    proxy.holdAnswers(over.promise);
    return { [Symbol.dispose]: over.resolve };
  }],
  ["that sends but receives nothing", (proxy) => {
    proxy.loseAnswers();
    return { [Symbol.dispose]: () => proxy.cut() };
  }],
  ["that receives but sends nothing", (proxy) => {
    proxy.loseRequests();
    return { [Symbol.dispose]: () => proxy.cut() };
  }],
];

for (const [title, cut] of cuts) {
  await testOnServer(`join(): a node ${title} makes no step while others own its shards`, async ({ server }) => {
    await using proxy = new TcpProxy(server.port);
    await using ledger = await ClusterLedger.create();
    ledger.start(ONE, [proxy.url]);
    for (const name of [TWO, THREE]) ledger.start(name, [server.url]);
    let seen = await ledger.ownedBy(ALL);
    {
      using _fault = cut(proxy);
      seen = await ledger.ownedBy([TWO, THREE], seen);
    }
    await ledger.ownedBy(ALL, seen);
    await ledger.check();
  });
}

for (const hasOnError of [true, false]) {
  const [effect, preposition] = hasOnError ? ["is reported", "with"] : ["ends no process", "without"];
  await testOnServer(
    `join(): an outage beyond the ttl ${effect} ${preposition} onError, and all nodes continue`,
    async ({ server }) => {
      await using ledger = await ClusterLedger.create({ hasOnError });
      const before = await ledger.startAll(ALL, [server.url]);
      await server.kill9();
      const lost = await ledger.until(before, (lines) => {
        return ALL.every((name) => lines.some(({ node, session }) => node === name && session === "none"));
      });
      await server.restart();
      await ledger.ownedBy(ALL, lost);
      await ledger.check();
      const errors = (await ledger.lines()).filter(({ error }) => error !== undefined);
      assertEquals(errors.length > 0, hasOnError);
      for (const name of ALL) assertEquals(await ledger.leave(name), 0);
    },
  );
}

const clusterTests = await clusterOfThree();

clusterTests.test("join() with defaults: no session ends when the leader of the stream is killed", async (scene) => {
  const { cluster } = scene;
  await using ledger = await ClusterLedger.create({ replicas: 3, heartbeat: 2_000, ttl: DEFAULT_TTL });
  await ledger.openStorage(cluster.urls);
  const before = await ledger.startAll(ALL, cluster.urls);
  const leader = await scene.leaderOf("aether_cluster");
  const killedAt = Date.now();
  await leader.kill9();
  await scene.leaderOf("aether_cluster", leader);
  const election = Date.now() - killedAt;
  // A session without renewals would have ended by then.
  const end = killedAt + DEFAULT_TTL;
  await ledger.until(
    before,
    (lines) => ALL.every((name) => lines.some(({ node, at, key }) => node === name && key && at > end)),
  );
  const lines = (await ledger.lines()).slice(before);
  await ledger.check();
  await leader.restart();
  assertEquals(ownersOf(lines).size, KEYS.length);
  assert(new Set(lines.map(({ key, term }) => `${key} ${term}`)).size >= KEYS.length);
  assertEquals(lines.filter(({ session }) => session !== undefined), [], `after an election of ${election} ms`);
});
