/** Events a second that are appended, by one writer and by 32 at once, in commits of 1, 10 and 100 events. */
import { type AsyncCandidate, measureAsync } from "../measure.ts";
import type { Row } from "../report.ts";
import type { Scale } from "../scale.ts";
import { makeEvent } from "./make_event.ts";
import type { Fixture } from "./fixture.ts";

/** See the top of this file. */
export async function* benchRates({ backend }: Fixture, scale: Scale): AsyncGenerator<Row, void, void> {
  const store = backend.store("rates");
  for (const writers of [1, 32]) {
    const candidates = [1, 10, 100].map((size): AsyncCandidate<string> => {
      const events = Array.from({ length: size }, (_, i) => makeEvent(i));
      const commits = scale.count(writers === 1 ? 100 : 20);
      const write = async (actor: string) => {
        let version = 0;
        for (let i = 0; i < commits; i++) {
          version = (await store.append(actor, events, { expectedVersion: version })).version;
        }
        return version;
      };
      return {
        name: String(size),
        operations: size * commits * writers,
        checked: false, // Each stores another number of events.
        prepare: (round) => `order.${writers}.${size}.${round}`,
        async run(actor) {
          const versions = await Promise.all(Array.from({ length: writers }, (_, i) => write(`${actor}.${i}`)));
          if (versions.some((version) => version !== size * commits)) throw new Error(`Versions are ${versions}`);
          return versions.length;
        },
      };
    });
    const measured = await measureAsync(scale.rounds(7), candidates);
    for (const { name } of candidates) {
      yield {
        group: writers === 1 ? "events appended, one writer" : `events appended, ${writers} writers at once`,
        name: name === "1" ? "commits of 1 event" : `commits of ${name} events`,
        measured: 1e9 / measured.nanoseconds(name),
        unit: "/s",
      };
    }
  }
}
