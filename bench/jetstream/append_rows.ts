import { type AsyncCandidate, measureAsync, type Measured } from "../measure.ts";
import { figure, type Row } from "../report.ts";
import type { Reference } from "./references.ts";
import { ServerClock } from "./server_clock.ts";

/** The goals of an append beside one reference, by computing time of the client. */
export type Goals = Readonly<Partial<Record<Reference["name"], { readonly reach: number; readonly stretch: number }>>>;

/**
 * Measures appends beside references. There are two rows for each reference: by wall time, and by the computing time of
 * this process. On a machine whose processors the client shares with the server, wall time measures the server.
 *
 * @param append Its name is `append`.
 * @param candidates One for each reference, with its name.
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
  const note = (name: string) => `${times(measured, name)}${ofServer(clocks.get(name)!)}`;
  for (const { name, label } of references) {
    const beside = `append ${note("append")}; reference ${note(name)}`;
    const common = { group, unit: "x", note: beside } as const;
    yield { ...common, name: `vs ${label}`, measured: measured.timeRatio(name, "append") };
    const computing = measured.computing.timeRatio(name, "append");
    yield { ...common, name: `vs ${label}, computing time`, measured: computing, ...goals[name] };
  }
}

function times(measured: Measured, name: string): string {
  const computing = measured.computing.nanoseconds(name) / 1_000;
  return `${figure(measured.nanoseconds(name) / 1_000)} µs, computing ${figure(computing)} µs`;
}

function ofServer({ microseconds }: ServerClock): string {
  return microseconds === undefined ? "" : ` and ${figure(microseconds)} µs of the server`;
}
