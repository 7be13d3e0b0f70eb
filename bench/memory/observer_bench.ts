/**
 * One event is appended to a new actor, in a backend without an observer and in one whose observer observes nothing. The
 * difference is the price of having an observer. A backend without one makes one comparison with `undefined`.
 */
import { memory } from "../../adapters/memory/mod.ts";
import type { EventStore } from "../../mod.ts";
import { collectGarbage } from "../heap.ts";
import { type AsyncCandidate, measureAsync } from "../measure.ts";
import type { Row } from "../report.ts";
import type { Scale } from "../scale.ts";
import { actorIds } from "./actors.ts";
import { makeEvent } from "./make_event.ts";

/** See the top of this file. */
export async function* benchObserver({ rounds, count }: Scale): AsyncGenerator<Row, void, void> {
  const actors = actorIds(count(100_000));
  const warmUp = actors.slice(0, count(10_000));

  const run = async ({ store, ids }: { readonly store: EventStore; readonly ids: readonly string[] }) => {
    let sum = 0;
    for (let i = 0; i < ids.length; i++) {
      sum += (await store.append(ids[i]!, [makeEvent(i)], { expectedVersion: 0 })).version;
    }
    return sum;
  };
  const candidate = (name: string, open: () => EventStore): AsyncCandidate<Parameters<typeof run>[0]> => ({
    name,
    operations: actors.length,
    async prepare() {
      await run({ store: open(), ids: warmUp });
      collectGarbage();
      return { store: open(), ids: actors };
    },
    run,
  });
  const measured = await measureAsync(rounds(7), [
    candidate("observed", () => memory({ observer: { start: () => undefined } }).store("bench")),
    candidate("plain", () => memory().store("bench")),
  ]);
  yield {
    group: "append with an observer",
    name: "an observer that observes nothing / no observer",
    measured: measured.timeRatio("observed", "plain"),
    unit: "of the time",
    note: `${measured.nanoseconds("observed").toFixed(0)} / ${measured.nanoseconds("plain").toFixed(0)} ns`,
  };
}
