/**
 * One writer appends one event after the other to one actor and waits for each answer. The references:
 *
 * - bare: BEGIN, INSERT and COMMIT of a prepared string, with the same `PRAGMA synchronous`;
 * - Emmett's SQLite store as it comes, which opens a connection for each append, and its append on one kept connection;
 * - commits of 10 events beside 10 commits of one event, both of this store.
 *
 * A bare commit does less: an append also checks, copies, freezes and encodes its event, and finds the actor's version.
 */
import { sqlite } from "../../adapters/sqlite/mod.ts";
import type { EventStore } from "../../mod.ts";
import { makeEvent } from "../jetstream/make_event.ts";
import { microseconds } from "../jetstream/microseconds.ts";
import { type AsyncCandidate, measureAsync } from "../measure.ts";
import type { Row } from "../report.ts";
import type { Scale } from "../scale.ts";
import { BareFile, type Durability } from "./bare_file.ts";
import { appendAsItComes, KeptConnection, loadEmmett } from "./emmett.ts";

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
  await using backend = await sqlite({ path: `${folder}/writer-${durability}.aether`, durability });
  using bare = new BareFile(`${folder}/bare-writer-${durability}.db`, durability);
  const candidates = [
    appends("append", operations, appendTo(backend.store("bench"))),
    bareCommits(bare, operations),
  ];
  using stack = new DisposableStack();
  if (emmett !== undefined) {
    const fileName = `${folder}/emmett-${durability}.db`;
    const asItComes = appendAsItComes(emmett, fileName);
    await asItComes("first", 0); // Creates the tables.
    const kept = stack.use(await KeptConnection.open(emmett, fileName, durability));
    candidates.push(appends("emmett, one connection", operations, (actor, version) => kept.append(actor, version)));
    if (durability === "disk") candidates.push(appends("emmett", operations, asItComes));
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
  for (const { name } of candidates.slice(2)) {
    const goals = durability === "process"
      ? { reach: 6, stretch: 8 }
      : name === "emmett"
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
  await using backend = await sqlite({ path: `${folder}/commits.aether` });
  const store = backend.store("bench");
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

function bareCommits(bare: BareFile, operations: number): AsyncCandidate<string> {
  const bodies = [JSON.stringify(makeEvent(1))];
  return {
    name: "bare",
    operations,
    prepare: (round) => `bare.${round}`,
    run(actor) {
      const actors = [actor];
      let version = 0;
      while (version < operations) bare.store(actors, ++version, bodies);
      return version;
    },
  };
}
