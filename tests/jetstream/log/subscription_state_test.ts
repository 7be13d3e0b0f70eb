import type { RecordedEvent, Subscription, SubscriptionState } from "@flowmade-one/aether";
import { jetstream } from "@flowmade-one/aether/jetstream";
import { assert, assertEquals } from "@std/assert";
import type { NatsConnection } from "@nats-io/transport-node";
import { poll } from "../../../tools/nats/poll.ts";
import { NATS_SERVER_VERSIONS } from "../../../tools/nats_server.ts";
import { ask, consumerNames } from "../_support/ask_server.ts";
import { HeldConnection } from "../_support/held_connection.ts";
import { testOnServer } from "../_support/test_server.ts";

const made = [{ type: "Made", data: 0 }];

/** Waits until a subscription has the given state, and fails if the state is another one at the end of the wait. */
async function untilState(subscription: Subscription<RecordedEvent>, state: SubscriptionState): Promise<void> {
  assert(
    await poll(() => Promise.resolve(subscription.state === state)),
    `the state is ${subscription.state}, not ${state}`,
  );
}

/** Deletes the consumers of a stream, as an operator does. */
async function deleteConsumers(connection: NatsConnection, stream: string): Promise<void> {
  for (const name of await consumerNames(connection, stream)) {
    await ask(connection, `CONSUMER.DELETE.${stream}.${name}`);
  }
}

for (const version of NATS_SERVER_VERSIONS) {
  await testOnServer(
    "Subscription.state is reconnecting while the server is away, then live again",
    async ({ server, connect }) => {
      const connection = await connect({ reconnectTimeWait: 20, maxReconnectAttempts: -1 });
      await using backend = await jetstream({ connection });
      const store = backend.store("t");
      await store.append("a", made, { expectedVersion: 0 });
      await using subscription = store.subscribe();
      const events = subscription[Symbol.asyncIterator]();
      assertEquals([(await events.next()).value?.version, subscription.state], [1, "catching-up"]);
      const next = events.next();
      await subscription.caughtUp;
      assertEquals(subscription.state, "live");
      await server.stop();
      await untilState(subscription, "reconnecting");
      await server.restart();
      await untilState(subscription, "live");
      await store.append("a", made, { expectedVersion: 1 });
      assertEquals((await next).value?.version, 2);
      await subscription.close();
      assertEquals(subscription.state, "ended");
    },
    { version },
  );

  await testOnServer(
    "Subscription.state is reconnecting after its JetStream consumer was deleted, until another one is created",
    async ({ connect }) => {
      const held = new HeldConnection(await connect());
      const operator = await connect();
      await using backend = await jetstream({ connection: held.connection });
      const store = backend.store("t");
      await store.append("a", made, { expectedVersion: 0 });
      // A subscription of the whole log, and one that filters by actors.
      for (const actors of [undefined, "a"]) {
        await using subscription = store.subscribe({ actors, after: "now" });
        const events = subscription[Symbol.asyncIterator]();
        const next = events.next();
        await subscription.caughtUp;
        assertEquals(subscription.state, "live");
        const hold = held.hold("$JS.API.CONSUMER.CREATE.");
        await deleteConsumers(operator, "t_events");
        await hold.reached;
        assertEquals(subscription.state, "reconnecting");
        const { version } = await store.append("a", made, { expectedVersion: "any" });
        hold.release();
        assertEquals((await next).value?.version, version);
        assertEquals(subscription.state, "live");
      }
    },
    { version },
  );

  await testOnServer(
    "Subscription.state is reconnecting after a restart of the server until its consumer is created again",
    async ({ server, connect }) => {
      const held = new HeldConnection(await connect({ reconnectTimeWait: 20, maxReconnectAttempts: -1 }));
      await using backend = await jetstream({ connection: held.connection });
      const store = backend.store("t");
      await store.append("a", made, { expectedVersion: 0 });
      await using subscription = store.subscribe({ after: "now" });
      const next = subscription[Symbol.asyncIterator]().next();
      await subscription.caughtUp;
      const hold = held.hold("$JS.API.CONSUMER.CREATE.");
      await server.stop();
      await untilState(subscription, "reconnecting");
      await server.restart();
      // The connection is up when the adapter asks for a consumer.
      await hold.reached;
      assertEquals(subscription.state, "reconnecting");
      hold.release();
      await untilState(subscription, "live");
      const { version } = await store.append("a", made, { expectedVersion: 1 });
      assertEquals((await next).value?.version, version);
    },
    { version },
  );
}
