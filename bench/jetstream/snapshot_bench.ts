/** A snapshot of about 2 kB is stored and read, for one of 16 actors in turn. */
import { type AsyncCandidate, measureAsync } from "../measure.ts";
import type { Row } from "../report.ts";
import type { Scale } from "../scale.ts";
import { makeEvent } from "./make_event.ts";
import type { Fixture } from "./fixture.ts";

/** See the top of this file. */
export async function* benchSnapshots({ backend }: Fixture, scale: Scale): AsyncGenerator<Row, void, void> {
  const { snapshots } = backend.store("snapshots");
  const operations = scale.count(200);
  const state = { orders: Array.from({ length: 8 }, (_, i) => makeEvent(i).data) };
  const put: AsyncCandidate<number> = {
    name: "put",
    operations,
    prepare: (round) => round + 1,
    async run(version) {
      const snapshot = { version, schema: 1, eventId: "an-event", state };
      for (let i = 0; i < operations; i++) await snapshots.put(`order.${i & 15}`, snapshot);
      return operations;
    },
  };
  const latest: AsyncCandidate = {
    name: "latest",
    operations,
    async prepare() {
      const snapshot = { version: 1_000_000, schema: 1, eventId: "an-event", state };
      for (let i = 0; i < 16; i++) await snapshots.put(`cart.${i}`, snapshot);
    },
    async run() {
      let found = 0;
      for (let i = 0; i < operations; i++) if (await snapshots.latest(`cart.${i & 15}`) !== undefined) found++;
      return found;
    },
  };
  const measured = await measureAsync(scale.rounds(11), [put, latest]);
  for (const name of ["put", "latest"]) {
    const group = "a snapshot of 2 kB";
    yield { group, name: `${name}()`, measured: measured.nanoseconds(name) / 1_000, unit: "µs" };
  }
}
