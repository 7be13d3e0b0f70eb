/**
 * The parts of an append to memory. Each candidate does one thing more than the candidate before it. The differences
 * add up to the whole append. The logs of the candidates discard the commit, make the recorded event, or also keep it.
 *
 * The garbage collector spends little on discarded objects, but it has to move kept objects. The cost of keeping
 * objects is therefore in the row of the first candidate that keeps them, although earlier candidates make them too.
 */
import { createBackend, type Log, newLogIdentity, recordCommit } from "../../adapter.ts";
import { memory } from "../../adapters/memory/mod.ts";
import { type AppendResult, type EventStore, parseNamespace, type RecordedEvent } from "../../mod.ts";
import { DEFAULT_MAX_COMMIT_BYTES } from "../../limits.ts";
import { collectGarbage } from "../heap.ts";
import { type AsyncCandidate, measureAsync } from "../measure.ts";
import type { Row } from "../report.ts";
import type { Scale } from "../scale.ts";
import { actorIds, randomOrder } from "./actors.ts";
import { makeEvent } from "./make_event.ts";

interface Input {
  readonly store: EventStore;
  /** The versions of the actors; at first 1. */
  readonly versions: Uint32Array;
  /** Indexes of actors. */
  readonly order: Uint32Array;
}

type Run = AsyncCandidate<Input>["run"];

/** See the top of this file. */
export async function* benchSplit({ rounds, count }: Scale): AsyncGenerator<Row, void, void> {
  const actors = actorIds(count(100_000));
  const operations = count(50_000);
  const warmUp = count(10_000);
  const premade = Array.from({ length: operations }, (_, i) => makeEvent(i));

  const newInput = async (newStore: () => EventStore, size: number, length: number, round: number): Promise<Input> => {
    const store = newStore();
    for (let i = 0; i < size; i++) await store.append(actors[i]!, [makeEvent(i)], { expectedVersion: 0 });
    return { store, versions: new Uint32Array(size).fill(1), order: randomOrder(round, length, size) };
  };

  // Separate loops, so that no candidate is slowed down by the object shapes of another.
  const awaitOnly: Run = async ({ versions, order }) => {
    let sum = 0;
    for (const at of order) sum += versions[at] = (await answer(versions[at]! + 1)).version;
    return sum;
  };
  const appendWithIds: Run = async ({ store, versions, order }) => {
    let sum = 0;
    for (const at of order) {
      const options = { expectedVersion: versions[at]!, commitId: "a-commit" };
      const events = [{ id: "an-event", type: "Placed", data: at }];
      sum += versions[at] = (await store.append(actors[at]!, events, options)).version;
    }
    return sum;
  };
  const appendNumber: Run = async ({ store, versions, order }) => {
    let sum = 0;
    for (const at of order) {
      const options = { expectedVersion: versions[at]! };
      sum += versions[at] = (await store.append(actors[at]!, [{ type: "Placed", data: at }], options)).version;
    }
    return sum;
  };
  const appendPremade: Run = async ({ store, versions, order }) => {
    let sum = 0;
    for (let i = 0; i < order.length; i++) {
      const at = order[i]!;
      const options = { expectedVersion: versions[at]! };
      sum += versions[at] = (await store.append(actors[at]!, [premade[i]!], options)).version;
    }
    return sum;
  };
  const append: Run = async ({ store, versions, order }) => {
    let sum = 0;
    for (let i = 0; i < order.length; i++) {
      const at = order[i]!;
      const options = { expectedVersion: versions[at]! };
      sum += versions[at] = (await store.append(actors[at]!, [makeEvent(i)], options)).version;
    }
    return sum;
  };

  const steps: [name: string, newStore: () => EventStore, run: Run][] = [
    ["an awaited promise", ignoring, awaitOnly],
    ["checks of options, version, actor id, event type, given ids", ignoring, appendWithIds],
    ["two random ids", ignoring, appendNumber],
    ["JSON check, copy and freeze of 7 objects", ignoring, appendPremade],
    ["making the event in the caller", ignoring, append],
    ["the recorded event and its position, frozen", recording, append],
    ["garbage collection of kept events", keeping, append],
    ["version check, log, index by actor", () => memory().store("bench"), append],
  ];
  const candidates = steps.map(([name, newStore, run]): AsyncCandidate<Input> => ({
    name,
    operations,
    async prepare(round) {
      const input = await newInput(newStore, actors.length, operations, round);
      collectGarbage();
      await run(await newInput(newStore, warmUp, warmUp, round)); // See append_bench.ts.
      return input;
    },
    run,
  }));
  const measured = await measureAsync(rounds(7), candidates);
  for (const [i, { name }] of candidates.entries()) {
    const before = candidates[i - 1]?.name;
    yield {
      group: "one append",
      name,
      measured: before === undefined ? measured.nanoseconds(name) : measured.difference(name, before),
      unit: "ns",
      note: `${measured.nanoseconds(name).toFixed(0)} ns up to here`,
    };
  }
}

/** The minimal result of an append. */
// deno-lint-ignore require-await -- its promise is what is measured
async function answer(version: number): Promise<Pick<AppendResult, "version" | "duplicate">> {
  return { version, duplicate: false };
}

/** A store whose log discards each commit. */
function ignoring(): EventStore {
  return storeOver(() => {});
}

/** A store whose log makes the recorded events and discards them. */
function recording(): EventStore {
  let last: RecordedEvent | undefined;
  return storeOver((events) => last = events()[0] ?? last);
}

/** A store whose log keeps the recorded events in one array. */
function keeping(): EventStore {
  const all: RecordedEvent[] = [];
  return storeOver((events) => all.push(...events()));
}

const LOG = { namespace: parseNamespace("bench"), identity: newLogIdentity() };

function storeOver(take: (events: () => RecordedEvent[]) => void): EventStore {
  let offset = 0;
  const log: Pick<Log, "append"> = {
    append(commit) {
      const before = commit.expectedVersion as number;
      offset += commit.events.length;
      take(() => recordCommit(LOG, commit, before + 1, offset));
      return { ok: true, version: before + commit.events.length, identity: LOG.identity, offset, duplicate: false };
    },
  };
  return createBackend({
    capabilities: { durability: "none", maxCommitBytes: DEFAULT_MAX_COMMIT_BYTES },
    open: () => log as Log,
    namespaces: () => [],
    close: () => Promise.resolve(),
  }).store("bench");
}
