/**
 * The 1,000 events of one of 64 actors are read, at random. The limit slices an array of the same event objects: once
 * in an async function, which every reader of a storage needs, and once without it.
 */
import { memory } from "../../adapters/memory/mod.ts";
import type { RecordedEvent } from "../../mod.ts";
import { type AsyncCandidate, measureAsync } from "../measure.ts";
import type { Row } from "../report.ts";
import type { Scale } from "../scale.ts";
import { actorIds, randomOrder } from "./actors.ts";
import { makeEvent } from "./make_event.ts";

const EVENTS = 1_000;

/** See the top of this file. */
export async function* benchRead({ rounds, count }: Scale): AsyncGenerator<Row, void, void> {
  const actors = actorIds(64);
  const operations = count(5_000);
  const store = memory().store("bench");
  const arrays: RecordedEvent[][] = [];
  for (const actor of actors) {
    await store.append(actor, Array.from({ length: EVENTS }, (_, i) => makeEvent(i)), { expectedVersion: 0 });
    arrays.push(await store.read(actor).toArray());
  }
  // deno-lint-ignore require-await -- the promise is part of the measurement
  const sliceAsync = async (array: RecordedEvent[]) => array.slice(0, EVENTS);
  const prepare = (round: number): Uint32Array => randomOrder(round, operations, actors.length);

  const toArray: AsyncCandidate<Uint32Array> = {
    name: "toArray()",
    operations,
    prepare,
    async run(order) {
      let sum = 0;
      for (const at of order) sum += checksum(await store.read(actors[at]!).toArray());
      return sum;
    },
  };
  const slice: AsyncCandidate<Uint32Array> = {
    name: "slice in an async function",
    operations,
    prepare,
    async run(order) {
      let sum = 0;
      for (const at of order) sum += checksum(await sliceAsync(arrays[at]!));
      return sum;
    },
  };
  const bare: AsyncCandidate<Uint32Array> = {
    name: "bare slice",
    operations,
    prepare,
    run(order) {
      let sum = 0;
      for (const at of order) sum += checksum(arrays[at]!.slice(0, EVENTS));
      return sum;
    },
  };
  const measured = await measureAsync(rounds(101), [toArray, slice, bare]);
  for (const [limit, reach, stretch] of [[slice, 1.25, 1.15], [bare, undefined, undefined]] as const) {
    yield {
      group: "read 1,000 events",
      name: `toArray() / ${limit.name}`,
      measured: measured.timeRatio("toArray()", limit.name),
      unit: "of the time",
      reach,
      stretch,
      note: `${measured.nanoseconds("toArray()").toFixed(0)} / ${measured.nanoseconds(limit.name).toFixed(0)} ns`,
    };
  }

  const reads = Math.max(1, operations / 100);
  const iterate: AsyncCandidate<Uint32Array> = {
    name: "for await",
    operations: reads * EVENTS,
    prepare: (round) => randomOrder(round, reads, actors.length),
    async run(order) {
      let sum = 0;
      for (const at of order) for await (const event of store.read(actors[at]!)) sum += event.version;
      return sum / (EVENTS * (EVENTS + 1) / 2);
    },
  };
  const loop: AsyncCandidate<Uint32Array> = {
    name: "toArray() and a loop",
    operations: reads * EVENTS,
    prepare: (round) => randomOrder(round, reads, actors.length),
    async run(order) {
      let sum = 0;
      for (const at of order) for (const event of await store.read(actors[at]!).toArray()) sum += event.version;
      return sum / (EVENTS * (EVENTS + 1) / 2);
    },
  };
  const iterated = await measureAsync(rounds(41), [iterate, loop]);
  yield {
    group: "read 1,000 events",
    name: "time of each event with for await",
    measured: iterated.nanoseconds("for await"),
    unit: "ns",
    note: `with toArray() and a loop: ${iterated.nanoseconds("toArray() and a loop").toFixed(1)} ns`,
  };
}

/** A checksum of a page: its length, and the versions of its first and last event. */
function checksum(page: readonly RecordedEvent[]): number {
  return page.length + page[0]!.version + page[page.length - 1]!.version;
}
