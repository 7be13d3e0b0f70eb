/**
 * Each command appends one event to an actor. A snapshot is written every 100 events. The reference is an append of one
 * event. With a commit id, `execute` also searches the last 256 commits, whose ids are in the snapshot.
 */
import { type EventStore, execute } from "../../mod.ts";
import { everyEvents, withSnapshots } from "../../snapshots.ts";
import { type AsyncCandidate, measureAsync } from "../measure.ts";
import { figure, type Row } from "../report.ts";
import type { Scale } from "../scale.ts";
import { counted, counter, type CounterEvents, fillUpTo } from "./counter.ts";

/** Commits of an actor before the measurement: more than the 256 that `execute` searches. */
const COMMITS = 300;

/** See the top of this file. */
export async function* benchExecute(
  where: string,
  store: EventStore<CounterEvents>,
  scale: Scale,
): AsyncGenerator<Row, void, void> {
  const operations = scale.count(200);
  const failures: unknown[] = [];
  const onError = (error: unknown) => void failures.push(error);
  const decider = withSnapshots(counter, { schema: 1, policy: everyEvents(100), onError });
  const actors = { plain: "executed", "with commit id": "executed.once", append: "appended" };
  for (const actorId of Object.values(actors)) await fillUpTo(store, actorId, COMMITS, 1);

  const executing = (name: "plain" | "with commit id"): AsyncCandidate<number> => ({
    name,
    operations,
    prepare: () => store.latestVersion(actors[name]),
    async run(before) {
      let version = before;
      for (let i = 0; i < operations; i++) {
        const commitId = name === "plain" ? undefined : `command-${version}`;
        const executed = await execute(store, decider, actors[name], 1, { commitId });
        if (executed.state.times !== executed.version) {
          throw new Error(`Cannot measure: the state of ${actors[name]} is wrong`);
        }
        version = executed.version;
      }
      return version - before;
    },
  });
  const append: AsyncCandidate<number> = {
    name: "append",
    operations,
    prepare: () => store.latestVersion(actors.append),
    async run(before) {
      let version = before;
      for (let i = 0; i < operations; i++) {
        const options = { expectedVersion: version };
        version = (await store.append(actors.append, [counted(version + 1)], options)).version;
      }
      return version - before;
    },
  };
  const measured = await measureAsync(scale.rounds(11), [executing("plain"), executing("with commit id"), append]);
  if (failures.length > 0) throw failures[0];
  for (const [name, title] of [["plain", "a command"], ["with commit id", "a command with a commit id"]] as const) {
    yield {
      group: `execute, ${where}`,
      name: `${title} / the append alone`,
      measured: measured.timeRatio(name, "append"),
      unit: "of the time",
      note: `${figure(measured.nanoseconds(name) / 1_000)}, ${figure(measured.nanoseconds("append") / 1_000)} µs`,
    };
  }
}
