import { assertEquals } from "@std/assert";
import { formatValue } from "../../src/base/format_value.ts";

Deno.test("formatValue() ends on a cycle, and shows a repeated object each time", () => {
  const value: Record<string, unknown> = { n: 1 };
  value.self = [value];
  assertEquals(formatValue(value), "{ n: 1, self: [a cycle] }");
  const shared = { a: 1 };
  assertEquals(formatValue([shared, shared]), "[{ a: 1 }, { a: 1 }]");
});
