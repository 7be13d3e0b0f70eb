import { assertEquals, assertThrows } from "@std/assert";
import { events, isAetherError } from "@flowmade-one/aether";
import { memory } from "@flowmade-one/aether/memory";

Deno.test("store() accepts an event map, or none", () => {
  const backend = memory();
  assertEquals(backend.store("a", events<{ Made: { by: string } }>()).namespace as string, "a");
  assertEquals(backend.store("a", undefined).namespace as string, "a");
});

for (const value of [null, {}, "Made", ["Made"], { Made: {} }, 1, () => 1]) {
  Deno.test(`store() refuses ${JSON.stringify(value) ?? "a function"} as an event map`, () => {
    const error = assertThrows(() => memory().store("a", value as never));
    assertEquals(isAetherError(error, "invalid-argument") && error.argument, "events");
  });
}

Deno.test("events() returns a frozen map", () => {
  assertThrows(() => Object.assign(events<{ Made: null }>(), { types: ["Made"] }), TypeError);
});
