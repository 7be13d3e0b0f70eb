/**
 * Measures, and prints every figure beside what it is to reach: `deno task bench [group...] [flags]`. Without a group: all,
 * and Deno's own table of matching and routing before them, which `deno task bench table` prints alone.
 *
 * - `--json`: one line of JSON each, the machine first.
 * - `--short`: a small workload that checks every answer; its times mean nothing.
 * - `--cpu`: computing time of all threads in place of the clock on the wall.
 * - `--svg <file>`: also draws a chart of the figures that are to reach something.
 * - `--markdown <file>`: also replaces the figures in a page of documentation.
 *
 * @module
 */
import { drawChart } from "./chart/chart.ts";
import { markdownFigures, replaceFigures } from "./chart/markdown.ts";
import { type Section, summarize, summaryText } from "./chart/section.ts";
import { describeMachine } from "./machine.ts";
import { report, type Row } from "./report.ts";
import { FULL, type Scale, SHORT } from "./scale.ts";

/** Runs its benches one after the other and gives their rows. */
type Group = (scale: Scale) => AsyncIterable<Row>;

/** Loaded when they are run, as each brings peers of its own. */
const GROUPS: Readonly<Record<string, () => Promise<Group>>> = {
  memory: async () => (await import("./memory/group.ts")).memoryGroup,
  jetstream: async () => (await import("./jetstream/group.ts")).jetStreamGroup,
  state: async () => (await import("./state/group.ts")).stateGroup,
  routing: async () => (await import("./routing/group.ts")).routingGroup,
};

const FLAGS = ["--json", "--short", "--cpu"];
/** Flags that are followed by the file to write. */
const FILE_FLAGS = ["--svg", "--markdown"];

interface Request {
  readonly groups: readonly string[];
  readonly flags: ReadonlySet<string>;
  readonly files: ReadonlyMap<string, string>;
}

function parse(args: readonly string[]): Request {
  const groups: string[] = [];
  const flags = new Set<string>();
  const files = new Map<string, string>();
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]!;
    if (!arg.startsWith("--")) {
      groups.push(arg);
    } else if (FLAGS.includes(arg)) {
      flags.add(arg);
    } else if (FILE_FLAGS.includes(arg)) {
      const file = args[++i];
      if (file === undefined || file.startsWith("--")) throw new Error(`Cannot run benches with ${arg}: name a file`);
      files.set(arg, file);
    } else {
      throw new Error(`Cannot run benches with ${arg}: there are ${[...FLAGS, ...FILE_FLAGS].join(", ")}`);
    }
  }
  if (flags.has("--short") && files.size > 0) {
    throw new Error(`Cannot write figures of a --short run: its times mean nothing`);
  }
  return { groups: groups.length > 0 ? groups : Object.keys(GROUPS), flags, files };
}

async function main(args: readonly string[]): Promise<void> {
  const { groups, flags, files } = parse(args);
  const json = flags.has("--json");
  const machine = { ...describeMachine(), clock: flags.has("--cpu") ? "computing time" : "wall time" };
  console.log(json ? JSON.stringify({ machine }) : `${sentence(machine)}\n`);
  const sections: Section[] = [];
  for (const name of groups) sections.push({ name, rows: await run(name, flags.has("--short")) });
  const rows = sections.flatMap((section) => section.rows);
  report(rows);
  const summary = summarize(rows);
  if (summary !== undefined) console.log(json ? JSON.stringify({ summary }) : `\n${summaryText(summary)}`);

  const source = `${sentence(machine)}; ${new Date().toISOString().slice(0, 10)}`;
  const svg = files.get("--svg");
  if (svg !== undefined) await Deno.writeTextFile(svg, drawChart(sections, source));
  const page = files.get("--markdown");
  if (page !== undefined) {
    await Deno.writeTextFile(page, replaceFigures(await Deno.readTextFile(page), markdownFigures(sections, source)));
  }
  if (files.size > 0) await format([...files.values()]);
}

/** As the gate wants every file to be, also those that nobody wrote. */
async function format(files: readonly string[]): Promise<void> {
  const { success } = await new Deno.Command(Deno.execPath(), { args: ["fmt", "--quiet", ...files] }).output();
  if (!success) throw new Error(`Cannot format ${files.join(", ")}`);
}

async function run(name: string, short: boolean): Promise<Row[]> {
  const load = GROUPS[name];
  if (load === undefined) throw new Error(`Cannot run group "${name}": there are ${Object.keys(GROUPS).join(", ")}`);
  const group = await load();
  const rows: Row[] = [];
  for await (const row of group(short ? SHORT : FULL)) {
    console.error(`${row.group}: ${row.name}`); // So that whoever waits sees that it goes on.
    rows.push(short ? { ...row, reach: undefined, stretch: undefined } : row);
  }
  return rows;
}

function sentence({ deno, v8, processor, cores, system, clock }: Record<string, string>): string {
  return `Deno ${deno}, V8 ${v8}, ${processor}, ${cores}, ${system}; ${clock}`;
}

await main(Deno.args);
