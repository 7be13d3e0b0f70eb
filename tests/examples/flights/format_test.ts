import { assertEquals } from "@std/assert";
import { formatInteger, formatTenths, paragraph } from "../../../examples/flights/report/format.ts";
import { table } from "../../../examples/flights/report/table.ts";

Deno.test("formatInteger() and formatTenths() use commas, and formatTenths() rounds to one decimal", () => {
  assertEquals([formatInteger(0), formatInteger(1_234_567)], ["0", "1,234,567"]);
  assertEquals([formatTenths(9.25), formatTenths(-12), formatTenths(-0.04), formatTenths(1_234)], [
    "9.3",
    "-12.0",
    "0.0",
    "1,234.0",
  ]);
});

Deno.test("paragraph() fills lines up to 80 columns", () => {
  const word = "x".repeat(38);
  assertEquals(paragraph(`${word} ${word}y z`), [`  ${word} ${word}y`, "  z"]);
  assertEquals(paragraph(`${word}y ${word}y z`), [`  ${word}y`, `  ${word}y z`]);
});

Deno.test("table() aligns the chosen columns to the right and all others to the left", () => {
  assertEquals(table([["name", "n", "note"], ["a", "10", ""], ["longer", "5", "yes"]], [1]), [
    "  name     n  note",
    "  a       10",
    "  longer   5  yes",
  ]);
});
