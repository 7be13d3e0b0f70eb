import { assertEquals } from "@std/assert";
import { type Row, summarize, summaryText, table, verdict } from "../../bench/report.ts";

const row: Row = { group: "append", name: "vs array", measured: 3, unit: "x" };

const verdicts: [row: Partial<Row>, verdict: string, reason: string][] = [
  [{}, "", "a row without a goal"],
  [{ reach: 4 }, "short", "a greater factor is better"],
  [{ reach: 3, stretch: 4 }, "reach", "only the first goal is reached"],
  [{ reach: 2, stretch: 3 }, "stretch", "both goals are reached"],
  [{ unit: "of the time", reach: 4 }, "reach", "a smaller share of the time is better"],
  [{ unit: "B", reach: 2 }, "short", "fewer bytes are better"],
];

for (const [given, expected, reason] of verdicts) {
  Deno.test(`verdict() of ${JSON.stringify(given)} is "${expected}": ${reason}`, () => {
    assertEquals(verdict({ ...row, ...given }), expected);
  });
}

Deno.test("table() aligns columns", () => {
  assertEquals(
    table([{ ...row, reach: 2, note: "a note" }, { ...row, name: "vs a longer name", measured: 123.4 }]),
    [
      "bench                     measured  unit  reach  stretch  verdict  note",
      "append: vs array          3.00      x     2               reach    a note",
      "append: vs a longer name  123       x",
    ].join("\n"),
  );
});

Deno.test("summarize() counts each figure once, and lists the figures that miss their goal", () => {
  const rows: Row[] = [{ ...row, reach: 2, stretch: 3 }, { ...row, reach: 4 }, row, { ...row, reach: 3, stretch: 4 }];
  const summary = summarize(rows)!;
  assertEquals(summary, { figures: 3, stretch: 1, reach: 1, short: ["append: vs array"] });
  assertEquals(summaryText(summary), "3 figures: 1 stretch, 1 reach, 1 short:\n- append: vs array");
  assertEquals(summarize([row]), undefined);
});
