import { assert, assertEquals } from "@std/assert";
import { METRICS } from "../../src/telemetry/metric_definitions.ts";
import { CONVENTIONS_VERSION, SPAN_DEFINITIONS } from "../../src/telemetry/span_definitions.ts";

const guide = await Deno.readTextFile(new URL("../../docs/observability.md", import.meta.url));

/** The rows of the table in the guide whose first column has a title, as cells without backquotes. */
function tableOf(title: string): string[][] {
  const lines = guide.split("\n");
  const start = lines.findIndex((line) => line.startsWith(`| ${title} `));
  const end = lines.findIndex((line, i) => i > start && !line.startsWith("|"));
  return lines.slice(start + 2, end).map((line) => {
    return line.split("|").slice(1, -1).map((cell) => cell.trim().replaceAll("`", ""));
  });
}

Deno.test("SPAN_DEFINITIONS has the spans of the guide, with their kinds", () => {
  const listed = tableOf("verb").map(([verb, kind]) => [verb, kind]);
  const defined = Object.values(SPAN_DEFINITIONS).map(({ verb, kind }) => [verb, kind]);
  assertEquals(listed.toSorted(), defined.toSorted());
});

Deno.test("METRICS has the metrics of the guide, with their kinds and units", () => {
  const listed = tableOf("metric").map(([name, kind, unit]) => [name, kind, unit]);
  assertEquals(listed, Object.values(METRICS).map(({ name, kind, unit }) => [name, kind, unit]));
});

Deno.test("openTelemetry() sets the span attributes of the guide, and no others", async () => {
  const files = ["spans.ts", "span_definitions.ts"];
  const sources = await Promise.all(files.map((file) => {
    return Deno.readTextFile(new URL(`../../src/telemetry/${file}`, import.meta.url));
  }));
  const set = [...sources.join("").matchAll(/"((?:messaging|db|error|aether)\.[\w.]+)"/g)].map(([, name]) => name!);
  assert(set.length > 20);
  assertEquals(tableOf("attribute").map(([name]) => name!).toSorted(), [...new Set(set)].sort());
});

Deno.test("CONVENTIONS_VERSION is in the guide", () => {
  assert(guide.includes(`version ${CONVENTIONS_VERSION}`));
});
