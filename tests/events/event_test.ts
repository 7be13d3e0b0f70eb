import { assert, assertEquals, assertThrows } from "@std/assert";
import { event, isAetherError } from "@flowmade-one/aether";
import { memory } from "@flowmade-one/aether/memory";

Deno.test("event() returns type and data, and only the given options", () => {
  assertEquals<object>(event("Placed", { sku: "A" }), { type: "Placed", data: { sku: "A" } });
  const metadata = { correlationId: "r1" };
  assertEquals<object>(event("Placed", null, { id: "e1", metadata }), {
    type: "Placed",
    data: null,
    id: "e1",
    metadata,
  });
});

Deno.test("event() returns an event that is stored with its id and metadata", async () => {
  const store = memory().store("a");
  const placed = event("Placed", { sku: "A" }, { id: "e1", metadata: { by: "ann" } });
  const { events } = await store.append("x", [placed], { expectedVersion: 0 });
  const { id, type, data, metadata } = events![0]!;
  assertEquals({ id, type, data, metadata } as object, placed);
});

const refused: [name: string, options: unknown, argument: string][] = [
  ["an unknown option", { version: 1 }, "version"],
  ["null as options", null, "options"],
];

for (const [name, options, argument] of refused) {
  Deno.test(`event() refuses ${name}`, () => {
    const error = assertThrows(() => event("Placed", {}, options as never));
    assert(isAetherError(error, "invalid-argument"), String(error));
    assertEquals(error.argument, argument);
  });
}
