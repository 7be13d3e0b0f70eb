/**
 * A log of 100,000 one-event commits is read from its beginning to its end. Three references read the same stream with
 * the ordered push consumer of nats.js. The limit does not decode the messages. The second reference does the minimum
 * for frozen JSON: it decodes, parses and freezes each body. The third reference is the fair one: it makes the same
 * recorded events by hand, from headers, subject and body, and freezes them. A read of the store also checks all of
 * these, and that no message is missing.
 */
import type { JsMsg } from "@nats-io/jetstream";
import type { RecordedEvent } from "../../mod.ts";
import { type AsyncCandidate, measureAsync } from "../measure.ts";
import type { Row } from "../report.ts";
import type { Scale } from "../scale.ts";
import { microseconds } from "./microseconds.ts";
import { deepFreeze, recordedByHand } from "./recorded_by_hand.ts";
import type { Fixture } from "./fixture.ts";

/** See the top of this file. */
export async function* benchReplay(
  { backend, js }: Fixture,
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
  let first: RecordedEvent | undefined;
  const byHand = consume("by hand", (message) => {
    const events = recordedByHand(message, namespace);
    first ??= events[0];
    return events.length;
  });
  const measured = await measureAsync(scale.rounds(7), [forAwait, toArray, ordered, parsed, byHand]);
  const [stored] = await store.readAll({ limit: 1 }).toArray();
  if (JSON.stringify(first) !== JSON.stringify(stored)) {
    throw new Error("Cannot compare: the event made by hand differs from the stored event");
  }
  const row = (name: string, reference: string, work: string, reach?: number, stretch?: number): Row => ({
    group: "replay 100,000 one-event commits",
    name: `${name} vs an ordered push consumer of nats.js, ${work}`,
    measured: measured.timeRatio(reference, name),
    unit: "x",
    reach,
    stretch,
    note: `${microseconds(measured, name)}, reference ${microseconds(measured, reference)} µs an event`,
  });
  yield row("for await", "by hand", "the same events made by hand", 1, 1.1);
  yield row("toArray()", "by hand", "the same events made by hand");
  yield row("for await", "parsed", "bodies parsed and frozen");
  yield row("for await", "ordered", "not decoded");
  yield row("toArray()", "ordered", "not decoded");
}
