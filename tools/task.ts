/**
 * The runner behind `deno task`: finds out which packages can be had, says so in one line, and does the task.
 *
 * @module
 */
import { isOnce, leaveTotals, runAllTests } from "./all_tests.ts";
import { checkArguments } from "./check_arguments.ts";
import { existsSync } from "node:fs";
import { runDeno } from "./deno.ts";
import { choosePackageSource, type PackageSource } from "./jsr.ts";
import { runOk } from "./ok.ts";
import { parseTestArguments, runTests } from "./run_tests.ts";
import { totalsLine } from "./test_totals.ts";

type Task = (source: PackageSource, args: string[]) => Promise<boolean>;

const TASKS: Readonly<Record<string, Task>> = {
  test: async (source, args) => {
    const request = parseTestArguments(args);
    const once = isOnce() && request.paths.length === 0 && request.flags.length === 0;
    const { ok, totals, failures } = once ? await runAllTests(source, false) : await runTests(request, { source });
    if (once && ok) await leaveTotals(totals);
    console.log(`${failures}\n${totalsLine(totals)}`);
    return ok;
  },
  ok: (source) => runOk(source),
  check: (source) => succeeds(source, checkArguments()),
  bench: async (source, args) => {
    const [group, ...rest] = args;
    const table = group === "table";
    if (table || group === undefined) {
      const printed = await succeeds(source, ["bench", "-A", "bench/table", "--", ...rest]);
      if (table || !printed) return printed;
    }
    return await succeeds(source, ["run", "-A", "--v8-flags=--expose-gc", "bench/main.ts", ...args]);
  },
  demo: (source, args) =>
    succeeds(source, ["run", ...EXAMPLE_PERMISSIONS, "examples/flights/main.ts", ...args.map(fromCallersFolder)]),
  booking: (source, args) => {
    const folder = args[args.indexOf("--data") + 1];
    const data = args.includes("--data") && folder !== undefined ? [`--allow-write=${folder}`] : [];
    return succeeds(source, ["run", ...EXAMPLE_PERMISSIONS, ...data, "examples/booking/main.ts", ...args]);
  },
};

/** Files of its own and a NATS connection: an example starts no program and writes no file. */
const EXAMPLE_PERMISSIONS = ["--no-prompt", "--allow-read", "--allow-net", "--allow-env"];

/** A path as it was meant in the folder where the task was called; tasks run in the project's. */
function fromCallersFolder(arg: string): string {
  const path = `${Deno.env.get("INIT_CWD") ?? "."}/${arg}`;
  return !arg.startsWith("-") && existsSync(path) ? path : arg;
}

async function succeeds(source: PackageSource, args: readonly [string, ...string[]]): Promise<boolean> {
  return (await runDeno(source, args)).code === 0;
}

async function main([name = "", ...args]: string[]): Promise<boolean> {
  const task = TASKS[name];
  if (task === undefined) throw new Error(`Cannot run task "${name}": there are ${Object.keys(TASKS).join(", ")}`);
  const source = await choosePackageSource();
  console.log(source.sentence);
  return await task(source, args[0] === "--" ? args.slice(1) : args);
}

if (import.meta.main) {
  try {
    if (!await main(Deno.args)) Deno.exit(1);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    Deno.exit(1);
  }
}
