import { assertEquals } from "@std/assert";
import { addTotals, countJunit, totalsLine } from "../../tools/test_totals.ts";

const PASSED = "\n</testcase>";
const FAILED = `<failure message="no">no</failure></testcase>`;
const SKIPPED = "<skipped/></testcase>";
const CANCELLED = `<error message="Cancelled"/></testcase>`;

function report(...cases: [name: string, end: string][]): string {
  return cases.map(([name, end]) => `<testcase name="${name}" classname="./a_test.ts" time="0.1" line="3">${end}`).join(
    "\n",
  );
}

const reports: [xml: string, line: string, because: string][] = [
  ["", "0 passed, 0 failed, 0 skipped", "deno wrote nothing"],
  [report(["a", PASSED], ["b", FAILED], ["c", SKIPPED]), "1 passed, 1 failed, 1 skipped", "each stands for itself"],
  [report(["a", PASSED], ["b", CANCELLED]), "1 passed, 1 failed, 0 skipped", "what its file kept from running failed"],
  [report(["a", PASSED], ["a &gt; b", PASSED], ["a &gt; c", SKIPPED]), "1 passed, 0 failed, 1 skipped", "steps count"],
  [
    report(["a", PASSED], ["a &gt; b", PASSED], ["a &gt; b &gt; c", PASSED]),
    "1 passed, 0 failed, 0 skipped",
    "innermost steps count",
  ],
  [
    report(["a", FAILED], ["a &gt; b", PASSED], ["a &gt; c", FAILED]),
    "1 passed, 1 failed, 0 skipped",
    "a test that fails for its step is not one more failure",
  ],
  [
    report(["a", FAILED], ["a &gt; b", PASSED]),
    "1 passed, 1 failed, 0 skipped",
    "a test that fails in its own lines is",
  ],
  [report(["a", PASSED], ["a", FAILED]), "1 passed, 1 failed, 0 skipped", "two tests of one name are two"],
];

Deno.test("deno's JUnit report is counted", async (t) => {
  for (const [xml, line, because] of reports) {
    await t.step(`${line}: ${because}`, () => assertEquals(totalsLine(countJunit(xml)), line));
  }
});

Deno.test("totals add up", () => {
  const sum = addTotals({ passed: 1, failed: 2, skipped: 3 }, { passed: 10, failed: 20, skipped: 30 });
  assertEquals(totalsLine(sum), "11 passed, 22 failed, 33 skipped");
});
