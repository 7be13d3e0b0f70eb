/** One event is appended to an actor with a long history, and to one with a shorter history. The cost must not grow. */
import { memory } from "../../adapters/memory/mod.ts";
import type { EventStore } from "../../mod.ts";
import { MAX_EVENTS_PER_COMMIT } from "../../limits.ts";
import { type AsyncCandidate, measureAsync } from "../measure.ts";
import type { Row } from "../report.ts";
import type { Scale } from "../scale.ts";
import { makeEvent } from "./make_event.ts";

interface Input {
  readonly store: EventStore;
  readonly length: number;
}

/** See the top of this file. */
export async function* benchStreams({ rounds, count }: Scale): AsyncGenerator<Row, void, void> {
  const operations = count(1_000);
  const toStream = (name: string, length: number): AsyncCandidate<Input> => ({
    name,
    operations,
    async prepare() {
      const store = memory().store("bench");
      await fill(store, length);
      return { store, length };
    },
    async run({ store, length }) {
      let sum = 0;
      for (let i = 0; i < operations; i++) {
        const options = { expectedVersion: length + i };
        sum += (await store.append("order.1", [makeEvent(i)], options)).version - length;
      }
      return sum;
    },
  });
  const measured = await measureAsync(rounds(61), [toStream("long", count(20_000)), toStream("short", count(3_000))]);
  yield {
    group: "append to one actor",
    name: "an actor with 20,000 events / an actor with 3,000 events",
    measured: measured.timeRatio("long", "short"),
    unit: "of the time",
    reach: 1.1,
    note: `${measured.nanoseconds("long").toFixed(0)} / ${measured.nanoseconds("short").toFixed(0)} ns`,
  };
}

async function fill(store: EventStore, length: number): Promise<void> {
  for (let at = 0; at < length;) {
    const events = Array.from({ length: Math.min(MAX_EVENTS_PER_COMMIT, length - at) }, (_, i) => makeEvent(at + i));
    at = (await store.append("order.1", events, { expectedVersion: at })).version;
  }
}
