import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { drawChart } from "../../bench/chart/chart.ts";
import { markdownFigures, replaceFigures } from "../../bench/chart/markdown.ts";
import { type Section, summarize, summaryText } from "../../bench/chart/section.ts";
import type { Row } from "../../bench/report.ts";

const reached: Row = { group: "31 tokens", name: "> & all", measured: 4, unit: "x", reach: 2, stretch: 3 };
const short: Row = { group: "a", name: "b", measured: 2, unit: "of the time", reach: 1, note: "x | y" };
const told: Row = { group: "only", name: "told", measured: 5, unit: "ns" };
const sections: Section[] = [{ name: "routing", rows: [reached, short, told] }];

Deno.test("a chart shows each figure that has a goal, and marks what is short", () => {
  const svg = drawChart(sections, "Deno 1");
  for (const text of [">routing<", ">31 tokens<", "> &amp; all<".replace(">", "&gt;"), ">4.00×<", "≥ 2×", "Deno 1"]) {
    assertStringIncludes(svg, text);
  }
  assertEquals(svg.match(/class="bar/g)?.length, 2);
  assertEquals(svg.match(/class="bar short"/g)?.length, 1);
  assert(!svg.includes("told") && !svg.includes("NaN"));
});

Deno.test("bars that leave the chart are cut, with an arrow", () => {
  assertStringIncludes(drawChart([{ name: "routing", rows: [{ ...reached, measured: 1e9 }] }], ""), ">→<");
  assertStringIncludes(drawChart([{ name: "memory", rows: [{ ...short, measured: -1 }] }], ""), ">→<");
});

Deno.test("a chart of nothing is refused", () => {
  assertThrows(() => drawChart([{ name: "routing", rows: [told] }], ""), Error, "no row says what it is to reach");
});

Deno.test("a summary counts each figure once, and names those that are short", () => {
  const summary = summarize([reached, short, told, { ...reached, measured: 2 }])!;
  assertEquals(summary, { figures: 3, stretch: 1, reach: 1, short: ["a: b"] });
  assertEquals(summaryText(summary), "3 figures: 1 stretch, 1 reach, 1 short:\n- a: b");
  assertEquals(summarize([told]), undefined);
});

Deno.test("figures take the place of those in a page", () => {
  const page =
    "before\n\n<!-- figures: written by deno task bench --markdown -->\n\nold\n\n<!-- end of figures -->\n\nafter\n";
  const replaced = replaceFigures(page, markdownFigures(sections, "Deno 1"));
  for (const text of ["before\n", "Deno 1.", "### routing", "\\> & all", "**short**", "x \\| y", "after\n"]) {
    assertStringIncludes(replaced, text);
  }
  assert(!replaced.includes("old\n"));
  assertEquals(replaceFigures(replaced, "old"), page);
  assertThrows(() => replaceFigures("no place", ""), Error, "Cannot replace figures: there must be <!-- figures");
});
