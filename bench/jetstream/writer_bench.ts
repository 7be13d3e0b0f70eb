/**
 * One writer appends to one actor and waits for each result. The references publish the same events as prepared bytes
 * to a subject of a separate stream:
 *
 * - commits of 10 events beside an atomic batch of 10 messages, and beside 10 publishes, each awaited;
 * - commits of one event beside one publish.
 *
 * `js.publish` expects the last sequence of the subject, as an append does. An append also checks, copies, freezes and
 * encodes its events, and its stream republishes each commit.
 */
import { type AsyncCandidate, measureAsync, type Measured } from "../measure.ts";
import type { Row } from "../report.ts";
import type { Scale } from "../scale.ts";
import { microseconds } from "./microseconds.ts";
import { eventBytes, makeEvent } from "./make_event.ts";
import type { Scene } from "./scene.ts";

const EVENTS = 10;

/** See the top of this file. */
export async function* benchWriter({ backend, js, addStream }: Scene, scale: Scale): AsyncGenerator<Row, void, void> {
  await addStream("one");
  await addStream("atomic", { allow_atomic: true });
  const bytes = Array.from({ length: 256 }, (_, i) => eventBytes(i));
  const events = Array.from({ length: EVENTS }, (_, i) => makeEvent(i));
  const store = backend.store("writer");

  /** Appends commits of a number of events to a new actor each round, and returns the actor's version. */
  const append = (count: number, operations: number): AsyncCandidate<string> => ({
    name: "append",
    operations,
    prepare: (round) => `order.${count}.${round}`,
    async run(actor) {
      let version = 0;
      for (let i = 0; i < operations; i++) {
        const commit = count === 1 ? [makeEvent(i)] : events;
        version = (await store.append(actor, commit, { expectedVersion: version })).version;
      }
      return version;
    },
  });
  /** Publishes a number of messages per operation, one after the other, and returns how many were stored. */
  const publish = (count: number, operations: number): AsyncCandidate<string> => ({
    name: "publish",
    operations,
    prepare: (round) => `one.${count}.${round}`,
    async run(subject) {
      let stored = 0;
      for (let i = 0, last = 0; i < count * operations; i++) {
        const { seq } = await js.publish(subject, bytes[i & 255]!, { expect: { lastSubjectSequence: last } });
        if (seq > last) stored++;
        last = seq;
      }
      return stored;
    },
  });
  const atomic = (operations: number): AsyncCandidate<string> => ({
    name: "batch",
    operations,
    prepare: (round) => `atomic.${round}`,
    async run(subject) {
      let stored = 0;
      for (let i = 0; i < operations; i++) {
        const batch = await js.startBatch(subject, bytes[0]!);
        for (let at = 1; at < EVENTS - 1; at++) batch.add(subject, bytes[at]!);
        stored += (await batch.commit(subject, bytes[EVENTS - 1]!)).count;
      }
      return stored;
    },
  });

  const commits = scale.count(100);
  const ten = await measureAsync(scale.rounds(9), [
    append(EVENTS, commits),
    atomic(commits),
    publish(EVENTS, commits),
  ]);
  yield row("commits of 10 events", "atomic batches of 10", "batch", ten, 10);
  yield row("commits of 10 events", "10 publishes, each awaited", "publish", ten, 6);
  const appends = scale.count(500);
  const one = await measureAsync(scale.rounds(21), [append(1, appends), publish(1, appends)]);
  yield row("commits of 1 event", "a publish, awaited", "publish", one, 1);
}

function row(group: string, reference: string, name: string, measured: Measured, reach: number): Row {
  return {
    group: `${group}, one writer`,
    name: `vs ${reference}`,
    measured: measured.timeRatio(name, "append"),
    unit: "x",
    reach,
    note: `${microseconds(measured, "append")}, reference ${microseconds(measured, name)} µs`,
  };
}
