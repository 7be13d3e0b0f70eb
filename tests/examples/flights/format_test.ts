import { assertEquals } from "@std/assert";
import { count, paragraph, tenths } from "../../../examples/flights/report/format.ts";
import { table } from "../../../examples/flights/report/table.ts";

Deno.test("numbers are for people", () => {
  assertEquals([count(0), count(1_234_567)], ["0", "1,234,567"]);
  assertEquals([tenths(9.25), tenths(-12), tenths(-0.04), tenths(1_234)], ["9.3", "-12.0", "0.0", "1,234.0"]);
});

Deno.test("a paragraph is as wide as 80 columns, and no wider", () => {
  const word = "x".repeat(38);
  assertEquals(paragraph(`${word} ${word}y z`), [`  ${word} ${word}y`, "  z"]);
  assertEquals(paragraph(`${word}y ${word}y z`), [`  ${word}y`, `  ${word}y z`]);
});

Deno.test("a table has numbers to the right and all else to the left", () => {
  assertEquals(table([["name", "n", "note"], ["a", "10", ""], ["longer", "5", "yes"]], [1]), [
    "  name     n  note",
    "  a       10",
    "  longer   5  yes",
  ]);
});
