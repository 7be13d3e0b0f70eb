/**
 * 256 concurrent writers. Each appends one event after the other to its own actor, and waits for each result. The limit
 * stores the same events as prepared strings, 256 in each transaction. A second reference makes ids, times and JSON, as
 * an application would by hand. All WAL files are filled first: see fill_wal.ts.
 */
import { sqlite } from "../../adapters/sqlite/mod.ts";
import { makeEvent } from "../jetstream/make_event.ts";
import { microseconds } from "../jetstream/microseconds.ts";
import { type AsyncCandidate, measureAsync } from "../measure.ts";
import type { Row } from "../report.ts";
import type { Scale } from "../scale.ts";
import { BareFile } from "./bare_file.ts";
import { fillWal } from "./fill_wal.ts";
import { HandWrittenFile } from "./hand_written_file.ts";

const WRITERS = 256;

/** See the top of this file. `folder` takes the files. */
export async function* benchConcurrentWriters(folder: string, scale: Scale): AsyncGenerator<Row, void, void> {
  const each = scale.count(20);
  const operations = WRITERS * each;
  const bodies = Array.from({ length: WRITERS }, (_, i) => JSON.stringify(makeEvent(i)));
  for (const durability of ["disk", "process"] as const) {
    const pathOf = (name: string) => `${folder}/${name}-${durability}.db`;
    await using backend = await sqlite({ path: pathOf("flight"), durability });
    using bare = new BareFile(pathOf("bare-flight"), durability);
    using byHand = new HandWrittenFile(pathOf("flight-by-hand"), durability);
    const store = backend.store("bench");
    const prepare = (round: number) => bodies.map((_, i) => `order.${round}.${i}`);
    const warmUp = bodies.map((_, i) => `warm-up.${i}`);
    let warmUps = 0;
    await fillWal(pathOf("flight"), () => {
      return Promise.all(warmUp.map((actor, i) => store.append(actor, [makeEvent(i)], { expectedVersion: "any" })));
    });
    await fillWal(pathOf("bare-flight"), () => bare.store(warmUp, ++warmUps, bodies));
    await fillWal(pathOf("flight-by-hand"), () => byHand.store(warmUp, ++warmUps, makeEvent));

    const append: AsyncCandidate<readonly string[]> = {
      name: "append",
      operations,
      prepare,
      async run(actors) {
        const versions = await Promise.all(actors.map(async (actor, i) => {
          let version = 0;
          while (version < each) {
            version = (await store.append(actor, [makeEvent(i + version)], { expectedVersion: version })).version;
          }
          return version;
        }));
        return versions.reduce((sum, version) => sum + version, 0);
      },
    };
    const groups: AsyncCandidate<readonly string[]> = {
      name: "bare",
      operations,
      prepare,
      run(actors) {
        for (let version = 1; version <= each; version++) bare.store(actors, version, bodies);
        return each * actors.length;
      },
    };
    const groupsByHand: AsyncCandidate<readonly string[]> = {
      name: "by hand",
      operations,
      prepare,
      run(actors) {
        for (let version = 1; version <= each; version++) byHand.store(actors, version, (i) => makeEvent(i + version));
        return each * actors.length;
      },
    };
    const measured = await measureAsync(scale.rounds(15), [append, groups, groupsByHand]);
    const group = `SQLite, ${durability}: commits of 1 event, to ${WRITERS} actors at once`;
    yield {
      group,
      name: `vs bare transactions of ${WRITERS} rows`,
      measured: measured.timeRatio("bare", "append"),
      unit: "x",
      reach: 0.5,
      stretch: 0.65,
      note: `${microseconds(measured, "append")}, reference ${microseconds(measured, "bare")} µs each`,
    };
    yield {
      group,
      name: `vs transactions of ${WRITERS} rows with id, time and JSON, by hand`,
      measured: measured.timeRatio("by hand", "append"),
      unit: "x",
      note: `${microseconds(measured, "append")}, reference ${microseconds(measured, "by hand")} µs each`,
    };
  }
}
