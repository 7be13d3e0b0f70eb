import type { PackageSource } from "./jsr.ts";
import { inRoot } from "./root.ts";
import { runTests, type TestOutcome } from "./run_tests.ts";
import type { TestTotals } from "./test_totals.ts";

/** Where coverage data is left. */
export const COVERAGE = "coverage";

/**
 * Whether `deno task test` and the `deno task ok` after it are to run the tests once between them, as .ci/run asks for:
 * the first runs them under coverage and leaves what it counted, the second takes that.
 */
export function isOnce(): boolean {
  return Deno.env.get("AETHER_TESTS_ONCE") === "1";
}

/** Runs all tests, under coverage. What an earlier run left is gone then, however this one ends. */
export async function runAllTests(source: PackageSource, quiet: boolean): Promise<TestOutcome> {
  await removeIfThere(inRoot(LEFT));
  await removeIfThere(inRoot(COVERAGE));
  return await runTests({ paths: [], flags: [] }, { source, coverage: COVERAGE, quiet });
}

/** Leaves what was counted when all tests passed. */
export async function leaveTotals(totals: TestTotals): Promise<void> {
  await Deno.mkdir(inRoot(".cache"), { recursive: true });
  await Deno.writeTextFile(inRoot(LEFT), JSON.stringify(totals));
}

/** Takes what was left, which is gone then: it is of the files as they were at that moment. */
export async function takeTotals(): Promise<TestTotals | undefined> {
  try {
    const left = await Deno.readTextFile(inRoot(LEFT));
    await Deno.remove(inRoot(LEFT));
    return JSON.parse(left);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

const LEFT = ".cache/all_tests.json";

async function removeIfThere(path: string): Promise<void> {
  try {
    await Deno.remove(path, { recursive: true });
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
