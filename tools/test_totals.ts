/** How many tests ended how. A test with steps counts as its innermost steps. */
export interface TestTotals {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export const NO_TESTS: TestTotals = { passed: 0, failed: 0, skipped: 0 };

export function addTotals(a: TestTotals, b: TestTotals): TestTotals {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped };
}

/** The one line that programs look for: `12 passed, 0 failed, 1 skipped`. */
export function totalsLine({ passed, failed, skipped }: TestTotals): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

/** One `<testcase>` of deno's JUnit report. */
interface TestCase {
  readonly id: string;
  readonly outcome: keyof TestTotals;
}

/**
 * Counts deno's JUnit report. Steps stand there beside their test, as `test > step`; a parent says nothing that its
 * steps do not say, except when it fails while all of them are well (in its own last lines, for instance).
 */
export function countJunit(xml: string): TestTotals {
  const cases = [...xml.matchAll(TEST_CASE)].map(toTestCase);
  const parents = new Set(cases.flatMap(({ id }) => ancestors(id)));
  const failures = cases.filter(({ outcome }) => outcome === "failed").map(({ id }) => id);
  const blamedOnSteps = new Set(failures.flatMap(ancestors));
  const totals = { ...NO_TESTS };
  for (const { id, outcome } of cases) {
    const ownFailure = outcome === "failed" && !blamedOnSteps.has(id);
    if (!parents.has(id) || ownFailure) totals[outcome]++;
  }
  return totals;
}

const TEST_CASE = /<testcase name="([^"]*)" classname="([^"]*)"[^>]*?(?:\/>|>([\s\S]*?)<\/testcase>)/g;

/** How the report writes the ` > ` between a test's name and its step's. */
const STEP_SEPARATOR = " &gt; ";

function toTestCase([, name = "", file = "", body = ""]: RegExpMatchArray): TestCase {
  const isFailed = body.includes("<failure") || body.includes("<error");
  const outcome = isFailed ? "failed" : body.includes("<skipped") ? "skipped" : "passed";
  return { id: `${file}\n${name}`, outcome };
}

function ancestors(id: string): string[] {
  const names = id.split(STEP_SEPARATOR);
  return names.slice(1).map((_, index) => names.slice(0, index + 1).join(STEP_SEPARATOR));
}
