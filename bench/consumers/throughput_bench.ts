/**
 * A new consumer handles a log of 40,000 one-event commits with a handler that does nothing. Joining and closing are
 * part of the time. Three references read the same stream with the ordered push consumer of nats.js. The limit decodes
 * no message. The second reference parses and freezes each body. The third reference makes the same recorded events by
 * hand, calls the handler, and stores its position once a second and at the end.
 */
import type { JsMsg } from "@nats-io/jetstream";
import { consume } from "../../consumers.ts";
import { type AsyncCandidate, measureAsync } from "../measure.ts";
import type { Row } from "../report.ts";
import type { Scale } from "../scale.ts";
import { microseconds } from "../jetstream/microseconds.ts";
import { deepFreeze, recordedByHand } from "../jetstream/recorded_by_hand.ts";
import type { Fixture } from "../jetstream/fixture.ts";

/** The stream of the positions that the reference stores. */
const MARKS = "marks";
/** Milliseconds between two stored positions, as between two checkpoints of a consumer. */
const SAVE_EVERY_MS = 1_000;

/** See the top of this file. */
export async function* benchThroughput(
  { backend, js, addStream }: Fixture,
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
  const reading = (name: string, take: (message: JsMsg) => number, end?: () => Promise<void>): AsyncCandidate => ({
    name,
    operations: commits,
    prepare: () => 0,
    async run() {
      const consumer = await js.consumers.getPushConsumer(`${namespace}_events`);
      const all = Promise.withResolvers<void>();
      let sum = 0;
      const messages = await consumer.consume({
        callback: (message) => {
          sum += take(message);
          if (sum === commits) all.resolve();
        },
      });
      await all.promise;
      await messages.close();
      await end?.();
      return sum;
    },
  });
  await addStream(MARKS);
  let position = "";
  let savedAt = -Infinity;
  const save = async () => {
    savedAt = performance.now();
    await js.publish(`${MARKS}.lane`, position);
  };
  const handler = (event: unknown) => event;
  const byHand = (message: JsMsg) => {
    const events = recordedByHand(message, namespace);
    for (const event of events) handler(event);
    position = events.at(-1)!.position;
    if (performance.now() - savedAt >= SAVE_EVERY_MS) void save();
    return events.length;
  };
  const measured = await measureAsync(scale.rounds(5), [
    consuming("log"),
    consuming("actor"),
    reading("ordered", () => 1),
    reading("parsed", (message) => deepFreeze(message.json<{ events: unknown[] }>()).events.length),
    reading("by hand", byHand, save),
  ]);
  const references = [
    ["ordered", "not decoded"],
    ["parsed", "bodies parsed and frozen"],
    ["by hand", "the same events made by hand, with checkpoints"],
  ] as const;
  const rows = [["log", "1 lane", 0.6], ["actor", "16 lanes", 0.5]] as const;
  for (const [order, lanes, goal] of rows) {
    for (const [reference, work] of references) {
      const isGoal = reference === "ordered";
      yield {
        group: "consume 40,000 one-event commits",
        name: `${lanes} vs an ordered push consumer of nats.js, ${work}`,
        measured: measured.timeRatio(reference, order),
        unit: "x",
        reach: isGoal ? goal : undefined,
        stretch: isGoal ? 0.9 : undefined,
        note: `${microseconds(measured, order)}, reference ${microseconds(measured, reference)} µs an event`,
      };
    }
  }
}
