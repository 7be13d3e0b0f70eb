/** Appends and subscriptions in a cluster that loses the leader of their stream. */
import type { Backend, EventStore } from "@flowmade-one/aether";
import { adoptLogIdentity, jetstream, type Retention } from "@flowmade-one/aether/jetstream";
import type { NatsConnection } from "@nats-io/transport-node";
import { assert, assertEquals } from "@std/assert";
import type { NatsServer } from "../../../tools/nats_server.ts";
import { BusLedger } from "../_support/bus_ledger.ts";
import { codeOf } from "../_support/failure_of.ts";
import { retryTransient } from "../_support/retry_transient.ts";
import { clusterOfThree, type ClusterScene } from "../_support/test_cluster.ts";
import { runWorkloadDuringFault } from "../_support/run_workload_during_fault.ts";

const tests = await clusterOfThree();
const event = [{ type: "T", data: {} }];

/** Runs appends and subscriptions in a namespace while `fault` disturbs the leader of its stream. */
async function runWorkloadDuringLeaderFault(
  { connect, leaderOf }: ClusterScene,
  namespace: string,
  fault: (leader: NatsServer, backends: { writing: Backend; following: Backend }) => Promise<void>,
): Promise<void> {
  const options = { replicas: 3, timeout: 10_000 };
  await using writing = await jetstream({ connection: await connect(), ...options });
  await using following = await jetstream({ connection: await connect(), ...options });
  await runWorkloadDuringFault(writing.store(namespace), following.store(namespace), async () => {
    await fault(await leaderOf(`${namespace}_events`), { writing, following });
  });
}

tests.test("append() and subscribe() lose and repeat no commit when the leader is killed, and the bus delivers no event twice", async (scene) => {
  await runWorkloadDuringLeaderFault(scene, "killed", async (leader, { writing, following }) => {
    using busLedger = new BusLedger(writing.bus.within("killed"), following.bus.within("killed"));
    await busLedger.more();
    await leader.kill9();
    await scene.leaderOf("killed_events", leader);
    await busLedger.more();
    await leader.restart();
    await busLedger.more();
    busLedger.check();
  });
});

tests.test("append() to a log of one replica fails while its server is down, and the log is complete afterwards", async ({ cluster, connect, leaderOf }) => {
  await using creating = await jetstream({ connection: await connect() });
  await creating.store("single").append("a", event, { expectedVersion: 0 });
  const server = await leaderOf("single_events");
  const servers = cluster.servers.filter((other) => other !== server).map(({ url }) => url);
  const connection = await connect({ servers, ignoreClusterUpdates: true });
  await using backend = await jetstream({ connection, timeout: 2_000 });
  const store = backend.store("single");
  await retryTransient(() => store.append("a", event, { expectedVersion: 1, commitId: "c-2" }));
  await server.kill9();
  const append = () => store.append("a", event, { expectedVersion: 2, commitId: "c-3" });
  const code = await codeOf(append());
  assert(code === "outcome-unknown" || code === "unavailable", `${code}`);
  assertEquals(await codeOf(store.latestVersion("a")), "unavailable");
  await server.restart();
  assertEquals((await retryTransient(append)).version, 3);
  assertEquals(
    (await retryTransient(() => store.append("a", event, { expectedVersion: 3, commitId: "c-4" }))).version,
    4,
  );
  const read = await retryTransient(() => store.read("a").toArray());
  assertEquals(read.map(({ version }) => version), [1, 2, 3, 4]);
});

tests.test("append() and subscribe() lose and repeat no commit when the leader freezes and continues", async (scene) => {
  await runWorkloadDuringLeaderFault(scene, "frozen", async (leader) => {
    await leader.suspend();
    await scene.leaderOf("frozen_events", leader);
    leader.resume();
  });
});

type Operation = (store: EventStore, actorId: string, signal?: AbortSignal) => Promise<unknown>;
const operations: [title: string, retention: Retention | undefined, operate: Operation][] = [
  ["read", undefined, (store, _, signal) => store.read("a", { signal }).toArray()],
  ["append to a new actor", { maxCommits: 100_000 }, (store, actorId, signal) => {
    return store.append(actorId, event, { expectedVersion: 0, signal });
  }],
];

for (const [i, [title, retention, operate]] of operations.entries()) {
  tests.test(`a frozen server delays no ${title} in a namespace on another server`, async (scene) => {
    const { cluster, connect, leaderOf } = scene;
    const createLog = async (namespace: string, server: NatsServer) => {
      const connection = await connect({ servers: [server.url], ignoreClusterUpdates: true });
      await using backend = await jetstream({ connection, retention, timeout: 60_000 });
      for (let expectedVersion = 0; expectedVersion < 3; expectedVersion++) {
        await backend.store(namespace).append("a", event, { expectedVersion });
      }
      return await leaderOf(`${namespace}_events`);
    };
    const names = [`frozen${i}`];
    const frozen = await createLog(names[0]!, cluster.servers[0]!);
    // Two namespaces on the frozen server: one alone cannot hold every permit of a semaphore that namespaces share.
    for (let n = 1; names.length < 2; n++) {
      const name = `frozen${i}-${n}`;
      if (await createLog(name, cluster.servers[0]!) === frozen) names.push(name);
    }
    // While the server is stopped, the cluster places the stream of the healthy namespace on another one.
    await frozen.stop();
    const healthy = await createLog(`healthy${i}`, cluster.servers.find((server) => server !== frozen)!);
    await frozen.restart();
    await cluster.healthy();

    const connection = await connect({ servers: [healthy.url], ignoreClusterUpdates: true });
    await using backend = await jetstream({ connection, retention, timeout: 20_000 });
    const [healthyStore, ...frozenStores] = [`healthy${i}`, ...names].map((name) => backend.store(name)) as [
      EventStore,
      ...EventStore[],
    ];
    for (const store of [healthyStore, ...frozenStores]) await store.read("a").toArray();
    await frozen.suspend();
    const controller = new AbortController();
    let settled = 0;
    const waiting = Array.from({ length: 256 }, async (_, i) => {
      await operate(frozenStores[i % 2]!, `new.${i}`, controller.signal).catch(() => {});
      settled++;
    });
    try {
      await operate(healthyStore, "new");
      assertEquals(settled, 0, "operations on the frozen server have not ended");
    } finally {
      controller.abort();
      frozen.resume();
      await Promise.all(waiting);
    }
    assertEquals((await retryTransient(() => frozenStores[0]!.read("a").toArray())).length, 3);
  });
}

tests.test("append() and subscribe() lose and repeat no commit when leaders step down one after another", async (scene) => {
  const admin = await scene.connect();
  await runWorkloadDuringLeaderFault(scene, "moved", async (leader) => {
    for (let round = 0; round < 3; round++) {
      const before = leader;
      // Repeated until another server leads: during an election no server replies, and the former leader may be elected
      // again.
      while ((leader = await scene.leaderOf("moved_events")) === before) {
        await admin.request("$JS.API.STREAM.LEADER.STEPDOWN.moved_events", "", { timeout: 5_000 }).catch(() => {});
      }
    }
  });
});

/** The last sequence in a server's information about a stream. A replica replies once it knows no leader. */
async function reportedEnd(connection: NatsConnection, stream: string): Promise<number> {
  while (true) {
    const reply = await connection.request(`$JS.API.STREAM.INFO.${stream}`, "", { timeout: 500 }).catch(() => {});
    const end = reply?.json<{ state?: { last_seq: number } }>().state?.last_seq;
    if (end !== undefined) return end;
  }
}

tests.test("readAll(), subscribe() and adoptLogIdentity() do not use the end of a lagging replica that knows no leader", async (scene) => {
  const { cluster, connect, leaderOf } = scene;
  const connectTo = (server: NatsServer) => connect({ servers: [server.url], ignoreClusterUpdates: true });
  await using creating = await jetstream({ connection: await connect(), replicas: 3, timeout: 60_000 });
  const { position: first } = await creating.store("lagging").append("a", event, { expectedVersion: 0 });
  const leader = await leaderOf("lagging_events");
  const [lagging, other] = cluster.servers.filter((server) => server !== leader) as [NatsServer, NatsServer];
  const connection = await connectTo(lagging);
  await using reading = await jetstream({ connection, timeout: 5_000 });
  const store = reading.store("lagging");
  await lagging.suspend();

  await using writing = await jetstream({ connection: await connectTo(leader), timeout: 60_000 });
  const positions = [first];
  // More bytes than the buffers of the connection to the suspended server. Random data: servers compress messages.
  const data = Array.from({ length: 25_000 }, () => crypto.randomUUID()).join("");
  while (positions.length < 40) {
    const append = writing.store("lagging").append("a", [{ type: "T", data }], { expectedVersion: positions.length });
    positions.push((await append).position);
  }
  await Promise.all([leader.kill9(), other.kill9()]);
  lagging.resume();

  const end = await reportedEnd(connection, "lagging_events");
  assert(end < positions.length, "the replica lags behind");
  await using subscription = store.subscribe({ after: positions.at(-1) });
  const reads = [positions[end - 1], positions.at(-1)].map((after) => store.readAll({ after }).toArray());
  assertEquals(await Promise.all(reads.map(codeOf)), ["unavailable", "unavailable"]);
  // The position is not reported to lie beyond the end of the log.
  assertEquals(await codeOf(adoptLogIdentity("lagging", positions.at(-1)!, { connection })), "unavailable");

  await Promise.all([leader.restart(), other.restart()]);
  await subscription.caughtUp;
  const log = await retryTransient(() => store.readAll().toArray());
  assertEquals(log.map(({ position }) => position), positions);
});
