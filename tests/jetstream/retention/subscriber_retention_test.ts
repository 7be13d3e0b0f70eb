/** Subscriptions and long reads of a log whose expired commits are purged while they run. */
import { type EventStore, isAetherError, type RecordedEvent, type SubscribeOptions } from "@flowmade-one/aether";
import { jetstream } from "@flowmade-one/aether/jetstream";
import { assert, assertEquals } from "@std/assert";
import type { NatsConnection } from "@nats-io/transport-node";
import { poll } from "../../../tools/nats/poll.ts";
import { NATS_SERVER_VERSIONS } from "../../../tools/nats_server.ts";
import { ask, consumerNames } from "../_support/ask_server.ts";
import { failureOf } from "../_support/failure_of.ts";
import { makePurgeableLog } from "../_support/purgeable_log.ts";
import { taker } from "../_support/taker.ts";
import { TcpProxy } from "../_support/tcp_proxy.ts";
import { testOnServer } from "../_support/test_server.ts";
import { withMethod } from "../_support/with_method.ts";

const event = [{ type: "T", data: {} }];
const lasting = { reconnectTimeWait: 20, maxReconnectAttempts: -1 };
/** The timeout is long: thousands of appends at once are slow on a busy machine. */
const options = { retention: { maxCommits: 5 }, timeout: 60_000 };

/** The first event that a subscription delivers. */
interface Following {
  readonly taken: Promise<RecordedEvent[]>;
}

/** Appends commits to other actors until the commits up to a sequence are purged. */
async function purge(connection: NatsConnection, store: EventStore, upTo: number): Promise<void> {
  const { state: { last_seq } } = await ask<{ state: { last_seq: number } }>(connection, "STREAM.INFO.t_events");
  // Every 256th commit purges those that have expired, except for the newest 1,024.
  const end = Math.ceil((upTo + 1_201) / 256) * 256;
  await appendOthers(store, end - last_seq);
  const isPurged = await poll(async () => {
    const { state } = await ask<{ state: { first_seq: number } }>(connection, "STREAM.INFO.t_events");
    return state.first_seq > upTo;
  });
  assert(isPurged, `sequence ${upTo} was not purged: ${JSON.stringify(await ask(connection, "STREAM.INFO.t_events"))}`);
}

async function appendOthers(store: EventStore, count: number): Promise<void> {
  const actors = Array.from({ length: count }, (_, i) => `other.${i % 64}`);
  await Promise.all(actors.map((actorId) => store.append(actorId, event, { expectedVersion: "any" })));
}

const filters: SubscribeOptions[] = [
  { actors: "quiet.1" },
  { actors: "quiet.*" },
  { actors: "quiet.1", after: "now" },
];

for (const version of NATS_SERVER_VERSIONS) {
  await testOnServer(
    "subscribe({ actors }) continues after a purge of other actors' commits and a restart of the server",
    async ({ server, connect }) => {
      const admin = await connect(lasting);
      await using writer = await jetstream({ connection: admin, ...options });
      await using backend = await jetstream({ connection: await connect(lasting), ...options });
      const store = writer.store("t");
      await store.append("quiet.1", event, { expectedVersion: 0 });
      const subscriptions = filters.map((filter) => backend.store("t").subscribe(filter));
      const takers = subscriptions.map(taker);
      await Promise.all(takers.slice(0, 2).map((take) => take(1)));
      const second = takers.map((take) => take(1));
      await Promise.all(subscriptions.map(({ caughtUp }) => caughtUp));
      await purge(admin, store, 100);
      await server.restart();
      const after = await connect();
      const isBack = await poll(async () => (await consumerNames(after, "t_events")).length > 0);
      assert(isBack, "no consumer after the restart");
      await store.append("quiet.1", event, { expectedVersion: 1 });
      for (const [i, taken] of second.entries()) {
        assertEquals((await taken).map(({ version }) => version), [2], JSON.stringify(filters[i]));
      }
    },
    { version },
  );

  await testOnServer(
    "subscribe({ actors }) fails if a wanted commit was purged while it was disconnected",
    async ({ server, connect }) => {
      const admin = await connect();
      await using writer = await jetstream({ connection: admin, ...options });
      const store = writer.store("t");
      await store.append("quiet.1", event, { expectedVersion: 0 });
      for (const actors of ["quiet.1", "quiet.*"]) {
        await using proxy = new TcpProxy(server.port);
        await using backend = await jetstream({
          connection: await connect({ ...lasting, servers: proxy.url }),
          ...options,
        });
        const subscription = backend.store("t").subscribe({ actors, after: "now" });
        const failure = failureOf(taker(subscription)(1));
        await subscription.caughtUp;
        proxy.loseAnswers();
        const { version } = await store.append("quiet.1", event, { expectedVersion: "exists" });
        const { state } = await ask<{ state: { last_seq: number } }>(admin, "STREAM.INFO.t_events");
        await purge(admin, store, state.last_seq);
        proxy.cut();
        await store.append("quiet.1", event, { expectedVersion: version });
        const error = await failure;
        assert(isAetherError(error, "events-expired"), `${error}, where version ${version} of "${actors}" was purged`);
      }
    },
    { version },
  );

  await testOnServer(
    "subscriptions that share a consumer fail only if a commit that they want was purged before they read it",
    async ({ server, connect }) => {
      const admin = await connect();
      await using writer = await jetstream({ connection: admin, ...options });
      const store = writer.store("t");
      await store.append("quiet.1", event, { expectedVersion: 0 });
      await using proxy = new TcpProxy(server.port);
      await using backend = await jetstream({
        connection: await connect({ ...lasting, servers: proxy.url }),
        ...options,
      });
      const follow = async (filter: SubscribeOptions): Promise<Following> => {
        const subscription = backend.store("t").subscribe({ ...filter, after: "now" });
        const taken = taker(subscription)(1);
        taken.catch(() => {});
        await subscription.caughtUp;
        return { taken };
      };
      // The first subscription opens the feed of the whole log. Filters that start later share that feed.
      const whole = await follow({});
      const [other, quiet] = await Promise.all([follow({ actors: "other.1" }), follow({ actors: "quiet.*" })]);
      // The consumers of the subscriptions that caught up are deleted in the background.
      assert(await poll(async () => (await consumerNames(admin, "t_events")).length === 1), "more than one consumer");
      proxy.loseAnswers();
      await purge(admin, store, 300);
      proxy.cut();
      await store.append("quiet.1", event, { expectedVersion: 1 });
      assertEquals((await quiet.taken).map(({ version }) => version), [2]);
      for (const { taken } of [whole, other]) {
        const error = await failureOf(taken);
        assert(isAetherError(error, "events-expired"), String(error));
      }
    },
    { version },
  );

  await testOnServer(
    "subscribe({ actors }) that is read slowly fails at the first wanted commit that was purged before it was sent",
    async ({ connect }) => {
      const admin = await connect();
      await using writer = await jetstream({ connection: admin, ...options, retention: { maxCommits: 1_200 } });
      await using backend = await jetstream({ connection: await connect() });
      const store = writer.store("t");
      const COMMITS = 200;
      const data = "x".repeat(200_000);
      for (let i = 0; i < COMMITS; i++) await store.append("a", [{ type: "T", data }], { expectedVersion: i });
      const subscription = backend.store("t").subscribe({ actors: "*" });
      const take = taker(subscription);
      const seen = [...await take(1)];
      await purge(admin, store, COMMITS);
      await store.append("a", event, { expectedVersion: COMMITS });
      const error = await failureOf((async () => {
        while (seen.at(-1)!.version <= COMMITS) seen.push(...await take(1));
      })());
      assert(isAetherError(error, "events-expired"), `${error} after ${seen.length}`);
      assertEquals(seen.map(({ version }) => version), Array.from({ length: seen.length }, (_, i) => i + 1));
    },
    { version },
  );

  await testOnServer(
    "subscribe({ actors }) that is live reads no version floor when commits of other actors are purged",
    async ({ connect }) => {
      const admin = await connect();
      await using writer = await jetstream({ connection: admin, ...options });
      const store = writer.store("t");
      const connection = await connect();
      let [infos, floors] = [0, 0];
      const counted = withMethod(connection, "publish", (...args) => {
        if (args[0] === "$JS.API.STREAM.INFO.t_events") infos++;
        if (args[0].includes("t_heads")) floors++;
        return connection.publish(...args);
      });
      await using backend = await jetstream({ connection: counted });
      await store.append("quiet.1", event, { expectedVersion: 0 });
      const subscription = backend.store("t").subscribe({ actors: "quiet.*" });
      const take = taker(subscription);
      await take(1);
      const second = take(1);
      await subscription.caughtUp;
      for (let round = 0; round < 4; round++) {
        const before = infos;
        await appendOthers(store, 600);
        assert(
          await poll(() => Promise.resolve(infos > before)),
          "the subscription does not ask for the end of the log",
        );
      }
      await purge(admin, store, 1_000);
      await store.append("quiet.1", event, { expectedVersion: 1 });
      assertEquals((await second).map(({ version }) => version), [2]);
      assertEquals(floors, 0);
    },
    { version },
  );
}

/** The number of commits that a read receives at once: 256 in a batch since nats-server 2.11, one before. */
for (const [version, batch] of [["2.15.1", 256], ["2.10.27", 1]] as const) {
  await testOnServer("readAll() fails if the last commit of the log is purged while it reads", async ({ connect }) => {
    const connection = await connect();
    await using backend = await jetstream({ connection });
    for (const [i, actors] of ["a", undefined].entries()) {
      const namespace = `t${i}`;
      await makePurgeableLog(connection, namespace);
      const store = backend.store(namespace);
      for (let version = 0; version <= batch; version++) await store.append("a", event, { expectedVersion: version });
      let count = 0;
      const error = await failureOf((async () => {
        for await (const _ of store.readAll({ actors })) {
          if (++count === batch) await ask(connection, `STREAM.PURGE.${namespace}_events`);
        }
      })());
      assert(isAetherError(error, "events-expired"), `${error} after ${count}`);
      assertEquals(count, batch);
    }
  }, { version });
}

await testOnServer(
  "read() fails if the last commits of the actor are purged after it has returned 1,024",
  async ({ connect }) => {
    const admin = await connect();
    await using writer = await jetstream({ connection: admin, ...options, retention: { maxCommits: 1_200 } });
    await using backend = await jetstream({ connection: await connect() });
    const store = writer.store("t");
    for (let version = 0; version < 1_100; version++) await store.append("a", event, { expectedVersion: version });
    let count = 0;
    const error = await failureOf((async () => {
      for await (const _ of backend.store("t").read("a")) if (++count === 1_024) await purge(admin, store, 1_100);
    })());
    assert(isAetherError(error, "events-expired"), `${error} after ${count}`);
    assertEquals([error.firstAvailable, count], [1_101, 1_024]);
  },
);
