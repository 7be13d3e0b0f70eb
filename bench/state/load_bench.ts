/**
 * An actor with a million events, in commits of 1,000, is loaded by its snapshot. An actor with 100 events is loaded by
 * its snapshot and without one. The last 50 events of each actor are one-event commits after the snapshot: the average
 * if a snapshot is written every 100 events. Each loaded state is checked.
 */
import { type EventStore, load, type LoadResult } from "../../mod.ts";
import { everyEvents, withSnapshots } from "../../snapshots.ts";
import { type AsyncCandidate, measureAsync } from "../measure.ts";
import { figure, type Row } from "../report.ts";
import type { Scale } from "../scale.ts";
import { type Counter, counter, type CounterEvents, fillUpTo, snapshotted } from "./counter.ts";

const LONG = "counter.long";
const SHORT = "counter.short";
const SHORT_EVENTS = 100;
/** Events after the snapshot. */
const TAIL = 50;

/** See the top of this file. */
export async function* benchLoad(
  where: string,
  store: EventStore<CounterEvents>,
  scale: Scale,
): AsyncGenerator<Row, void, void> {
  const events = scale.count(1_000_000);
  const operations = scale.count(200);
  await fill(store, LONG, events);
  await fill(store, SHORT, SHORT_EVENTS);

  const loading = (name: string, actorId: string, version: number, decider: typeof counter, times: number) => {
    const snapshotVersion = decider === counter ? 0 : version - TAIL;
    const expected = sumOf(version);
    const isRight = (loaded: LoadResult<Counter>) =>
      loaded.version === version && loaded.snapshotVersion === snapshotVersion &&
      loaded.state.times === version && loaded.state.sum === expected;
    return {
      name,
      operations: times,
      prepare: () => undefined,
      async run() {
        for (let i = 0; i < times; i++) {
          if (!isRight(await load(store, decider, actorId))) {
            throw new Error(`Cannot measure: the state of ${name} is wrong`);
          }
        }
        return 0;
      },
    } satisfies AsyncCandidate;
  };

  const measured = await measureAsync(scale.rounds(21), [
    loading("long", LONG, events, snapshotted, operations),
    loading("short", SHORT, SHORT_EVENTS, snapshotted, operations),
    loading("replayed", SHORT, SHORT_EVENTS, counter, operations),
  ]);
  const replayed = await measureAsync(scale.rounds(3), [
    loading("long", LONG, events, snapshotted, 1),
    loading("all replayed", LONG, events, counter, 1),
  ]);
  const microseconds = (name: string) => `${figure(measured.nanoseconds(name) / 1_000)} µs`;
  const group = `load, ${where}`;
  yield {
    group,
    name: "1,000,000 events by their snapshot / 100 events by their snapshot",
    measured: measured.timeRatio("long", "short"),
    unit: "of the time",
    reach: 1.5,
    note: `${microseconds("long")}, ${microseconds("short")}`,
  };
  yield {
    group,
    name: "1,000,000 events by their snapshot / 100 events without a snapshot",
    measured: measured.timeRatio("long", "replayed"),
    unit: "of the time",
    reach: 1.5,
    note: `${microseconds("long")}, ${microseconds("replayed")}`,
  };
  yield {
    group,
    name: "1,000,000 events without a snapshot / by their snapshot",
    measured: replayed.timeRatio("all replayed", "long"),
    unit: "of the time",
    note: `${figure(replayed.nanoseconds("all replayed") / 1e6)} ms without a snapshot`,
  };
}

/** Appends the events of an actor, and stores a snapshot before the last {@link TAIL} events. */
async function fill(store: EventStore<CounterEvents>, actorId: string, version: number): Promise<void> {
  await fillUpTo(store, actorId, version - TAIL);
  const written = Promise.withResolvers<void>();
  const policy = everyEvents(1);
  const writing = withSnapshots(counter, { schema: 1, policy, onError: written.reject });
  await load(store, writing, actorId);
  while (await Promise.race([store.snapshots.latest(actorId), written.promise]) === undefined);
  await fillUpTo(store, actorId, version, 1);
}

/** The sum of a counter after a number of events. */
function sumOf(version: number): number {
  const rest = version % 10;
  return Math.floor(version / 10) * 45 + rest * (rest + 1) / 2;
}
