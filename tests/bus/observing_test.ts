import { assert, assertEquals, assertThrows } from "@std/assert";
import { isAetherError } from "@flowmade-one/aether";
import { memory } from "@flowmade-one/aether/memory";
import { grantOptions, viewed } from "./recorder.ts";

const observations: [pattern: string, seen: string[]][] = [
  ["prod", ["prod"]],
  ["prod.*", ["prod.orders", "prod.carts"]],
  ["prod.>", ["prod.orders", "prod.orders.eu", "prod.carts"]],
  [">", ["prod", "prod.orders", "prod.orders.eu", "prod.carts", "test"]],
  ["*", ["prod", "test"]],
  ["dev.>", []],
];

for (const [pattern, expected] of observations) {
  Deno.test(`observe() with a grant for ${pattern} delivers events of ${expected.join(", ") || "no namespace"}`, async () => {
    const backend = memory();
    const seen: string[] = [];
    using _ = backend.bus.observe(backend.grant(pattern, grantOptions), (event) => void seen.push(event.namespace));
    for (const name of ["prod", "prod.orders", "prod.orders.eu", "prod.carts", "test"]) {
      backend.bus.within(name).publish("a", viewed(1));
      await backend.store(name).append("a", [viewed(1)], { expectedVersion: 0 });
    }
    assertEquals(seen, expected.flatMap((name) => [name, name]));
  });
}

Deno.test("observe() accepts only a grant of its backend, and reports each use", () => {
  const uses: string[] = [];
  const backend = memory({ onGrantUsed: ({ operation, reason }) => uses.push(`${operation}: ${reason}`) });
  const grant = backend.grant("prod.>", { reason: "audit log" });
  for (const forged of [">", { ...grant }, memory().grant(">", grantOptions), undefined]) {
    assert(isAetherError(assertThrows(() => backend.bus.observe(forged as never, () => {})), "invalid-grant"));
    assert(isAetherError(assertThrows(() => backend.bus.subscriberCounts(forged as never)), "invalid-grant"));
  }
  backend.bus.observe(grant, () => {});
  backend.bus.queue(grant, { capacity: 1, overflow: "fail" });
  backend.bus.subscriberCounts(grant.narrow("prod.eu"));
  assertEquals(uses, ["observe: audit log", "observe: audit log", "subscriberCounts: audit log"]);
});
