import { COVERAGE, isOnce, runAllTests, takeTotals } from "./all_tests.ts";
import { checkArguments } from "./check_arguments.ts";
import { captureDeno } from "./deno.ts";
import type { PackageSource } from "./jsr.ts";
import { inRoot, ROOT } from "./root.ts";
import { NO_TESTS, totalsLine } from "./test_totals.ts";

/** One check of the gate. `output` is shown only if it failed, `note` behind its time. */
interface StepResult {
  readonly ok: boolean;
  readonly output: string;
  readonly note?: string;
  /** Said once more at the very end: what failed, in short. */
  readonly failures?: string;
}

interface Step {
  readonly name: string;
  readonly run: (source: PackageSource) => Promise<StepResult>;
}

/** Coverage is of what users run. Anchored, as the project may itself lie in a folder named src. */
const COVERED = `--include=^${RegExp.escape(ROOT.href)}(src|adapters)/`;

/** What users import; the documentation of all that these export has to be complete. */
function entryPoints(): string[] {
  const { exports } = JSON.parse(Deno.readTextFileSync(inRoot("deno.json")));
  return Object.values(exports);
}

/** The gate, cheap checks first. Types are checked once, so the tests after that need not. */
const STEPS: readonly Step[] = [
  { name: "format", run: (source) => deno(source, "fmt", "--check") },
  { name: "lint", run: (source) => deno(source, "lint") },
  { name: "types, documentation included", run: (source) => deno(source, ...checkArguments()) },
  { name: "documentation", run: (source) => deno(source, "doc", "--lint", ...entryPoints()) },
  { name: "tests, documentation included", run: testsUnderCoverage },
  { name: "coverage", run: coverage },
  { name: "package", run: (source) => deno(source, "publish", "--dry-run", "--allow-dirty", "--no-check") },
];

/** Runs every step, also after one that failed, and says at the end whether all is well. */
export async function runOk(source: PackageSource): Promise<boolean> {
  let ok = true;
  let totals = totalsLine(NO_TESTS);
  let failures = "";
  for (const step of STEPS) {
    const start = performance.now();
    const result = await step.run(source);
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    console.log(
      `${result.ok ? "ok    " : "FAILED"} ${step.name} (${seconds} s)${result.note ? `: ${result.note}` : ""}`,
    );
    if (!result.ok) console.log(`\n${result.output}\n`);
    ok &&= result.ok;
    totals = result.note ?? totals;
    failures += result.failures ?? "";
  }
  console.log(`${failures}\n${totals}`);
  return ok;
}

async function deno(source: PackageSource, ...args: [string, ...string[]]): Promise<StepResult> {
  const { code, output } = await captureDeno(source, args);
  return { ok: code === 0, output };
}

async function testsUnderCoverage(source: PackageSource): Promise<StepResult> {
  const before = isOnce() ? await takeTotals() : undefined;
  if (before !== undefined) {
    console.log("       the tests ran just before, under coverage, and all passed");
    return { ok: true, output: "", note: totalsLine(before) };
  }
  const outcome = await runAllTests(source, true);
  const { ok, output, totals, failures } = outcome;
  return { ok, output, note: totalsLine(totals), failures };
}

async function coverage(source: PackageSource): Promise<StepResult> {
  await removeCutOff(inRoot(COVERAGE));
  return await deno(source, "coverage", COVERAGE, COVERED);
}

/** A worker or a process that a test ended while it wrote down its coverage leaves a file that cannot be read. */
async function removeCutOff(folder: string): Promise<void> {
  for await (const { name } of Deno.readDir(folder)) {
    const path = `${folder}/${name}`;
    if (name.endsWith(".json") && !(await Deno.readTextFile(path)).trimEnd().endsWith("}")) await Deno.remove(path);
  }
}
