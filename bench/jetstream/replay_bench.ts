/**
 * A log of 100,000 one-event commits is read from its beginning to its end. The reference is the ordered push consumer of
 * nats.js over the same stream, which looks at nothing in the messages; a read parses headers and body of each, freezes
 * the event, and checks that none is missing.
 */
import { type AsyncCandidate, measureAsync } from "../measure.ts";
import type { Row } from "../report.ts";
import type { Scale } from "../scale.ts";
import { microseconds } from "./microseconds.ts";
import type { Scene } from "./scene.ts";

/** See the top of this file. */
export async function* benchReplay(
  { backend, js }: Scene,
  namespace: string,
  commits: number,
  scale: Scale,
): AsyncGenerator<Row, void, void> {
  const store = backend.store(namespace);
  const common = { operations: commits, prepare: () => 0 };

  const forAwait: AsyncCandidate = {
    ...common,
    name: "for await",
    async run() {
      let sum = 0;
      for await (const event of store.readAll()) sum += event.version > 0 ? 1 : 0;
      return sum;
    },
  };
  const collect: AsyncCandidate = {
    ...common,
    name: "collect()",
    run: async () => (await store.readAll().collect()).length,
  };
  const ordered: AsyncCandidate = {
    ...common,
    name: "ordered",
    async run() {
      const consumer = await js.consumers.getPushConsumer(`${namespace}_events`);
      const all = Promise.withResolvers<void>();
      let sum = 0;
      const messages = await consumer.consume({ callback: () => void (++sum === commits && all.resolve()) });
      await all.promise;
      await messages.close();
      return sum;
    },
  };
  const measured = await measureAsync(scale.rounds(9), [forAwait, collect, ordered]);
  for (const [name, reach] of [["for await", 0.8], ["collect()", undefined]] as const) {
    yield {
      group: "replay 100,000 one-event commits",
      name: `${name} vs an ordered push consumer of nats.js, not decoded`,
      measured: measured.timeRatio("ordered", name),
      unit: "x",
      reach,
      note: `${microseconds(measured, name)}, reference ${microseconds(measured, "ordered")} µs an event`,
    };
  }
}
