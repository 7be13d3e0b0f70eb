import { assertEquals } from "@std/assert";
import { quote } from "../../src/error/quote.ts";

const cases: [value: unknown, shown: string][] = [
  ["x", '"x"'],
  ['a"b\n', '"a\\"b\\n"'],
  ["x".repeat(81), `"${"x".repeat(80)}…"`],
  [1.5, "1.5"],
  [-0, "-0"],
  [NaN, "NaN"],
  [10n, "the bigint 10"],
  [true, "true"],
  [undefined, "undefined"],
  [null, "null"],
  [[1], "an array"],
  [{ toString: () => "evil" }, "an object"],
  [() => 1, "a function"],
  [Symbol("s"), "a symbol"],
];

for (const [value, shown] of cases) {
  Deno.test(`an error shows ${shown.slice(0, 30)}`, () => assertEquals(quote(value), shown));
}
