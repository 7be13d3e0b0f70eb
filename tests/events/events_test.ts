import { assertEquals, assertThrows } from "@std/assert";
import { events, isAetherError } from "@flowmade-one/aether";
import { memory } from "@flowmade-one/aether/memory";

Deno.test("a store takes an event map, or none", () => {
  const backend = memory();
  assertEquals(backend.store("a", events<{ Made: { by: string } }>()).namespace as string, "a");
  assertEquals(backend.store("a", undefined).namespace as string, "a");
});

for (const value of [null, {}, "Made", ["Made"], { Made: {} }, 1, () => 1]) {
  Deno.test(`a store refuses ${JSON.stringify(value) ?? "a function"} in place of an event map`, () => {
    const error = assertThrows(() => memory().store("a", value as never));
    assertEquals(isAetherError(error, "invalid-argument") && error.argument, "events");
  });
}

Deno.test("an event map cannot be changed", () => {
  assertThrows(() => Object.assign(events<{ Made: null }>(), { types: ["Made"] }), TypeError);
});
