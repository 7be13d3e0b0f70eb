/**
 * A handler takes 2 ms for each event. 16 lanes of one consumer are compared with 16 durable pull consumers of the
 * server, one for each partition, with `max_ack_pending` 1. Both handle the events of an actor one after the other.
 */
import { AckPolicy, jetstreamManager } from "@nats-io/jetstream";
import { consume } from "../../consumers.ts";
import { PARTITIONS } from "../../adapter.ts";
import { type AsyncCandidate, measureAsync } from "../measure.ts";
import { makeEvent } from "../jetstream/make_event.ts";
import { microseconds } from "../jetstream/microseconds.ts";
import type { Fixture } from "../jetstream/fixture.ts";
import type { Row } from "../report.ts";
import type { Scale } from "../scale.ts";

const NAMESPACE = "handled";
const WORK_MS = 2;
const ACTORS = 200;

const work = () => new Promise<void>((resolve) => setTimeout(resolve, WORK_MS));

/** See the top of this file. */
export async function* benchHandlers(
  { backend, js, connection }: Fixture,
  scale: Scale,
): AsyncGenerator<Row, void, void> {
  const store = backend.store(NAMESPACE);
  const commits = scale.count(3_000);
  for (let i = 0; i < commits; i++) {
    await store.append(`order.${i % ACTORS}`, [makeEvent(i)], { expectedVersion: "any" });
  }
  const lanes: AsyncCandidate<string> = {
    name: "lanes",
    operations: commits,
    prepare: (round) => `work-${round}`,
    async run(name) {
      let sum = 0;
      const all = Promise.withResolvers<void>();
      const consumer = await consume(store, { name, order: "actor" }, async () => {
        await work();
        if (++sum === commits) all.resolve();
      });
      await all.promise;
      await consumer.close();
      return sum;
    },
  };
  const manager = await jetstreamManager(connection);
  const stream = `${NAMESPACE}_events`;
  const durables: AsyncCandidate<readonly string[]> = {
    name: "durables",
    operations: commits,
    async prepare(round) {
      const names = Array.from({ length: PARTITIONS }, (_, partition) => `durable-${round}-${partition}`);
      for (const [partition, name] of names.entries()) {
        await manager.consumers.add(stream, {
          durable_name: name,
          ack_policy: AckPolicy.Explicit,
          max_ack_pending: 1,
          filter_subject: `aether.log.${NAMESPACE}.${partition}.>`,
        });
      }
      return names;
    },
    async run(names) {
      let sum = 0;
      const all = Promise.withResolvers<void>();
      const running = await Promise.all(names.map(async (name) => {
        const messages = await (await js.consumers.get(stream, name)).consume();
        const done = (async () => {
          for await (const message of messages) {
            await work();
            message.ack();
            if (++sum === commits) all.resolve();
          }
        })();
        return { messages, done };
      }));
      await all.promise;
      for (const { messages, done } of running) {
        await messages.close();
        await done;
      }
      return sum;
    },
  };
  const measured = await measureAsync(scale.rounds(3), [lanes, durables]);
  yield {
    group: "consume with a handler of 2 ms",
    name: "16 lanes vs 16 durable consumers with max_ack_pending 1",
    measured: measured.timeRatio("durables", "lanes"),
    unit: "x",
    reach: 1.2,
    stretch: 1.5,
    note: `${microseconds(measured, "lanes")}, reference ${microseconds(measured, "durables")} µs an event`,
  };
}
