import type { DenoResult } from "./deno.ts";
import type { PackageSource } from "./jsr.ts";
import { inRoot } from "./root.ts";
import { chooseRooms, type TestRoom } from "./test_rooms.ts";
import { failuresIn } from "./test_failures.ts";
import { addTotals, countJunit, NO_TESTS, type TestTotals } from "./test_totals.ts";
import { watchDeno } from "./watch_deno.ts";

/** What `deno task test` was asked for. */
export interface TestRequest {
  /** Files and folders; none means all. */
  readonly paths: readonly string[];
  /** Handed on to every `deno test`. */
  readonly flags: readonly string[];
}

/** How tests are run. */
export interface TestRunOptions {
  readonly source: PackageSource;
  /** Folder for coverage data. The documentation's examples add none: in that mode deno loses sight of the sources. */
  readonly coverage?: string | undefined;
  /** Whether to keep the output until it is known that something failed. */
  readonly quiet?: boolean | undefined;
}

/** How all the tests ended. */
export interface TestOutcome {
  readonly ok: boolean;
  readonly totals: TestTotals;
  /** What the failing rooms said. */
  readonly output: string;
  /** What failed in them and how, in short; empty if nothing did. */
  readonly failures: string;
}

/** Flags of `deno test` whose value may stand apart from them. */
const FLAGS_WITH_VALUE = new Set(["--filter", "--reporter", "--shard", "--seed", "--retry", "--repeats"]);

/** Tells paths from flags in what follows `deno task test`. */
export function parseTestArguments(args: readonly string[]): TestRequest {
  const paths: string[] = [];
  const flags: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]!;
    if (arg === "--") continue;
    if (!arg.startsWith("-")) paths.push(arg);
    else flags.push(arg, ...(FLAGS_WITH_VALUE.has(arg) ? args.slice(++i, i + 1) : []));
  }
  return { paths, flags };
}

/** Runs the tests room by room; a failing room does not keep the next one from running. */
export async function runTests(request: TestRequest, options: TestRunOptions): Promise<TestOutcome> {
  let outcome: TestOutcome = { ok: true, totals: NO_TESTS, output: "", failures: "" };
  const missing = request.paths.find((path) => !exists(path));
  if (missing !== undefined) throw new Error(`Cannot test "${missing}": there is no such file or folder`);
  for (const room of chooseRooms(request.paths)) {
    const { ok, totals, output, failures } = await runRoom(room, request.flags, options);
    outcome = {
      ok: outcome.ok && ok,
      totals: addTotals(outcome.totals, totals),
      output: outcome.output + (ok ? "" : output),
      failures: outcome.failures + failures,
    };
  }
  const askedForAll = request.paths.length === 0 && request.flags.length === 0;
  if (askedForAll && outcome.totals.passed === 0) return { ...outcome, ok: false };
  return outcome;
}

async function runRoom(room: TestRoom, flags: readonly string[], options: TestRunOptions): Promise<TestOutcome> {
  const paths = room.paths.filter(exists);
  if (paths.length === 0) return { ok: true, totals: NO_TESTS, output: "", failures: "" };
  if (!options.quiet) console.log(`\ntests: ${room.name}`);
  const report = await Deno.makeTempFile({ prefix: "aether-junit-", suffix: ".xml" });
  try {
    const args: [string, ...string[]] = ["test", ...roomFlags(room, options), `--junit-path=${report}`, ...flags];
    const result = await watchDeno(options.source, [...args, ...paths], options.quiet ?? false);
    const ok = result.code === 0;
    const failures = ok ? "" : `\nFailed in "${room.name}":\n\n${failuresIn(result.output)}\n`;
    return { ok, totals: await readTotals(report, result), output: result.output, failures };
  } finally {
    await Deno.remove(report);
  }
}

function roomFlags(room: TestRoom, { coverage, quiet }: TestRunOptions): string[] {
  return [
    "--quiet",
    "--no-prompt",
    "--permit-no-files",
    ...(room.parallel ? ["--parallel"] : []),
    ...room.permissions,
    ...room.except.map((path) => `--ignore=${path}`),
    ...(room.doc ? ["--doc"] : []),
    ...(quiet ? ["--no-check"] : []),
    ...(coverage && !room.doc ? [`--coverage=${coverage}`, "--coverage-raw-data-only"] : []),
  ];
}

/** A room that failed before its first test (it does not compile, say) left no report: that is one failure. */
async function readTotals(report: string, { code }: DenoResult): Promise<TestTotals> {
  const totals = countJunit(await Deno.readTextFile(report));
  return code !== 0 && totals.failed === 0 ? { ...totals, failed: 1 } : totals;
}

function exists(path: string): boolean {
  try {
    Deno.statSync(inRoot(path));
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
