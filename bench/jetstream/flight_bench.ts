/**
 * 256 concurrent writers, each of which appends one event after the other to its own actor and waits for each result.
 * The reference publishes the same events as prepared bytes to 256 subjects, and expects the last sequence of each. It
 * does less: an append also checks, copies, freezes and encodes its event, and its stream republishes each commit.
 */
import { type AsyncCandidate, measureAsync } from "../measure.ts";
import type { Row } from "../report.ts";
import type { Scale } from "../scale.ts";
import { eventBytes, makeEvent } from "./make_event.ts";
import { microseconds } from "./microseconds.ts";
import type { Scene } from "./scene.ts";

const WRITERS = 256;

/** See the top of this file. */
export async function* benchFlight({ backend, js, addStream }: Scene, scale: Scale): AsyncGenerator<Row, void, void> {
  await addStream("flight");
  const bytes = Array.from({ length: WRITERS }, (_, i) => eventBytes(i));
  const store = backend.store("flight");
  const each = scale.count(20);
  const operations = WRITERS * each;

  const append: AsyncCandidate<readonly string[]> = {
    name: "append",
    operations,
    prepare: (round) => Array.from(bytes, (_, i) => `order.${round}.${i}`),
    run: (actors) =>
      atOnce(actors, async (actor, i) => {
        let version = 0;
        while (version < each) {
          version = (await store.append(actor, [makeEvent(i + version)], { expectedVersion: version })).version;
        }
        return version;
      }),
  };
  const publish: AsyncCandidate<readonly string[]> = {
    name: "publish",
    operations,
    prepare: (round) => Array.from(bytes, (_, i) => `flight.${round}.${i}`),
    run: (subjects) =>
      atOnce(subjects, async (subject, i) => {
        let stored = 0;
        for (let last = 0; stored < each; stored++) {
          const { seq } = await js.publish(subject, bytes[i]!, { expect: { lastSubjectSequence: last } });
          if (seq <= last) return stored;
          last = seq;
        }
        return stored;
      }),
  };
  const measured = await measureAsync(scale.rounds(15), [append, publish]);
  yield {
    group: `commits of 1 event, to ${WRITERS} actors at once`,
    name: "vs publishes to as many subjects at once",
    measured: measured.timeRatio("publish", "append"),
    unit: "x",
    reach: 2,
    note: `${microseconds(measured, "append")}, reference ${microseconds(measured, "publish")} µs each`,
  };
}

/** Works for all at the same time, and adds up what comes of it. */
async function atOnce(names: readonly string[], work: (name: string, i: number) => Promise<number>): Promise<number> {
  const answers = await Promise.all(names.map(work));
  return answers.reduce((sum, answer) => sum + answer, 0);
}
