import { assertEquals } from "@std/assert";
import { formatValue, messageOf } from "../../src/base/format_value.ts";

Deno.test("formatValue() ends on a cycle, and shows a repeated object each time", () => {
  const value: Record<string, unknown> = { n: 1 };
  value.self = [value];
  assertEquals(formatValue(value), "{ n: 1, self: [a cycle] }");
  const shared = { a: 1 };
  assertEquals(formatValue([shared, shared]), "[{ a: 1 }, { a: 1 }]");
});

function fail(): never {
  throw new Error("a member that throws");
}

const hostile: readonly [title: string, value: unknown, formatted: string, message: string][] = [
  ["an error", new RangeError("no"), "RangeError: no", "no"],
  ["a string", "no", '"no"', '"no"'],
  [
    "an error whose message throws",
    Object.defineProperty(new Error(), "message", { get: fail }),
    "an object that cannot be formatted",
    "an object that cannot be formatted",
  ],
  [
    "a proxy whose traps throw",
    new Proxy({}, { getPrototypeOf: fail }),
    "an object that cannot be formatted",
    "an object that cannot be formatted",
  ],
];

for (const [title, value, formatted, message] of hostile) {
  Deno.test(`formatValue() and messageOf() format ${title}`, () => {
    assertEquals([formatValue(value), messageOf(value)], [formatted, message]);
  });
}
