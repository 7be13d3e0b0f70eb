import { assertEquals, assertThrows } from "@std/assert";
import { freezeParsed } from "../../src/events/freeze_parsed.ts";

Deno.test("what was parsed is frozen all the way down, in place", () => {
  const parsed = JSON.parse('{"a":[{"b":1}],"c":null,"d":"x"}');
  assertEquals(freezeParsed(parsed) === parsed, true);
  for (const value of [parsed, parsed.a, parsed.a[0]]) {
    assertThrows(() => value.added = 1, TypeError);
  }
});

Deno.test("a scalar is returned as it is", () => {
  assertEquals([1, "x", null, true].map(freezeParsed), [1, "x", null, true]);
});
