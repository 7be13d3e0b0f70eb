/**
 * The computing time of the server for an append whose commit it republishes, and for an append whose commit it does
 * not republish. 256 writers append concurrently, each to its own actor. The first commit of each actor is not timed.
 */
import { jetstream } from "../../adapters/jetstream/mod.ts";
import { type AsyncCandidate, measureAsync } from "../measure.ts";
import { figure, type Row } from "../report.ts";
import type { Scale } from "../scale.ts";
import { makeEvent } from "./make_event.ts";
import { microseconds } from "./microseconds.ts";
import type { Fixture } from "./fixture.ts";
import { ServerClock } from "./server_clock.ts";

const WRITERS = 256;
const EVENTS = [makeEvent(0)];

/** See the top of this file. It yields nothing if the system does not provide the computing time of the server. */
export async function* benchRepublish(
  { connection, server }: Fixture,
  scale: Scale,
): AsyncGenerator<Row, void, void> {
  await using republishing = await jetstream({ connection });
  await using plain = await jetstream({ connection, republish: false });
  const each = scale.count(20);
  const candidates = ([["republished", republishing], ["not-republished", plain]] as const).map(([name, backend]) => {
    const store = backend.store(name);
    const clock = new ServerClock(server.pid);
    const append = async (actor: string, from: number, count: number) => {
      for (let version = from; version < from + count; version++) {
        await store.append(actor, EVENTS, { expectedVersion: version });
      }
    };
    const candidate: AsyncCandidate<readonly string[]> = {
      name,
      operations: WRITERS * each,
      async prepare(round) {
        const actors = Array.from({ length: WRITERS }, (_, i) => `order.${round}.${i}`);
        await Promise.all(actors.map((actor) => append(actor, 0, 1)));
        return actors;
      },
      async run(actors) {
        const appends = () => Promise.all(actors.map((actor) => append(actor, 1, each)));
        await clock.during(WRITERS * each, appends);
        return await store.latestVersion(actors[0]!);
      },
    };
    return { candidate, clock };
  });
  const measured = await measureAsync(scale.rounds(21), candidates.map(({ candidate }) => candidate));
  const [on, off] = candidates.map(({ clock }) => clock.microseconds);
  if (on === undefined || off === undefined) return;
  yield {
    group: `commits of 1 event, to ${WRITERS} actors at once, computing time of the server`,
    name: "not republished / republished",
    measured: off / on,
    unit: "of the time",
    note: `${figure(off)}, ${figure(on)} µs each; wall time ${microseconds(measured, "not-republished")}, ` +
      `${microseconds(measured, "republished")} µs`,
  };
}
