/**
 * A new consumer handles a log of 40,000 one-event commits with a handler that does nothing, joining and closing included.
 * The reference is the ordered push consumer of nats.js over the same stream, which decodes no message.
 */
import { consume } from "../../consumers.ts";
import { type AsyncCandidate, measureAsync } from "../measure.ts";
import type { Row } from "../report.ts";
import type { Scale } from "../scale.ts";
import { microseconds } from "../jetstream/microseconds.ts";
import type { Scene } from "../jetstream/scene.ts";

/** See the top of this file. */
export async function* benchThroughput(
  { backend, js }: Scene,
  namespace: string,
  commits: number,
  scale: Scale,
): AsyncGenerator<Row, void, void> {
  const store = backend.store(namespace);
  const consuming = (order: "log" | "actor"): AsyncCandidate<string> => ({
    name: order,
    operations: commits,
    prepare: (round) => `${order}-${round}`,
    async run(name) {
      let sum = 0;
      const all = Promise.withResolvers<void>();
      const consumer = await consume(store, { name, order }, () => {
        if (++sum === commits) all.resolve();
      });
      await all.promise;
      await consumer.close();
      return sum;
    },
  });
  const ordered: AsyncCandidate = {
    name: "ordered",
    operations: commits,
    prepare: () => 0,
    async run() {
      const consumer = await js.consumers.getPushConsumer(`${namespace}_events`);
      const all = Promise.withResolvers<void>();
      let sum = 0;
      const messages = await consumer.consume({
        callback: () => {
          if (++sum === commits) all.resolve();
        },
      });
      await all.promise;
      await messages.close();
      return sum;
    },
  };
  const measured = await measureAsync(scale.rounds(5), [consuming("log"), consuming("actor"), ordered]);
  const rows = [["log", "1 lane", 0.6], ["actor", "16 lanes", 0.5]] as const;
  for (const [order, lanes, reach] of rows) {
    yield {
      group: "consume 40,000 one-event commits",
      name: `${lanes} vs an ordered push consumer of nats.js, not decoded`,
      measured: measured.timeRatio("ordered", order),
      unit: "x",
      reach,
      stretch: 0.9,
      note: `${microseconds(measured, order)}, reference ${microseconds(measured, "ordered")} µs an event`,
    };
  }
}
