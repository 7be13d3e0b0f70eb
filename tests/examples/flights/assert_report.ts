import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { ExampleResult } from "../run_example.ts";
import { english, expectedBusiest, expectedMainAirport, expectedTotals, type Flight } from "./expected_report.ts";

/** Asserts that the output of the demo is the report of the flights, without control codes or long lines. */
export function assertReport({ code, stdout, stderr }: ExampleResult, flights: readonly Flight[], root = "flights") {
  assertEquals([code, stderr], [0, ""]);
  const lines = stdout.trimEnd().split("\n");
  // deno-lint-ignore no-control-regex
  assertEquals(lines.filter((line) => /[\0-\x1f\x7f-\x9f]/.test(line)), [], "control codes");
  assertEquals(lines.filter((line) => line.length > 80), [], "more than 80 columns");
  assert(lines.length <= 45, `${lines.length} lines`);

  const section = (heading: string) => cellsBelow(lines, heading);
  assertEquals(section("Stored").slice(1), [
    [`${root}.departures`, ...expectedTotals(flights, "origin")],
    [`${root}.arrivals`, ...expectedTotals(flights, "destination")],
  ]);
  assertEquals(section("Busiest airports, rebuilt from their events").slice(1), expectedBusiest(flights));

  const { actorId, departed, landed } = expectedMainAirport(flights);
  assertStringIncludes(
    joinCells(section("A stale append is refused")),
    `Cannot append to "${actorId}" in namespace "${root}.departures" expecting version ${departed - 1}: ` +
      `it is at version ${departed}. Nothing was stored. Load the actor and decide again ` +
      `Version before ${english(departed)}, after ${english(departed)}`,
  );
  assertEquals(section(`${actorId} in three namespaces`).slice(1), [
    [`${root}.departures`, english(departed)],
    [`${root}.arrivals`, english(landed)],
    [`${root}.cancellations`, "0"],
    ["Events that departures and arrivals have in common: 0"],
  ]);
  assertEquals(section("Namespaces that a grant shows").slice(1), [
    [`${root}.arrivals`, `${root}.arrivals`],
    [`${root}.*`, `${root}.arrivals`],
    [`${root}.departures`],
  ]);
}

/** The indented lines below a heading, each split into its cells. */
function cellsBelow(lines: readonly string[], heading: string): string[][] {
  const start = lines.indexOf(heading);
  assert(start >= 0, `The output has no heading "${heading}"`);
  const length = lines.slice(start + 1).findIndex((line) => !line.startsWith("  "));
  return lines.slice(start + 1, length < 0 ? undefined : start + 1 + length).map((line) => line.trim().split(/ {2,}/));
}

function joinCells(cells: readonly string[][]): string {
  return cells.flat().join(" ");
}
