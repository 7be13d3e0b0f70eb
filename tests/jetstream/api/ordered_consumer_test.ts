/** Reads and subscriptions whose consumer is created late, cannot deliver, or is deleted. */
import type { EventStore } from "@flowmade-one/aether";
import { jetstream } from "@flowmade-one/aether/jetstream";
import { assert, assertEquals } from "@std/assert";
import { poll } from "../../../tools/nats/poll.ts";
import { NATS_SERVER_VERSIONS } from "../../../tools/nats_server.ts";
import { ask, consumerNames, untilNoConsumers } from "../_support/ask_server.ts";
import { codeOf } from "../_support/failure_of.ts";
import { TcpProxy } from "../_support/tcp_proxy.ts";
import { testOnServer } from "../_support/test_server.ts";

const event = [{ type: "T", data: {} }];

/** Number of commits: more than the adapter reads by direct gets, so that a read creates a consumer. */
const COMMITS = 1_200;

async function fill(store: EventStore): Promise<void> {
  for (let i = 0; i < COMMITS; i++) await store.append("a", event, { expectedVersion: i });
}

for (const version of NATS_SERVER_VERSIONS) {
  await testOnServer(
    "readAll() is complete if the server creates a consumer slowly",
    async ({ server, connect }) => {
      await using writer = await jetstream({ connection: await connect() });
      await fill(writer.store("t"));
      await using proxy = new TcpProxy(server.port);
      const connection = await connect({ servers: proxy.url, reconnectTimeWait: 10, maxReconnectAttempts: -1 });
      await using backend = await jetstream({ connection, timeout: 180_000 });
      const store = backend.store("t");
      for (const read of [() => store.read("a"), () => store.readAll()]) {
        /** Number of requests that create a consumer. */
        let created = 0;
        proxy.onRequest = (text) => {
          if (text.includes("CONSUMER.CREATE") && created++ === 0) proxy.holdAnswers(3_500);
        };
        assertEquals((await read().toArray()).length, COMMITS);
        assertEquals(created, 1);
      }
    },
    { version },
  );

  await testOnServer(
    "readAll() fails if its log is deleted meanwhile, and does not end early",
    async ({ connect }) => {
      const connection = await connect();
      await using writer = await jetstream({ connection });
      await using backend = await jetstream({ connection, timeout: 2_000 });
      for (const isReadAll of [true, false]) {
        const store = backend.store(`t${isReadAll}`);
        await fill(writer.store(`t${isReadAll}`));
        const reading = (async () => {
          let count = 0;
          for await (const _ of isReadAll ? store.readAll() : store.read("a")) {
            if (++count === 2) await ask(connection, `STREAM.DELETE.t${isReadAll}_events`);
          }
        })();
        assertEquals(await codeOf(reading), "unavailable");
      }
    },
    { version },
  );

  await testOnServer(
    "readAll() and subscribe() fail for a NATS user without permission to receive deliveries",
    async ({ connect }) => {
      const root = await connect({ user: "root", pass: "p" });
      await using writer = await jetstream({ connection: root });
      await fill(writer.store("t"));
      await using backend = await jetstream({ connection: await connect({ user: "some", pass: "p" }) });
      const store = backend.store("t");
      assertEquals(await codeOf(store.read("a").toArray()), "unsupported-storage");
      assertEquals(await codeOf(store.readAll().toArray()), "unsupported-storage");
      const subscription = store.subscribe();
      subscription.caughtUp.catch(() => {});
      assertEquals(await codeOf(Array.fromAsync(subscription)), "unsupported-storage");
      await backend.close();
      await untilNoConsumers(root, "t_events");
    },
    {
      version,
      config: `accounts { A { jetstream: enabled, users: [
      { user: root, password: p }
      { user: some, password: p, permissions: { publish: ">", subscribe: ["_INBOX.*", "_INBOX.*.*"] } }
    ] } }`,
    },
  );

  await testOnServer("subscribe() to an empty log continues when its stream is deleted", async ({ connect }) => {
    const connection = await connect();
    await using backend = await jetstream({ connection });
    const store = backend.store("t");
    await using subscription = store.subscribe();
    const iterator = subscription[Symbol.asyncIterator]();
    const first = iterator.next();
    await subscription.caughtUp;
    const hasConsumer = async () => (await consumerNames(connection, "t_events")).length > 0;
    assert(await poll(hasConsumer));
    await ask(connection, "STREAM.DELETE.t_events");
    // The subscription has noticed the deletion, and the adapter has created the stream again.
    assert(await poll(hasConsumer));
    await store.append("a", event, { expectedVersion: 0 });
    assertEquals((await first).value?.version, 1);
  }, { version });

  await testOnServer("subscribe() fails with unknown-position when its log is deleted", async ({ connect }) => {
    const connection = await connect();
    await using backend = await jetstream({ connection });
    const store = backend.store("t");
    await store.append("a", event, { expectedVersion: 0 });
    const following = (async () => {
      for await (const _ of store.subscribe()) await ask(connection, "STREAM.DELETE.t_events");
    })();
    assertEquals(await codeOf(following), "unknown-position");
  }, { version });
}
