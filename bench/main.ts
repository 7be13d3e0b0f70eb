/**
 * Measures, and prints every figure beside what it is to reach: `deno task bench [group...] [--json] [--short] [--cpu]`.
 *
 * Without a group: all of them. `--json`: one line of JSON each, the machine first. `--short`: a small workload that
 * checks every answer; its times mean nothing. `--cpu`: computing time of all threads in place of the clock on the wall.
 *
 * @module
 */
import { describeMachine } from "./machine.ts";
import { report, type Row } from "./report.ts";
import { FULL, type Scale, SHORT } from "./scale.ts";

/** Runs its benches one after the other and gives their rows. */
type Group = (scale: Scale) => AsyncIterable<Row>;

/** Loaded when they are run, as each brings peers of its own. */
const GROUPS: Readonly<Record<string, () => Promise<Group>>> = {
  memory: async () => (await import("./memory/group.ts")).memoryGroup,
  routing: async () => (await import("./routing/group.ts")).routingGroup,
};

const FLAGS = ["--json", "--short", "--cpu"];

async function main(args: readonly string[]): Promise<void> {
  const flags = args.filter((arg) => arg.startsWith("--"));
  const unknown = flags.find((flag) => !FLAGS.includes(flag));
  if (unknown !== undefined) throw new Error(`Cannot run benches with ${unknown}: there are ${FLAGS.join(", ")}`);
  const named = args.filter((arg) => !arg.startsWith("--"));
  const short = flags.includes("--short");
  const machine = { ...describeMachine(), clock: flags.includes("--cpu") ? "computing time" : "wall time" };
  console.log(flags.includes("--json") ? JSON.stringify({ machine }) : `${sentence(machine)}\n`);
  const rows: Row[] = [];
  for (const name of named.length > 0 ? named : Object.keys(GROUPS)) {
    const load = GROUPS[name];
    if (load === undefined) throw new Error(`Cannot run group "${name}": there are ${Object.keys(GROUPS).join(", ")}`);
    const group = await load();
    for await (const row of group(short ? SHORT : FULL)) {
      console.error(`${row.group}: ${row.name}`); // So that whoever waits sees that it goes on.
      rows.push(short ? { ...row, reach: undefined, stretch: undefined } : row);
    }
  }
  report(rows);
}

function sentence({ deno, v8, processor, cores, system, clock }: Record<string, string>): string {
  return `Deno ${deno}, V8 ${v8}, ${processor}, ${cores}, ${system}; ${clock}`;
}

await main(Deno.args);
