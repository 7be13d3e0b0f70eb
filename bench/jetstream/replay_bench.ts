/**
 * A log of 100,000 one-event commits is read from its beginning to its end. The reference is the ordered push consumer
 * of nats.js over the same stream, which does not read the messages. A read parses headers and body of each, freezes
 * the event, and checks that none is missing. The third candidate does the minimum for frozen JSON: it decodes, parses
 * and freezes each body.
 */
import type { JsMsg } from "@nats-io/jetstream";
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
  const toArray: AsyncCandidate = {
    ...common,
    name: "toArray()",
    run: async () => (await store.readAll().toArray()).length,
  };
  const consume = (name: string, take: (message: JsMsg) => number): AsyncCandidate => ({
    ...common,
    name,
    async run() {
      const consumer = await js.consumers.getPushConsumer(`${namespace}_events`);
      const all = Promise.withResolvers<void>();
      let sum = 0;
      const callback = (message: JsMsg) => {
        sum += take(message);
        if (sum === commits) all.resolve();
      };
      const messages = await consumer.consume({ callback });
      await all.promise;
      await messages.close();
      return sum;
    },
  });
  const ordered = consume("ordered", () => 1);
  const parsed = consume("parsed", (message) => deepFreeze(message.json<{ events: unknown[] }>()).events.length);
  const measured = await measureAsync(scale.rounds(7), [forAwait, toArray, ordered, parsed]);
  const row = (name: string, reference: "ordered" | "parsed", told: string, reach?: number): Row => ({
    group: "replay 100,000 one-event commits",
    name: `${name} vs an ordered push consumer of nats.js, ${told}`,
    measured: measured.timeRatio(reference, name),
    unit: "x",
    reach,
    note: `${microseconds(measured, name)}, reference ${microseconds(measured, reference)} µs an event`,
  });
  yield row("for await", "ordered", "not decoded", 0.8);
  yield row("toArray()", "ordered", "not decoded");
  yield row("for await", "parsed", "bodies parsed and frozen");
}

function deepFreeze<T extends object>(value: T): T {
  for (const child of Object.values(value)) if (typeof child === "object" && child !== null) deepFreeze(child);
  return Object.freeze(value);
}
