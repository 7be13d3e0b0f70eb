import { jetstream } from "@flowmade-one/aether/jetstream";
import { assert, assertEquals } from "@std/assert";
import { poll } from "../../../tools/nats/poll.ts";
import { NATS_SERVER_VERSIONS } from "../../../tools/nats_server.ts";
import { testOnServer } from "../_support/test_server.ts";

const made = [{ type: "Made", data: 0 }];

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
      const becomes = async (state: string) => {
        assert(await poll(() => Promise.resolve(subscription.state === state)), `it is ${subscription.state}`);
      };
      assertEquals(subscription.state, "live");
      await server.stop();
      await becomes("reconnecting");
      await server.restart();
      await becomes("live");
      await store.append("a", made, { expectedVersion: 1 });
      assertEquals((await next).value?.version, 2);
      await subscription.close();
      assertEquals(subscription.state, "ended");
    },
    { version },
  );
}
