/** Subscriptions of one log that share a live feed, on real servers. */
import { type EventStore, isAetherError, type RecordedEvent, type SubscribeOptions } from "@flowmade-one/aether";
import { jetstream } from "@flowmade-one/aether/jetstream";
import { assert, assertEquals } from "@std/assert";
import type { NatsConnection } from "@nats-io/transport-node";
import { poll } from "../../../tools/nats/poll.ts";
import { NATS_SERVER_VERSIONS } from "../../../tools/nats_server.ts";
import { MAX_FILTERED_FEEDS } from "../../../adapters/jetstream/log/live_feeds.ts";
import { ask, consumerNames, untilNoConsumers } from "../_support/ask_server.ts";
import { Collector } from "../_support/collector.ts";
import { makePurgeableLog } from "../_support/purgeable_log.ts";
import { TcpProxy } from "../_support/tcp_proxy.ts";
import { testOnServer } from "../_support/test_server.ts";
import { withMethod } from "../_support/with_method.ts";

const one = (n: number) => [{ type: n % 2 === 0 ? "Even" : "Odd", data: n }];
const lasting = { reconnectTimeWait: 20, maxReconnectAttempts: -1 };

/** Appends events `from` to `to` to actors by turns. */
async function append(store: EventStore, from: number, to: number, actors = ["a.1", "a.2", "b.1", "c"]): Promise<void> {
  for (let n = from; n <= to; n++) await store.append(actors[n % actors.length]!, one(n), { expectedVersion: "any" });
}

const countUp = (from: number, to: number) => Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => from + i);

/** Waits until the log has this number of consumers. */
async function untilConsumers(connection: NatsConnection, count: number): Promise<void> {
  const isReached = await poll(async () => (await consumerNames(connection, "t_events")).length === count);
  assert(isReached, `${(await consumerNames(connection, "t_events")).length} consumers, not ${count}`);
}

for (const version of NATS_SERVER_VERSIONS) {
  await testOnServer("LiveFeeds uses one consumer for all subscriptions that have caught up", async ({ connect }) => {
    const connection = await connect();
    await using writer = await jetstream({ connection });
    await using backend = await jetstream({ connection: await connect() });
    const store = backend.store("t");
    await append(writer.store("t"), 1, 50);
    const rows: [options: SubscribeOptions, isWanted: (event: RecordedEvent) => boolean, from: number][] = [
      [{}, () => true, 1],
      [{ after: "now" }, () => true, 51],
      [{ types: ["Even"] }, ({ type }) => type === "Even", 1],
      [{ actors: ">", after: "now" }, () => true, 51],
      [{ actors: "a.*" }, ({ actorId }) => actorId.startsWith("a."), 1],
      [{ actors: "a.1", types: ["Even"] }, ({ actorId, type }) => actorId === "a.1" && type === "Even", 1],
      [{ actors: "b.>", after: "now" }, ({ actorId }) => actorId.startsWith("b."), 51],
      [{ actors: "never.*" }, () => false, 1],
    ];
    const whole = new Collector(store.subscribe({ after: "now" }));
    await whole.caughtUp;
    const collectors = rows.concat(rows, rows).map(([options]) => new Collector(store.subscribe(options)));
    await Promise.all(collectors.map(({ caughtUp }) => caughtUp));
    await untilConsumers(connection, 1);
    await append(writer.store("t"), 51, 150);
    const log = await store.readAll().toArray();
    for (const [i, collector] of collectors.entries()) {
      const [options, isWanted, from] = rows[i % rows.length]!;
      const wanted = log.filter(isWanted).map(({ data }) => data as number).filter((n) => n >= from);
      assertEquals(await collector.until(wanted.length), wanted, JSON.stringify(options));
    }
    await Promise.all(collectors.map((collector) => collector.close()));
    await untilConsumers(connection, 1);
    await whole.close();
    await untilNoConsumers(connection, "t_events");
  }, { version });

  await testOnServer(
    "LiveFeeds uses the consumer of the whole log for filters beyond MAX_FILTERED_FEEDS",
    async ({ connect }) => {
      const connection = await connect();
      await using backend = await jetstream({ connection });
      const store = backend.store("t");
      const actors = Array.from({ length: MAX_FILTERED_FEEDS + 5 }, (_, i) => `a.${i}`);
      const collectors: Collector[] = [];
      for (const [i, actor] of actors.entries()) {
        collectors.push(new Collector(store.subscribe({ actors: actor })));
        await collectors.at(-1)!.caughtUp;
        await untilConsumers(connection, Math.min(i, MAX_FILTERED_FEEDS) + 1);
      }
      await append(store, 1, 90, actors);
      for (const [i, collector] of collectors.entries()) {
        const wanted = countUp(1, 90).filter((n) => n % actors.length === i);
        assertEquals(await collector.until(wanted.length), wanted, actors[i]);
      }
      await Promise.all(collectors.map((collector) => collector.close()));
      await untilNoConsumers(connection, "t_events");
    },
    { version },
  );

  await testOnServer(
    "LiveFeed delivers every event to a slow subscription, which delays no other",
    async ({ connect }) => {
      const connection = await connect();
      await using writer = await jetstream({ connection, timeout: 60_000 });
      await using backend = await jetstream({ connection: await connect() });
      const store = backend.store("t");
      const slow = store.subscribe();
      const slowByActor = store.subscribe({ actors: "slow" });
      const fast = [{}, { after: "now" }, { types: ["Odd", "Even"] }].map((options) =>
        new Collector(store.subscribe(options as SubscribeOptions))
      );
      await Promise.all([slow.caughtUp, slowByActor.caughtUp, ...fast.map(({ caughtUp }) => caughtUp)]);
      // More than three times the buffer of a feed.
      const COMMITS = 3_500;
      const appended = countUp(1, COMMITS);
      await append(writer.store("t"), 1, 1, ["slow"]);
      for (let n = 1; n < COMMITS; n += 100) {
        const some = appended.slice(n, n + 100);
        await Promise.all(some.map((k) => append(writer.store("t"), k, k, [`a.${k % 100}`])));
      }
      await append(writer.store("t"), COMMITS + 1, COMMITS + 1, ["slow"]);
      const log = (await store.readAll().toArray()).map(({ data }) => data as number);
      assertEquals(log.length, COMMITS + 1);
      for (const collector of fast) assertEquals(await collector.until(log.length), log);
      const delayed = [new Collector(slow), new Collector(slowByActor)] as const;
      assertEquals(await delayed[0].until(log.length), log);
      assertEquals(await delayed[1].until(2), [1, COMMITS + 1]);
      // The slow subscriptions have joined the feed again.
      await untilConsumers(connection, 1);
      await append(writer.store("t"), 4_000, 4_000, ["slow"]);
      assertEquals(await delayed[0].until(log.length + 1), [...log, 4_000]);
      assertEquals(await delayed[1].until(3), [1, COMMITS + 1, 4_000]);
    },
    { version },
  );

  await testOnServer(
    "LiveFeed continues when its consumer is deleted and when the server restarts",
    async ({ server, connect }) => {
      await using backend = await jetstream({ connection: await connect(lasting) });
      const store = backend.store("t");
      const collectors = Array.from(
        { length: 12 },
        (_, i) => new Collector(store.subscribe(i % 2 ? { actors: "a.*" } : {})),
      );
      await Promise.all(collectors.map(({ caughtUp }) => caughtUp));
      await append(store, 1, 20);
      const admin = await connect();
      for (const name of await consumerNames(admin, "t_events")) await ask(admin, `CONSUMER.DELETE.t_events.${name}`);
      await append(store, 21, 40);
      await admin.close();
      await server.restart();
      await using second = await jetstream({ connection: await connect() });
      await append(second.store("t"), 41, 60);
      for (const [i, collector] of collectors.entries()) {
        const wanted = countUp(1, 60).filter((n) => i % 2 === 0 || n % 4 < 2);
        assertEquals(await collector.until(wanted.length), wanted, `subscription ${i}`);
      }
    },
    { version },
  );
}

await testOnServer(
  "LiveFeed fails only the subscriptions that want a missing commit",
  async ({ server, connect }) => {
    const connection = await connect();
    await makePurgeableLog(connection);
    await using writer = await jetstream({ connection });
    await using proxy = new TcpProxy(server.port);
    await using backend = await jetstream({ connection: await connect({ ...lasting, servers: proxy.url }) });
    const store = backend.store("t");
    const whole = new Collector(store.subscribe());
    await whole.caughtUp;
    const byActor = new Collector(store.subscribe({ actors: "b" }));
    await byActor.caughtUp;
    await untilConsumers(connection, 1);
    await append(writer.store("t"), 1, 4, ["a", "b"]);
    await Promise.all([whole.until(4), byActor.until(2)]);
    proxy.loseAnswers();
    await append(writer.store("t"), 5, 8, ["c"]);
    await ask(connection, "STREAM.MSG.DELETE.t_events", { seq: 6 });
    await append(writer.store("t"), 9, 10, ["a", "b"]);
    proxy.cut();
    const error = await whole.failure;
    assert(isAetherError(error, "events-expired"), String(error));
    assertEquals(whole.data, [1, 2, 3, 4, 5]);
    assertEquals(await byActor.until(3), [1, 3, 9]);
  },
);

await testOnServer(
  "LiveFeed fails only the subscriptions that want an unreadable message",
  async ({ connect }) => {
    const connection = await connect();
    await using backend = await jetstream({ connection });
    const store = backend.store("t");
    const whole = new Collector(store.subscribe());
    await whole.caughtUp;
    const [a, b] = ["a", "b"].map((actors) => new Collector(store.subscribe({ actors }))) as [Collector, Collector];
    await Promise.all([a.caughtUp, b.caughtUp]);
    await untilConsumers(connection, 1);
    await append(store, 1, 2, ["a", "b"]);
    await connection.request("aether.log.t.12.a", "of another program", { timeout: 60_000 });
    await append(store, 3, 3, ["b"]);
    const rows: [collector: Collector, data: number[]][] = [[whole, [1, 2]], [a, [2]]];
    for (const [collector, data] of rows) {
      const error = await collector.failure;
      assert(isAetherError(error, "corrupt-data"), String(error));
      assertEquals(collector.data, data);
    }
    assertEquals(await b.until(2), [1, 3]);
  },
);

await testOnServer(
  "Subscriber delivers a commit that is stored while it reads the end of the log",
  async ({ connect }) => {
    await using writer = await jetstream({ connection: await connect() });
    const written = writer.store("t");
    const connection = await connect();
    let hasConsumer = false;
    let appended: Promise<void> | undefined;
    const delaying = withMethod(connection, "publish", (...args) => {
      hasConsumer ||= args[0].includes("CONSUMER.CREATE") && args[0].endsWith(".quiet");
      if (!hasConsumer || args[0] !== "$JS.API.STREAM.INFO.t_events") return connection.publish(...args);
      // The commit is stored before the server gets the request for the end of the log.
      appended ??= append(written, 5_000, 5_000, ["quiet"]);
      void appended.then(() => connection.publish(...args));
    });
    await using backend = await jetstream({ connection: delaying });
    const store = backend.store("t");
    const whole = new Collector(store.subscribe({ after: "now" }));
    await whole.caughtUp;
    await append(written, 1, 1, ["quiet"]);
    // The feed drops the first commit from its buffer, so that the next subscription reads it with its own consumer.
    for (let n = 2; n < 2_500; n += 100) {
      await Promise.all(countUp(n, n + 99).map((k) => append(written, k, k, [`a.${k % 100}`])));
      await whole.until(n + 99);
    }
    const quiet = new Collector(store.subscribe({ actors: "quiet" }));
    assertEquals(await quiet.until(2), [1, 5_000]);
    await append(written, 5_001, 5_001, ["quiet"]);
    assertEquals(await quiet.until(3), [1, 5_000, 5_001]);
  },
);
