import { type AsyncCandidate, measureAsync, type Measured } from "../measure.ts";
import { figure, type Row } from "../report.ts";
import type { Reference } from "./references.ts";
import { ServerClock } from "./server_clock.ts";

/** The goals of an append beside one reference, by computing time of the client. */
export type Goals = Readonly<Partial<Record<Reference["name"], { readonly reach: number; readonly stretch: number }>>>;

/**
 * Measures appends beside references. Each reference has two rows: by wall time, and by the computing time of this
 * process. If client and server share the processors of a machine, wall time measures the server.
 *
 * @param append The candidate that appends. Its name must be `append`.
 * @param candidates One candidate for each reference, with the name of the reference.
 */
export async function* appendRows(
  group: string,
  pid: number | undefined,
  rounds: number,
  append: AsyncCandidate,
  references: readonly Reference[],
  candidates: readonly AsyncCandidate[],
  goals: Goals,
): AsyncGenerator<Row, void, void> {
  const all = [append, ...candidates];
  const clocks = new Map(all.map(({ name }) => [name, new ServerClock(pid)]));
  const measured = await measureAsync(
    rounds,
    all.map((candidate): AsyncCandidate => ({
      ...candidate,
      prepare: (round) => candidate.prepare(round),
      run: (input) => clocks.get(candidate.name)!.during(candidate.operations, () => candidate.run(input)),
    })),
  );
  const timesOf = (name: string) => times(measured, name, clocks.get(name)!);
  for (const { name, label } of references) {
    const note = `append ${timesOf("append")}; reference ${timesOf(name)}`;
    const common = { group, unit: "x", note } as const;
    yield { ...common, name: `vs ${label}`, measured: measured.timeRatio(name, "append") };
    const computing = measured.computing.timeRatio(name, "append");
    yield { ...common, name: `vs ${label}, computing time`, measured: computing, ...goals[name] };
  }
}

/** The wall time of a candidate, and the computing times of the client and, if the system provides it, the server. */
function times(measured: Measured, name: string, { microseconds }: ServerClock): string {
  const client = figure(measured.computing.nanoseconds(name) / 1_000);
  const server = microseconds === undefined ? "" : `, server ${figure(microseconds)} µs`;
  return `${figure(measured.nanoseconds(name) / 1_000)} µs (computing: client ${client} µs${server})`;
}
