/**
 * 256 concurrent writers. Each appends one event after the other to its own actor, and waits for each result. The
 * references publish the same events to as many subjects without the store: see `references.ts`.
 */
import type { AsyncCandidate } from "../measure.ts";
import type { Row } from "../report.ts";
import type { Scale } from "../scale.ts";
import { appendRows } from "./append_rows.ts";
import { makeEvent } from "./make_event.ts";
import { makeReferences, publishEach } from "./references.ts";
import type { Fixture } from "./fixture.ts";

const WRITERS = 256;

/** See the top of this file. */
export async function* benchConcurrentWriters(fixture: Fixture, scale: Scale): AsyncGenerator<Row, void, void> {
  const references = await makeReferences(fixture, "flight");
  const store = fixture.backend.store("flight");
  const each = scale.count(20);
  const common = {
    operations: WRITERS * each,
    prepare: (round: number) => Array.from({ length: WRITERS }, (_, i) => `order.${round}.${i}`),
  };
  const append: AsyncCandidate<readonly string[]> = {
    ...common,
    name: "append",
    run: (actors) =>
      atOnce(actors, async (actor, i) => {
        let version = 0;
        while (version < each) {
          version = (await store.append(actor, [makeEvent(i + version)], { expectedVersion: version })).version;
        }
        return version;
      }),
  };
  const candidates = references.map(({ name, stream, publish }): AsyncCandidate<readonly string[]> => ({
    ...common,
    name,
    run: (subjects) => atOnce(subjects, (subject, i) => publishEach(publish, `${stream}.${subject}`, i, each)),
  }));
  yield* appendRows(
    `commits of 1 event, to ${WRITERS} actors at once`,
    fixture.server.pid,
    scale.rounds(15),
    append,
    references,
    candidates,
    { prepared: { reach: 1, stretch: 1.15 }, handwritten: { reach: 1.3, stretch: 1.5 } },
  );
}

/** Calls `work` for all names at the same time, and returns the sum of the results. */
async function atOnce(names: readonly string[], work: (name: string, i: number) => Promise<number>): Promise<number> {
  const answers = await Promise.all(names.map(work));
  return answers.reduce((sum, answer) => sum + answer, 0);
}
