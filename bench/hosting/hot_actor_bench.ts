/**
 * A host executes commands one after the other on an actor with 20 events, in the process that owns the actor. The
 * references are the same commands by `execute`, with and without snapshots, and the appends alone.
 */
import type { Cluster } from "../../cluster.ts";
import { hostActors } from "../../hosting.ts";
import { type EventStore, execute } from "../../mod.ts";
import { everyEvents, withSnapshots } from "../../snapshots.ts";
import { type AsyncCandidate, measureAsync } from "../measure.ts";
import { figure, type Row } from "../report.ts";
import type { Scale } from "../scale.ts";
import { counted, counter, type CounterEvents, fillUpTo } from "../state/counter.ts";

/** The number of events of the actor before the measurement. */
const HISTORY = 20;

/** The number of commands of each candidate before the first round. */
const WARM_UP = 1_000;

/** See the top of this file. */
export async function* benchHotActor(
  store: EventStore<CounterEvents>,
  cluster: Cluster,
  scale: Scale,
): AsyncGenerator<Row, void, void> {
  const operations = Math.min(20, scale.count(20));
  const failures: unknown[] = [];
  const onError = (error: unknown) => void failures.push(error);
  const snapshotted = withSnapshots(counter, { schema: 1, policy: everyEvents(10), onError });
  await using host = hostActors(store, counter, { cluster, name: "hot" });

  /** Prepares an actor whose last event comes from a command, so that it has a snapshot, or is in memory. */
  const candidate = (
    name: string,
    command: (actorId: string) => Promise<{ readonly version: number }>,
  ): AsyncCandidate<string> => ({
    name,
    operations,
    async prepare(round) {
      const actorId = `hot.${name}.${round}`;
      await fillUpTo(store, actorId, HISTORY - 1, 1);
      await command(actorId);
      return actorId;
    },
    async run(actorId) {
      let version = 0;
      for (let i = 0; i < operations; i++) ({ version } = await command(actorId));
      return version - HISTORY;
    },
  });
  const versions = new Map<string, number>();
  const candidates = [
    candidate("execute", (actorId) => execute(store, counter, actorId, 1)),
    candidate("execute-snapshots", (actorId) => execute(store, snapshotted, actorId, 1)),
    candidate("hosted", (actorId) => host.execute(actorId, 1)),
    candidate("append", async (actorId) => {
      const expectedVersion = versions.get(actorId) ?? HISTORY - 1;
      const appended = await store.append(actorId, [counted(expectedVersion + 1)], { expectedVersion });
      versions.set(actorId, appended.version);
      return appended;
    }),
  ];
  // The rounds are too few for V8 to optimize the code.
  for (const { prepare, run } of candidates) {
    for (let i = 0; i < scale.count(WARM_UP) / operations; i++) await run(await prepare(-1 - i));
  }
  const measured = await measureAsync(scale.rounds(21), candidates);
  if (failures.length > 0) throw failures[0];
  const micros = (name: string) => `${figure(measured.nanoseconds(name) / 1_000)} µs`;
  const group = "a hosted command on an actor of 20 events, owner in this process";
  const against = (name: string) => ({ measured: measured.timeRatio(name, "hosted"), unit: "x" as const });
  const note = (name: string) => `${micros("hosted")}, reference ${micros(name)}`;
  yield { group, name: "vs execute", ...against("execute"), reach: 8, stretch: 13, note: note("execute") };
  yield {
    group,
    name: "vs execute with snapshots",
    ...against("execute-snapshots"),
    reach: 4,
    stretch: 6,
    note: note("execute-snapshots"),
  };
  yield {
    group,
    name: "/ the append alone",
    measured: measured.timeRatio("hosted", "append"),
    unit: "of the time",
    reach: 1.3,
    stretch: 1.1,
    note: note("append"),
  };
}
