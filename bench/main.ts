/**
 * Runs benches and prints each figure beside its goal: `deno task bench [group...] [flags]`. The default is all groups.
 *
 * - `--json`: prints one line of JSON for the machine, and one for each figure.
 * - `--short`: runs a small workload that checks all answers. Its times mean nothing.
 * - `--cpu`: measures the computing time of all threads in place of wall time.
 * - `--docs`: also writes the figures into docs/benchmarks.md and draws the chart of the README.
 *
 * @module
 */
import { barsOf } from "./figures/bars.ts";
import { DARK, drawChart, LIGHT } from "./figures/draw_chart.ts";
import { replaceFigures, type Section } from "./figures/replace_figures.ts";
import { describeMachine } from "./machine.ts";
import { report, type Row, summarize, summaryText } from "./report.ts";
import { FULL, type Scale, SHORT } from "./scale.ts";

/** Runs its benches one after the other and yields their rows. */
type Group = (scale: Scale) => AsyncIterable<Row>;

/** A group is imported when it runs, because it imports the libraries that it compares with. */
const GROUPS: Readonly<Record<string, () => Promise<Group>>> = {
  memory: async () => (await import("./memory/group.ts")).memoryGroup,
  jetstream: async () => (await import("./jetstream/group.ts")).jetStreamGroup,
  consumers: async () => (await import("./consumers/group.ts")).consumersGroup,
  sqlite: async () => (await import("./sqlite/group.ts")).sqliteGroup,
  state: async () => (await import("./state/group.ts")).stateGroup,
  hosting: async () => (await import("./hosting/group.ts")).hostingGroup,
  routing: async () => (await import("./routing/group.ts")).routingGroup,
};

const FLAGS = ["--json", "--short", "--cpu", "--docs"];

async function main(args: readonly string[]): Promise<void> {
  const flags = args.filter((arg) => arg.startsWith("--"));
  const names = args.filter((arg) => !arg.startsWith("--"));
  const unknown = flags.find((flag) => !FLAGS.includes(flag));
  if (unknown !== undefined) throw new Error(`Cannot run benches with ${unknown}: the flags are ${FLAGS.join(", ")}`);
  const [isJson, isShort, isCpu, writesDocs] = FLAGS.map((flag) => flags.includes(flag));
  if (writesDocs && (isShort || names.length > 0)) throw new Error("Cannot write docs: run all groups without --short");

  const machine = { ...describeMachine(), clock: isCpu ? "computing time" : "wall time" };
  console.log(isJson ? JSON.stringify({ machine }) : `${describe(machine)}\n`);
  const sections: Section[] = [];
  for (const name of names.length > 0 ? names : Object.keys(GROUPS)) {
    sections.push({ name, rows: await run(name, isShort!) });
  }
  const rows = sections.flatMap((section) => section.rows);
  report(rows);
  const summary = summarize(rows);
  if (summary !== undefined) console.log(isJson ? JSON.stringify({ summary }) : `\n${summaryText(summary)}`);
  if (writesDocs) await writeDocs(sections, `${describe(machine)}; ${new Date().toISOString().slice(0, 10)}`);
}

async function run(name: string, isShort: boolean): Promise<Row[]> {
  const load = GROUPS[name];
  if (load === undefined) {
    throw new Error(`Cannot run group "${name}": the groups are ${Object.keys(GROUPS).join(", ")}`);
  }
  const group = await load();
  const rows: Row[] = [];
  for await (const row of group(isShort ? SHORT : FULL)) {
    console.error(`${row.group}: ${row.name}`); // Shows progress.
    rows.push(isShort ? { ...row, reach: undefined, stretch: undefined } : row);
  }
  return rows;
}

async function writeDocs(sections: readonly Section[], conditions: string): Promise<void> {
  const bars = barsOf(sections.flatMap(({ rows }) => rows));
  const page = "docs/benchmarks.md";
  const files = new Map([
    [page, replaceFigures(await Deno.readTextFile(page), sections, conditions)],
    ["docs/images/benchmarks-light.svg", drawChart(bars, conditions, LIGHT)],
    ["docs/images/benchmarks-dark.svg", drawChart(bars, conditions, DARK)],
  ]);
  for (const [path, content] of files) await Deno.writeTextFile(path, content);
  const { success } = await new Deno.Command(Deno.execPath(), { args: ["fmt", "--quiet", ...files.keys()] }).output();
  if (!success) throw new Error(`Cannot format ${[...files.keys()].join(", ")}`);
}

function describe({ deno, v8, processor, cores, system, clock }: Record<string, string>): string {
  return `Deno ${deno}, V8 ${v8}, ${processor}, ${cores}, ${system}; ${clock}`;
}

await main(Deno.args);
