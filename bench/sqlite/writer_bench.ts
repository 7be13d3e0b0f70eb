/**
 * One writer appends one event after the other to one actor, and waits for each result. The references:
 *
 * - bare: BEGIN, INSERT and COMMIT of a prepared string, with the same `PRAGMA synchronous`;
 * - by hand: a table with the ids, times and indexes of an event store, without its checks;
 * - Emmett's SQLite store with default settings, which opens a connection for each append, and on one kept connection;
 * - for commits of 10 events: 10 commits of one event in the same store.
 *
 * A bare commit does less: an append also checks, copies, freezes and encodes its event, and finds the actor's version.
 * All WAL files are filled first: see fill_wal.ts. Emmett's store with default settings is the exception, because closing
 * its last connection deletes the file.
 */
import { sqlite } from "../../adapters/sqlite/mod.ts";
import type { EventStore } from "../../mod.ts";
import { makeEvent } from "../jetstream/make_event.ts";
import { microseconds } from "../jetstream/microseconds.ts";
import { type AsyncCandidate, measureAsync } from "../measure.ts";
import type { Row } from "../report.ts";
import type { Scale } from "../scale.ts";
import { BareFile, type Durability } from "./bare_file.ts";
import { appendWithDefaults, KeptConnection, loadEmmett } from "./emmett.ts";
import { fillWal } from "./fill_wal.ts";
import { HandWrittenFile } from "./hand_written_file.ts";

/** Events of the larger commits. */
const EVENTS = 10;

/** See the top of this file. `folder` takes the files. */
export async function* benchWriter(folder: string, scale: Scale): AsyncGenerator<Row, void, void> {
  const emmett = scale.isFull ? await loadEmmett() : undefined;
  for (const durability of ["disk", "process"] as const) {
    yield* compare(durability, folder, scale, emmett);
  }
  yield* compareCommits(folder, scale);
}

async function* compare(
  durability: Durability,
  folder: string,
  scale: Scale,
  emmett: Awaited<ReturnType<typeof loadEmmett>>,
): AsyncGenerator<Row, void, void> {
  const operations = scale.count(durability === "disk" ? 50 : 500);
  const pathOf = (name: string) => `${folder}/${name}-${durability}.db`;
  await using backend = await sqlite({ path: pathOf("writer"), durability });
  using bare = new BareFile(pathOf("bare-writer"), durability);
  using byHand = new HandWrittenFile(pathOf("writer-by-hand"), durability);
  const append = appendTo(backend.store("bench"));
  await fillWithAppends(pathOf("writer"), append);
  const candidates = [
    appends("append", operations, append),
    await bareCommits(pathOf("bare-writer"), bare, operations),
    await handWrittenCommits(pathOf("writer-by-hand"), byHand, operations),
  ];
  using stack = new DisposableStack();
  if (emmett !== undefined) {
    const path = pathOf("emmett");
    await appendWithDefaults(emmett, path)("first", 0); // Creates the tables.
    const kept = stack.use(await KeptConnection.open(emmett, path, durability));
    const appendToKept: Append = (actor, version) => kept.append(actor, version);
    await fillWithAppends(path, appendToKept);
    candidates.push(appends("Emmett, one kept connection", operations, appendToKept));
    if (durability === "disk") {
      candidates.push(
        appends("Emmett, default settings", operations, appendWithDefaults(emmett, pathOf("emmett-defaults"))),
      );
    }
  }
  const measured = await measureAsync(scale.rounds(15), candidates);
  const group = `SQLite, ${durability}: commits of 1 event, one writer`;
  const note = (name: string) => `${microseconds(measured, "append")}, reference ${microseconds(measured, name)} µs`;
  yield {
    group,
    name: "append / a bare transaction",
    measured: measured.timeRatio("append", "bare"),
    unit: "of the time",
    ...durability === "disk" ? { reach: 1.2, stretch: 1.1 } : { reach: 1.75, stretch: 1.4 },
    note: note("bare"),
  };
  yield {
    group,
    name: "append / a transaction with id, time and JSON, by hand",
    measured: measured.timeRatio("append", "by hand"),
    unit: "of the time",
    note: note("by hand"),
  };
  for (const { name } of candidates.slice(3)) {
    const goals = durability === "process"
      ? { reach: 6, stretch: 8 }
      : name === "Emmett, default settings"
      ? { reach: 5, stretch: 7 }
      : { reach: 1.5, stretch: 1.8 };
    yield {
      group,
      name: `vs ${name}`,
      measured: measured.timeRatio(name, "append"),
      unit: "x",
      ...goals,
      note: note(name),
    };
  }
}

async function* compareCommits(folder: string, scale: Scale): AsyncGenerator<Row, void, void> {
  const path = `${folder}/commits.db`;
  await using backend = await sqlite({ path });
  const store = backend.store("bench");
  await fillWithAppends(path, appendTo(store));
  const commits = scale.count(10);
  const large: AsyncCandidate<string> = {
    name: "one",
    operations: commits,
    prepare: (round) => `large.${round}`,
    async run(actor) {
      let version = 0;
      for (let i = 0; i < commits; i++) {
        const events = Array.from({ length: EVENTS }, (_, at) => makeEvent(version + at));
        version = (await store.append(actor, events, { expectedVersion: version })).version;
      }
      return version;
    },
  };
  const small = { ...appends("ten", commits * EVENTS, appendTo(store)), operations: commits };
  const measured = await measureAsync(scale.rounds(15), [large, small]);
  yield {
    group: "SQLite, disk: commits of 10 events, one writer",
    name: "vs 10 commits, each awaited",
    measured: measured.timeRatio("ten", "one"),
    unit: "x",
    reach: 9,
    note: `${microseconds(measured, "one")}, reference ${microseconds(measured, "ten")} µs`,
  };
}

/** Appends one event and returns the version of the actor. */
type Append = (actor: string, version: number) => Promise<number>;

function appendTo(store: EventStore): Append {
  return async (actor, version) =>
    (await store.append(actor, [makeEvent(version)], { expectedVersion: version })).version;
}

function appends(name: string, count: number, append: Append): AsyncCandidate<string> {
  return {
    name,
    operations: count,
    prepare: (round) => `${name}.${round}`,
    async run(actor) {
      let version = 0;
      while (version < count) version = await append(actor, version);
      return version;
    },
  };
}

/** Fills the WAL with appends to one actor. See {@link fillWal}. */
async function fillWithAppends(path: string, append: Append): Promise<void> {
  let version = 0;
  await fillWal(path, async () => version = await append("warm-up", version));
}

async function bareCommits(path: string, bare: BareFile, operations: number): Promise<AsyncCandidate<string>> {
  const bodies = [JSON.stringify(makeEvent(1))];
  return await commits("bare", path, operations, (actors, version) => bare.store(actors, version, bodies));
}

async function handWrittenCommits(
  path: string,
  byHand: HandWrittenFile,
  operations: number,
): Promise<AsyncCandidate<string>> {
  return await commits("by hand", path, operations, (actors, version) => {
    byHand.store(actors, version, () => makeEvent(version));
  });
}

/** Transactions of a reference. Its WAL is filled first. */
async function commits(
  name: string,
  path: string,
  operations: number,
  store: (actors: readonly string[], version: number) => void,
): Promise<AsyncCandidate<string>> {
  let warmUps = 0;
  await fillWal(path, () => store(["warm-up"], ++warmUps));
  return {
    name,
    operations,
    prepare: (round) => `${name}.${round}`,
    run(actor) {
      const actors = [actor];
      let version = 0;
      while (version < operations) store(actors, ++version);
      return version;
    },
  };
}
