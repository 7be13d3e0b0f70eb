import { assertEquals, assertStringIncludes } from "@std/assert";
import { failuresIn } from "../../tools/test_failures.ts";

const failed = (name: string, ...lines: string[]) =>
  [
    `${name} => ./tests/a_test.ts:24:8`,
    ...lines,
    "    at file:///a_test.ts:7:3",
    "    at step (ext:cli/40_test.js:1:2)",
    "",
  ]
    .join("\n");

const output = (details: string) =>
  `a ... ok (1ms)\nb ... FAILED (1ms)\n\n ERRORS \n\n${details}\n FAILURES \n\nnames\n`;

const cases: [what: string, output: string, told: string][] = [
  [
    "each failure with its place, without what is above and below, nor steps through deno",
    output(failed("b", "error: no", "", "1 !== 2") + failed("c ... step", "error: neither")),
    "b => ./tests/a_test.ts:24:8\nerror: no\n1 !== 2\n    at file:///a_test.ts:7:3\n\n" +
    "c ... step => ./tests/a_test.ts:24:8\nerror: neither\n    at file:///a_test.ts:7:3",
  ],
  [
    "a file that fails outside of its tests",
    output("./tests/a_test.ts (uncaught error)\nerror: late\n"),
    "./tests/a_test.ts (uncaught error)\nerror: late",
  ],
  [
    "without colors",
    output(`b \x1b[90m=> ./tests/a_test.ts:1:6\x1b[0m\n\x1b[1merror\x1b[0m: no\n`),
    "b => ./tests/a_test.ts:1:6\nerror: no",
  ],
  [
    "the last lines where no heading is understood",
    output("b => ./tests/a folder/a_test.ts:1:6\nerror: no\n"),
    "b => ./tests/a folder/a_test.ts:1:6\nerror: no\n\n FAILURES \n\nnames",
  ],
  ["the last lines of a run without failures", "one\ntwo\nIt was ended\n", "one\ntwo\nIt was ended"],
];

Deno.test("what failed is told again in short", async (t) => {
  for (const [what, output, told] of cases) {
    await t.step(what, () => assertEquals(failuresIn(output), told));
  }
});

Deno.test("of a long failure the first lines are told, of many failures the first ones", () => {
  const long = failuresIn(output(failed("b", ...Array.from({ length: 100 }, (_, i) => `line ${i}`))));
  assertEquals(long.split("\n").slice(-2), ["line 22", "    ..."]);
  const many = failuresIn(output(Array.from({ length: 12 }, (_, i) => failed(`test ${i}`, "error: no")).join("")));
  assertStringIncludes(many, "test 9 =>");
  assertEquals(many.includes("test 10 =>"), false);
  assertEquals(many.endsWith("... and 2 more:\nnames"), true);
});
