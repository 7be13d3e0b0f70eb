import { jetstream } from "@flowmade-one/aether/jetstream";
import type { SubscribeOptions } from "@flowmade-one/aether";
import { assert, assertEquals } from "@std/assert";
import type { NatsConnection } from "@nats-io/transport-node";
import { Collector } from "../_support/collector.ts";
import { consumerNames, untilNoConsumers } from "../_support/ask_server.ts";
import { testOnServer } from "../_support/test_server.ts";
import { withMethod } from "../_support/with_method.ts";

const SUBSCRIPTIONS = 5_000;
/** Number of actors. Each gets one commit before the subscriptions begin, and one after. */
const ACTORS = 20;

/** Maximum number of consumers: far below the 1,000 that a server allows a stream by default. */
const MAX_CONSUMERS = 50;

/**
 * Wraps a connection, and counts the consumers that are created and deleted through it. `peak` returns the greatest
 * number of consumers that existed at the same time.
 */
function countConsumers(
  connection: NatsConnection,
): { readonly connection: NatsConnection; readonly peak: () => number } {
  let [now, peak] = [0, 0];
  const publish = (...args: Parameters<NatsConnection["publish"]>) => {
    if (args[0].startsWith("$JS.API.CONSUMER.CREATE.")) peak = Math.max(peak, ++now);
    if (args[0].startsWith("$JS.API.CONSUMER.DELETE.")) now--;
    return connection.publish(...args);
  };
  const counted = withMethod(connection, "publish", publish);
  return { connection: counted, peak: () => peak };
}

await testOnServer(
  "subscribe() serves 5,000 subscriptions of one namespace at the same time, on a server with default limits",
  async ({
    connect,
  }) => {
    const admin = await connect();
    await using writer = await jetstream({ connection: await connect(), timeout: 120_000 });
    const { connection, peak } = countConsumers(await connect());
    const backend = await jetstream({ connection, timeout: 120_000 });
    const store = backend.store("t");
    const append = async (expectedVersion: number) => {
      for (let i = 0; i < ACTORS; i++) {
        const data = expectedVersion * ACTORS + i;
        await writer.store("t").append(`a.${i}`, [{ type: "T", data }], { expectedVersion });
      }
    };
    await append(0);
    const kinds: [options: (i: number) => SubscribeOptions, wanted: (i: number) => number[]][] = [
      [() => ({ after: "now" }), () => Array.from({ length: ACTORS }, (_, i) => ACTORS + i)],
      [() => ({}), () => Array.from({ length: 2 * ACTORS }, (_, i) => i)],
      [(i) => ({ actors: `a.${i % ACTORS}` }), (i) => [i % ACTORS, ACTORS + i % ACTORS]],
      [(i) => ({ actors: `a.${i % ACTORS}`, after: "now" }), (i) => [ACTORS + i % ACTORS]],
    ];
    const kindOf = (i: number) => kinds[i % kinds.length]!;
    const collectors = Array.from({ length: SUBSCRIPTIONS }, (_, i) => new Collector(store.subscribe(kindOf(i)[0](i))));
    await Promise.all(collectors.map(({ caughtUp }) => caughtUp));
    await append(1);
    for (const [i, collector] of collectors.entries()) {
      const wanted = kindOf(i)[1](i);
      assertEquals(await collector.until(wanted.length), wanted, `subscription ${i}`);
    }
    assert(peak() <= MAX_CONSUMERS, `${peak()} consumers at the same time`);
    assert((await consumerNames(admin, "t_events")).length <= MAX_CONSUMERS);
    await backend.close();
    await untilNoConsumers(admin, "t_events");
  },
);
