import { jetstream } from "@flowmade-one/aether/jetstream";
import { assert, assertEquals } from "@std/assert";
import { NATS_SERVER_VERSIONS } from "../../../tools/nats_server.ts";
import {
  ask,
  consumerNames,
  countSubscriptions,
  untilNoConsumers,
  untilSubscriptions,
} from "../_support/ask_server.ts";
import { codeOf } from "../_support/failure_of.ts";
import { makePurgeableLog } from "../_support/purgeable_log.ts";
import { retryTransient } from "../_support/retry_transient.ts";
import { taker } from "../_support/taker.ts";
import { TcpProxy } from "../_support/tcp_proxy.ts";
import { testOnServer } from "../_support/test_server.ts";
import { withMethod } from "../_support/with_method.ts";

const event = (data: unknown) => [{ type: "T", data: data as string }];

for (const version of NATS_SERVER_VERSIONS) {
  await testOnServer(
    "Subscription.close() and an abort leave no consumer and no subscription",
    async ({ server, connect }) => {
      const connection = await connect();
      const admin = await connect();
      // More than a thousand appends to one actor wait for each other.
      const backend = await jetstream({ connection, timeout: 60_000 });
      const store = backend.store("t");
      for (let i = 0; i < 3; i++) await store.append(`a.${i}`, event(i), { expectedVersion: 0 });
      const before = await countSubscriptions(server.monitoringUrl, connection);
      const controller = new AbortController();
      const subscriptions = [
        store.subscribe(),
        store.subscribe({ actors: "a.*" }),
        store.subscribe({ after: "now" }),
        store.subscribe({ signal: controller.signal }),
      ];
      // Each log has 3 events. A subscription has caught up when its reader asks for the fourth.
      const taking = subscriptions.slice(0, 2).map((subscription) => taker(subscription)(4));
      const aborted = codeOf(Array.fromAsync(subscriptions[3]!));
      await Promise.all(subscriptions.map(({ caughtUp }) => caughtUp));
      const during = (await consumerNames(admin, "t_events")).length;
      assert(during >= 1 && during <= 4, `${during} consumers`);
      controller.abort();
      assertEquals(await aborted, "aborted");
      await Promise.all(subscriptions.slice(0, 3).map((subscription) => subscription.close()));
      await Promise.all(taking);
      await untilNoConsumers(admin, "t_events");
      await untilSubscriptions(server.monitoringUrl, connection, before);

      // Backend.close() ends open subscriptions and unfinished long reads.
      for (let i = 0; i < 1_200; i++) void store.append("b", event(i), { expectedVersion: "any" });
      await store.append("b", event("last"), { expectedVersion: "any" });
      const { caughtUp } = store.subscribe({ after: "now" });
      await caughtUp;
      const reading = store.read("b")[Symbol.asyncIterator]();
      for (let i = 0; i < 1_100; i++) await reading.next();
      assert((await consumerNames(admin, "t_events")).length >= 1);
      await backend.close();
      await untilNoConsumers(admin, "t_events");
      await untilSubscriptions(server.monitoringUrl, connection, 0);
    },
    { version },
  );

  await testOnServer(
    "subscribe() continues without gap or repeat when its consumer is deleted",
    async ({ connect }) => {
      const connection = await connect();
      await using backend = await jetstream({ connection });
      const store = backend.store("t");
      await using subscription = store.subscribe();
      const take = taker(subscription);
      const versions: number[] = [];
      for (let round = 0; round < 2; round++) {
        for (let i = 0; i < 20; i++) await store.append("a", event(i), { expectedVersion: "any" });
        versions.push(...(await take(20)).map(({ version }) => version));
        for (const name of await consumerNames(connection, "t_events")) {
          await ask(connection, `CONSUMER.DELETE.t_events.${name}`);
        }
      }
      assertEquals(versions, Array.from({ length: 40 }, (_, i) => i + 1));
    },
    { version },
  );

  await testOnServer(
    "subscribe() continues without gap or repeat over a restart of the server",
    async ({ server, connect }) => {
      const connection = await connect({ reconnectTimeWait: 20, maxReconnectAttempts: -1 });
      await using backend = await jetstream({ connection });
      const store = backend.store("t");
      await using subscription = store.subscribe({ actors: "a" });
      const take = taker(subscription);
      for (let i = 0; i < 5; i++) await store.append("a", event(i), { expectedVersion: i });
      const versions = (await take(5)).map(({ version }) => version);
      await server.restart();
      const second = await jetstream({ connection: await connect() });
      for (let i = 5; i < 10; i++) await second.store("t").append("a", event(i), { expectedVersion: i });
      versions.push(...(await take(5)).map(({ version }) => version));
      assertEquals(versions, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
      await second.close();
    },
    { version },
  );

  await testOnServer(
    "append() and read() continue after a restart of the server",
    async ({ server, connect }) => {
      const connection = await connect({ reconnectTimeWait: 20, maxReconnectAttempts: -1 });
      await using backend = await jetstream({ connection });
      const store = backend.store("t");
      for (let i = 0; i < 5; i++) await store.append("a", event(i), { expectedVersion: i });
      await store.snapshots.put("a", { version: 5, schema: 1, eventId: "e", state: 5 });
      await server.kill9();
      await server.restart();
      await using second = await jetstream({ connection: await connect() });
      for (const each of [second, backend]) {
        assertEquals((await each.store("t").read("a").toArray()).map(({ data }) => data), [0, 1, 2, 3, 4]);
        assertEquals((await each.store("t").snapshots.latest("a"))?.state, 5);
      }
      assertEquals((await store.append("a", event(5), { expectedVersion: 5 })).version, 6);
    },
    { version },
  );
}

for (const version of NATS_SERVER_VERSIONS) {
  await testOnServer(
    "Subscription.caughtUp rejects if the server creates no consumer for later events",
    async ({ connect }) => {
      const connection = await connect();
      await makePurgeableLog(connection, "t", { max_consumers: 1 });
      await using backend = await jetstream({ connection });
      await using other = await jetstream({ connection: await connect() });
      await using first = backend.store("t").subscribe({ after: "now" });
      await first.caughtUp;
      assertEquals((await consumerNames(connection, "t_events")).length, 1);
      for (const options of [{ after: "now" }, { after: "now", actors: "a" }, {}] as const) {
        await using refused = other.store("t").subscribe(options);
        assertEquals(await codeOf(refused.caughtUp), "unsupported-storage", JSON.stringify(options));
      }
      await first.close();
      await using last = other.store("t").subscribe({ after: "now" });
      await last.caughtUp;
    },
    { version },
  );
}

await testOnServer("subscribe() filters by actor on the server", async ({ connect }) => {
  const connection = await connect();
  await using backend = await jetstream({ connection });
  const store = backend.store("t");
  await using subscription = store.subscribe({ actors: "order.*" });
  const take = taker(subscription);
  await store.append("order.1", event(1), { expectedVersion: 0 });
  await take(1);
  const [name] = await consumerNames(connection, "t_events");
  const { config } = await ask<{ config: { filter_subject: string } }>(connection, `CONSUMER.INFO.t_events.${name}`);
  assertEquals(config.filter_subject, "aether.log.t.*.order.*");
  const { inMsgs } = connection.stats();
  for (let i = 0; i < 50; i++) await store.append(`cart.${i}`, event(i), { expectedVersion: 0 });
  await store.append("order.2", event(2), { expectedVersion: 0 });
  assertEquals((await take(1))[0]?.actorId, "order.2");
  // Each append to a cart has two replies: that the actor has no commits, and the acknowledgement.
  assert(connection.stats().inMsgs - inMsgs < 110, `${connection.stats().inMsgs - inMsgs} messages`);
});

await testOnServer(
  "OrderedConsumer stops the server's delivery while its reader takes nothing",
  async ({ connect }) => {
    const writer = await jetstream({ connection: await connect() });
    const connection = await connect();
    await using backend = await jetstream({ connection });
    const data = "x".repeat(100_000);
    const COMMITS = 600;
    for (let i = 0; i < COMMITS; i++) await writer.store("t").append("a", event(data), { expectedVersion: i });
    await using subscription = backend.store("t").subscribe();
    const take = taker(subscription);
    await take(1);
    // The server sends the first part of 60 MB without further requests, within a round trip. It keeps the rest.
    for (let i = 0; i < 20; i++) await connection.flush();
    const received = connection.stats().inBytes;
    assert(received < 40_000_000, `${received} bytes`);
    const rest = await take(COMMITS - 1);
    assertEquals(rest.map(({ version }) => version), Array.from({ length: COMMITS - 1 }, (_, i) => i + 2));
    await writer.close();
  },
);

await testOnServer(
  "subscribe() of three backends delivers the same order without gap beside three writers",
  async ({ connect }) => {
    const backends = await Promise.all([1, 2, 3].map(async () => await jetstream({ connection: await connect() })));
    const subscriptions = backends.map((backend) => backend.store("t").subscribe());
    const following = subscriptions.map((subscription) => taker(subscription)(600));
    await Promise.all(backends.map(async (backend, i) => {
      for (let n = 0; n < 100; n++) {
        await backend.store("t").append(`a.${n % 7}`, [...event(i), ...event(n)], { expectedVersion: "any" });
      }
    }));
    const [first, ...others] = (await Promise.all(following)).map((events) => events.map(({ position }) => position));
    assertEquals(first, first!.toSorted());
    assertEquals(new Set(first).size, 600);
    for (const other of others) assertEquals(other, first);
    await Promise.all(backends.map((backend) => backend.close()));
  },
);

await testOnServer(
  "a filtered subscription of a log with retention survives an outage during any of its requests",
  async ({ server, connect }) => {
    await using writer = await jetstream({ connection: await connect(), retention: { maxCommits: 1_000 } });
    const written = writer.store("t");
    await written.append("a", event(0), { expectedVersion: 0 });
    await using proxy = new TcpProxy(server.port);
    const connection = await connect({ servers: proxy.url, reconnectTimeWait: 10, maxReconnectAttempts: -1 });
    await using backend = await jetstream({ connection, timeout: 200 });
    const { taken } = await retryTransient(async () => {
      const subscription = backend.store("t").subscribe({ actors: "a" });
      const taken = taker(subscription)(2);
      taken.catch(() => {});
      await subscription.caughtUp;
      return { taken };
    });
    const lost = Promise.withResolvers<void>();
    let lostRequests = 0;
    proxy.onRequest = (text) => {
      if (!text.includes("STREAM.INFO.t_events")) return;
      proxy.loseAnswers();
      // More requests than one operation has time for.
      if (++lostRequests > 8) lost.resolve();
    };
    await written.append("b", event(1), { expectedVersion: 0 });
    await written.append("a", event(2), { expectedVersion: 1 });
    await Promise.race([lost.promise, taken]);
    proxy.onRequest = () => {};
    proxy.cut();
    assertEquals((await taken).map(({ version }) => version), [1, 2]);
  },
);

await testOnServer("subscribe() waits until a server that is down has restarted", async ({ server, connect }) => {
  const connection = await connect({ reconnectTimeWait: 20, maxReconnectAttempts: -1 });
  await using backend = await jetstream({ connection, timeout: 200 });
  const store = backend.store("t");
  await retryTransient(() => store.append("a", event(1), { expectedVersion: 0, commitId: "c" }));
  await server.stop();
  await using subscription = store.subscribe();
  const taken = taker(subscription)(1);
  const aborting = new AbortController();
  const aborted = codeOf(Array.fromAsync(store.subscribe({ signal: aborting.signal })));
  const closing = store.subscribe();
  // Longer than the timeout of an operation.
  for (let i = 0; i < 3; i++) assertEquals(await codeOf(store.latestVersion("a")), "unavailable");
  aborting.abort();
  assertEquals(await aborted, "aborted");
  await closing.close();
  await server.restart();
  assertEquals((await taken).map(({ version }) => version), [1]);
});

await testOnServer(
  "subscribe() delivers every event of a log that it creates and that the server then briefly does not find",
  async (scene) => {
    const connection = await scene.connect();
    await using writer = await jetstream({ connection: await scene.connect() });
    let requests = 0;
    const lagging = withMethod(
      connection,
      "publish",
      (subject, payload, options) => {
        // The first request finds no log, which is then created. The second one finds none, as on a lagging server.
        const isHidden = subject === "$JS.API.STREAM.INFO.t_events" && ++requests === 2;
        connection.publish(isHidden ? "$JS.API.STREAM.INFO.missing" : subject, payload, options);
      },
    );
    await using backend = await jetstream({ connection: lagging });
    await using subscription = backend.store("t").subscribe();
    const taken = taker(subscription)(20);
    const actors = Array.from({ length: 20 }, (_, i) => `a.${i}`);
    for (const actorId of actors) await writer.store("t").append(actorId, event(0), { expectedVersion: 0 });
    assertEquals((await taken).map(({ actorId }) => actorId), actors);
    assert(requests > 2);
  },
);
