import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { type Bar, barsOf, CHARTED, inWords } from "../../bench/figures/bars.ts";
import { DARK, drawChart, LIGHT } from "../../bench/figures/draw_chart.ts";
import { replaceFigures } from "../../bench/figures/replace_figures.ts";
import type { Row } from "../../bench/report.ts";

/** One row for each bar of the chart. The figures are 1, 2, 3, ... */
const rows: Row[] = CHARTED.map(([name], index) => {
  const [, group, rest] = /^(.*?): (.*)$/.exec(name)!;
  return { group: group!, name: rest!, measured: index + 1, unit: name.includes(" / ") ? "of the time" : "x" };
});

Deno.test("barsOf() makes a bar for each charted row, the fastest first", () => {
  const bars = barsOf([{ group: "a", name: "b", measured: 9, unit: "x" }, ...rows]);
  assertEquals(bars.length, 10);
  assertEquals(bars.map(({ factor }) => factor), bars.map(({ factor }) => factor).toSorted((a, b) => b - a));
  assertEquals(bars.find(({ reference }) => reference === "slicing an array")?.factor, 1 / 9);
  assertThrows(() => barsOf(rows.slice(1)), Error, "Cannot draw the chart: there is no row");
});

const descriptions: [factor: number, words: string][] = [
  [58, "58.0 times faster than x"],
  [1, "1.00 times faster than x"],
  [0.5, "2.00 times the cost of x"],
];

for (const [factor, expected] of descriptions) {
  Deno.test(`inWords() describes a factor of ${factor} as "${expected}"`, () =>
    assertEquals(inWords({ label: "a", reference: "x", factor }), expected));
}

Deno.test("drawChart() draws faster bars to the right of the line and slower ones to its left", () => {
  const bars: Bar[] = [{ label: "a", reference: "<b>", factor: 4 }, { label: "c", reference: "d", factor: 0.25 }];
  const svg = drawChart(bars, "Deno 1", LIGHT);
  const positions = [...svg.matchAll(/<rect x="(\d+)" y="\d+" width="(\d+)" .* fill="(.*)"/g)].map((match) =>
    match.slice(1)
  );
  assertEquals(positions, [["460", "140", LIGHT.faster], ["320", "140", LIGHT.slower]]);
  for (const part of [">a<", "4.00 times faster than &lt;b&gt;<", "4.00 times the cost of d<", ">Deno 1; "]) {
    assertStringIncludes(svg, part);
  }
  assertStringIncludes(drawChart(bars, "", DARK), DARK.faster);
});

Deno.test("drawChart() draws a bar of one pixel for a factor of 1", () => {
  assert(drawChart([{ label: "a", reference: "b", factor: 1 }], "", LIGHT).includes(`width="1"`));
});

Deno.test("replaceFigures() replaces the tables of a page, without goals", () => {
  const page =
    "before\n\n<!-- figures: written by deno task bench --docs -->\n\nold\n\n<!-- end of figures -->\n\nafter\n";
  const row: Row = { group: "a", name: "> b", measured: 2, unit: "x", reach: 7, note: "x | y" };
  const replaced = replaceFigures(page, [{ name: "routing", rows: [row] }], "Deno 1");
  for (const part of ["before\n", "Deno 1.", "### Figures: routing", "| a: \\> b | 2.00 x | x \\| y |", "after\n"]) {
    assertStringIncludes(replaced, part);
  }
  assert(!replaced.includes("old\n") && !replaced.includes("7"));
  assertThrows(() => replaceFigures("", [], ""), Error, "Cannot replace figures: the page needs <!-- figures");
});
