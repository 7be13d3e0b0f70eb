import { assertEquals } from "@std/assert";
import { type Row, summarize, summaryText, table, verdict } from "../../bench/report.ts";

const row: Row = { group: "append", name: "vs array", measured: 3, unit: "x" };

const verdicts: [row: Partial<Row>, verdict: string, because: string][] = [
  [{}, "", "nothing is to be reached"],
  [{ reach: 4 }, "short", "more is better"],
  [{ reach: 3, stretch: 4 }, "reach", "the first of both"],
  [{ reach: 2, stretch: 3 }, "stretch", "both"],
  [{ unit: "of the time", reach: 4 }, "reach", "less is better"],
  [{ unit: "B", reach: 2 }, "short", "less is better"],
];

for (const [given, expected, because] of verdicts) {
  Deno.test(`${JSON.stringify(given)} is "${expected}": ${because}`, () => {
    assertEquals(verdict({ ...row, ...given }), expected);
  });
}

Deno.test("a table is aligned", () => {
  assertEquals(
    table([{ ...row, reach: 2, note: "a note" }, { ...row, name: "vs a longer name", measured: 123.4 }]),
    [
      "bench                     measured  unit  reach  stretch  verdict  note",
      "append: vs array          3.00      x     2               reach    a note",
      "append: vs a longer name  123       x",
    ].join("\n"),
  );
});

Deno.test("summarize() counts each figure once, and names those that miss their goal", () => {
  const rows: Row[] = [{ ...row, reach: 2, stretch: 3 }, { ...row, reach: 4 }, row, { ...row, reach: 3, stretch: 4 }];
  const summary = summarize(rows)!;
  assertEquals(summary, { figures: 3, stretch: 1, reach: 1, short: ["append: vs array"] });
  assertEquals(summaryText(summary), "3 figures: 1 stretch, 1 reach, 1 short:\n- append: vs array");
  assertEquals(summarize([row]), undefined);
});
