/** Members of a consumer in processes of their own, on a real server, under faults of processes, network and server. */
import type { EventStore, RecordedEvent } from "@flowmade-one/aether";
import { jetstream } from "@flowmade-one/aether/jetstream";
import type { NatsConnection } from "@nats-io/transport-node";
import { assert, assertEquals } from "@std/assert";
import { partitionOf, PARTITIONS, type Records } from "@flowmade-one/aether/adapter";
import { definitionKey, laneKey, prefixOf } from "../../../src/consumers/consumer_keys.ts";
import { decodeLane, NEW_LANE } from "../../../src/consumers/lane_record.ts";
import { DEFAULT_TTL } from "../../../src/coordination/coordinator_settings.ts";
import { decodeSession, SESSIONS_PREFIX } from "../../../src/coordination/session_record.ts";
import { comesAfter } from "../../../src/values/position.ts";
import { until } from "../../_support/until.ts";
import { ConsumerLedger } from "../_support/consumer_ledger.ts";
import { openRecords } from "../_support/open_records.ts";
import { TcpProxy } from "../_support/tcp_proxy.ts";
import { clusterOfThree } from "../_support/test_cluster.ts";
import { testOnServer } from "../_support/test_server.ts";

const ALL = ["one", "two", "three"] as const;
const ACTORS = 24;
/** Milliseconds between two checkpoints. */
const SAVE_EVERY = 200;
/** A time to live in milliseconds, so long that a machine that stops for some seconds loses no session. */
const LONG_TTL = 12_000;
/** Number of heartbeats in one time to live, as in `coordinator_pool.ts`. */
const HEARTBEATS_PER_TTL = 10;
const RECONNECT = { reconnectTimeWait: 20, maxReconnectAttempts: -1, noAsyncTraces: true };

/** Appends events in the background until {@link Writer.end}, and repeats appends that fail. */
class Writer {
  readonly versions: Map<string, number> = new Map();
  readonly #store: EventStore;
  #isOver = false;
  #writing: Promise<void> = Promise.resolve();

  constructor(store: EventStore) {
    this.#store = store;
  }

  get count(): number {
    return [...this.versions.values()].reduce((sum, version) => sum + version, 0);
  }

  begin(): void {
    this.#writing = this.#write();
  }

  /** Waits until this number of further events is stored. */
  async more(count: number): Promise<void> {
    const until = this.count + count;
    while (this.count < until) await new Promise((resolve) => setTimeout(resolve, 20));
  }

  async end(): Promise<void> {
    this.#isOver = true;
    await this.#writing;
  }

  async #write(): Promise<void> {
    for (let i = 0; !this.#isOver; i++) {
      const actorId = `order.${i % ACTORS}`;
      const expectedVersion = this.versions.get(actorId) ?? 0;
      const events = [{ type: "Placed", data: { i } }];
      // The commit id makes a repetition after an unknown outcome safe.
      for (let isStored = false; !isStored;) {
        try {
          await this.#store.append(actorId, events, { expectedVersion, commitId: `c${i}` });
          isStored = true;
        } catch {
          await new Promise((resolve) => setTimeout(resolve, 100));
        }
      }
      this.versions.set(actorId, expectedVersion + 1);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  }
}

async function openWriter(connection: NatsConnection, replicas = 1) {
  const backend = await jetstream({ connection, replicas, timeout: 5_000 });
  const writer = new Writer(backend.store("orders"));
  writer.begin();
  return { writer, store: backend.store("orders"), [Symbol.asyncDispose]: () => backend.close() };
}

/** Waits for checkpoints of every event that is stored now. Returns these events, as `actor@version`. */
async function untilSaved(store: EventStore, records: Records): Promise<ReadonlySet<string>> {
  const events = await store.readAll().toArray();
  await until("every event is saved", async () => {
    const { entries } = await records.scan(prefixOf("c"), 0);
    const values = new Map(entries.map(({ key, value }) => [key, value]));
    const isSaved = ({ actorId, position }: RecordedEvent) => {
      const value = values.get(laneKey("c", partitionOf(actorId, PARTITIONS)));
      const { mark } = value === undefined ? NEW_LANE : decodeLane(value);
      return mark !== undefined && !comesAfter(position, mark.position);
    };
    return events.every(isSaved);
  });
  return new Set(events.map(({ actorId, version }) => `${actorId}@${version}`));
}

/**
 * Waits for 100 further events, stops the writer, and checks that every event was handled in order.
 *
 * @returns The events that were handled again, as `actor@version`.
 */
async function finish(ledger: ConsumerLedger, writer: Writer) {
  await writer.more(100);
  await writer.end();
  await ledger.handled(writer.count);
  return await ledger.check(writer.versions);
}

await testOnServer(
  "consume(): the kill of a member loses no event, and only events after its last checkpoint are handled again",
  async ({ server, connect }) => {
    await using ledger = await ConsumerLedger.create({ saveEvery: SAVE_EVERY });
    await using writing = await openWriter(await connect());
    await ledger.start(ALL, [server.url]);
    await writing.writer.more(300);
    const saved = await untilSaved(writing.store, openRecords(await connect(), "orders"));
    await ledger.signal("two", "SIGKILL");
    const repeats = await finish(ledger, writing.writer);
    assertEquals(repeats.filter((event) => saved.has(event)), []);
    for (const name of ["one", "three"]) assertEquals(await ledger.leave(name), 0);
  },
);

/** `beats`: the number of heartbeats of each member, by session key. `owners`: the session key of each lane's owner. */
async function readMembers(records: Records) {
  const { entries } = await records.scan("", 0);
  const sessions = entries.filter(({ key, value }) => key.startsWith(SESSIONS_PREFIX) && value.length > 0);
  const lanes = entries.filter(({ key }) => key.startsWith(prefixOf("c")) && key !== definitionKey("c"));
  return {
    beats: new Map(sessions.map(({ key, value }) => [key, decodeSession(value)!.beat])),
    owners: lanes.map(({ value }) => decodeLane(value).owner),
  };
}

/** Waits until this number of members own the 16 lanes. */
async function untilOwnedBy(records: Records, count: number) {
  for (;;) {
    const members = await readMembers(records);
    const owners = new Set(members.owners);
    if (members.owners.length === 16 && owners.size === count && !owners.has("")) return members;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

await testOnServer(
  "consume(): the lanes of a killed member have another owner within its time to live and three heartbeats",
  async ({ server, connect }) => {
    await using ledger = await ConsumerLedger.create({ ttl: LONG_TTL });
    const records = openRecords(await connect(), "orders");
    await ledger.start(ALL, [server.url]);
    await untilOwnedBy(records, ALL.length);
    await ledger.signal("two", "SIGKILL");
    const before = await readMembers(records);
    const after = await untilOwnedBy(records, ALL.length - 1);
    for (const owner of new Set(after.owners)) {
      const beats = after.beats.get(owner)! - before.beats.get(owner)!;
      assert(beats >= 1 && beats <= HEARTBEATS_PER_TTL + 3, `${beats} heartbeats of ${owner}`);
    }
    for (const name of ["one", "three"]) assertEquals(await ledger.leave(name), 0);
  },
);

await testOnServer(
  "consume(): a suspended member loses no event, and only events after its last checkpoint are handled again",
  async ({ server, connect }) => {
    await using ledger = await ConsumerLedger.create({ saveEvery: SAVE_EVERY });
    await using writing = await openWriter(await connect());
    await ledger.start(ALL, [server.url]);
    await writing.writer.more(200);
    const saved = await untilSaved(writing.store, openRecords(await connect(), "orders"));
    await ledger.signal("one", "SIGSTOP");
    await writing.writer.more(300);
    // When all events stored until now are handled, others have taken over the lanes of the suspended member.
    const { writer } = writing;
    const stored = new Map(writer.versions);
    await ledger.until((lines) => {
      const ended = new Set(lines.flatMap(({ ends }) => ends ?? []));
      return [...stored].every(([actorId, version]) => ended.has(`${actorId}@${version}`));
    });
    await ledger.signal("one", "SIGCONT");
    const repeats = await finish(ledger, writer);
    assertEquals(repeats.filter((event) => saved.has(event)), []);
    for (const name of ALL) assertEquals(await ledger.leave(name), 0);
  },
);

await testOnServer(
  "consume(): no event is handled again when members close one after the other",
  async ({ server, connect }) => {
    await using ledger = await ConsumerLedger.create({ ttl: 15_000, saveEvery: 60_000 });
    await using writing = await openWriter(await connect());
    await ledger.start(ALL, [server.url]);
    await writing.writer.more(200);
    for (const name of ["one", "two"]) {
      assertEquals(await ledger.leave(name), 0);
      await writing.writer.more(100);
    }
    assertEquals(await finish(ledger, writing.writer), []);
  },
);

await testOnServer(
  "consume(): no event is lost or handled again when the server is killed and restarted",
  async ({ server, connect }) => {
    await using ledger = await ConsumerLedger.create({ ttl: 60_000, saveEvery: SAVE_EVERY });
    await using writing = await openWriter(await connect(RECONNECT));
    await ledger.start(ALL, [server.url]);
    await writing.writer.more(200);
    await server.kill9();
    await server.restart();
    assertEquals(await finish(ledger, writing.writer), []);
  },
);

await testOnServer("consume(): a member whose network is cut loses no event", async ({ server, connect }) => {
  await using proxy = new TcpProxy(server.port);
  await using ledger = await ConsumerLedger.create({ saveEvery: SAVE_EVERY });
  await using writing = await openWriter(await connect());
  await ledger.start(["one"], [proxy.url]);
  await ledger.start(["two", "three"], [server.url]);
  await writing.writer.more(200);
  const saved = await untilSaved(writing.store, openRecords(await connect(), "orders"));
  const cutEnds = Promise.withResolvers<void>();
  proxy.holdRequests(cutEnds.promise);
  proxy.holdAnswers(cutEnds.promise);
  const { writer } = writing;
  await writer.more(200);
  const stored = new Map(writer.versions);
  await ledger.until((lines) => {
    const ended = new Set(lines.flatMap(({ ends }) => ends ?? []));
    return [...stored].every(([actorId, version]) => ended.has(`${actorId}@${version}`));
  });
  cutEnds.resolve();
  const repeats = await finish(ledger, writer);
  // A member that is cut off handles events until its lease ends, but saves no checkpoint. Other members handle these
  // events again.
  assertEquals(repeats.filter((event) => saved.has(event)), []);
});

const clusterTests = await clusterOfThree();

clusterTests.test("consume() with the default ttl: no event is lost or handled again when the records stream loses its leader", async (scene) => {
  const { cluster } = scene;
  await using ledger = await ConsumerLedger.create({ replicas: 3, ttl: DEFAULT_TTL, saveEvery: SAVE_EVERY });
  await using writing = await openWriter(await scene.connect(), 3);
  await ledger.start(ALL, cluster.urls);
  await writing.writer.more(200);
  const leader = await scene.leaderOf("orders_records");
  await leader.kill9();
  await writing.writer.more(200);
  assertEquals(await finish(ledger, writing.writer), []);
  await leader.restart();
});
