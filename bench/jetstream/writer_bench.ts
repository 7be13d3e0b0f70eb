/**
 * One writer appends to one actor and waits for each result:
 *
 * - commits of 10 events beside an atomic batch of 10 messages, and beside 10 awaited `js.publish` of prepared bytes;
 * - commits of one event beside the references that store one event without the store: see `references.ts`.
 */
import { type AsyncCandidate, measureAsync, type Measured } from "../measure.ts";
import type { Row } from "../report.ts";
import type { Scale } from "../scale.ts";
import { appendRows } from "./append_rows.ts";
import { microseconds } from "./microseconds.ts";
import { eventBytes, makeEvent } from "./make_event.ts";
import { makeReferences, publishEach, type PublishEvent } from "./references.ts";
import type { Fixture } from "./fixture.ts";

const EVENTS = 10;

/** See the top of this file. */
export async function* benchWriter(fixture: Fixture, scale: Scale): AsyncGenerator<Row, void, void> {
  const { backend, js, addStream, server } = fixture;
  await addStream("atomic", { allow_atomic: true });
  const references = await makeReferences(fixture, "one");
  const bytes = Array.from({ length: EVENTS }, (_, i) => eventBytes(i));
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
  /** Publishes a number of events per operation, one after the other, and returns how many were stored. */
  const publishing = (name: string, stream: string, publish: PublishEvent, count: number, operations: number) => ({
    name,
    operations,
    prepare: (round: number) => `${stream}.${count}.${round}`,
    run: (subject: string) => publishEach(publish, subject, 0, count * operations),
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
  const [prepared] = references;
  const commitsOfTen = await measureAsync(scale.rounds(9), [
    append(EVENTS, commits),
    atomic(commits),
    publishing("publish", prepared!.stream, prepared!.publish, EVENTS, commits),
  ]);
  yield row("atomic batches of 10", "batch", commitsOfTen, 10, 15);
  yield row("10 publishes, each awaited", "publish", commitsOfTen, 6, 8);
  const appends = scale.count(500);
  yield* appendRows(
    "commits of 1 event, one writer",
    server.pid,
    scale.rounds(21),
    append(1, appends),
    references,
    references.map(({ name, stream, publish }) => publishing(name, stream, publish, 1, appends)),
    { prepared: { reach: 1, stretch: 1.1 }, handwritten: { reach: 1.1, stretch: 1.25 } },
  );
}

function row(reference: string, name: string, measured: Measured, reach: number, stretch: number): Row {
  return {
    group: `commits of ${EVENTS} events, one writer`,
    name: `vs ${reference}`,
    measured: measured.timeRatio(name, "append"),
    unit: "x",
    reach,
    stretch,
    note: `${microseconds(measured, "append")}, reference ${microseconds(measured, name)} µs`,
  };
}
