import { assertEquals, assertMatch } from "@std/assert";
import { execute } from "@flowmade-one/aether";
import { randomId } from "../../src/events/random_id.ts";
import { account } from "../state/account.ts";
import { newStore } from "../state/raced.ts";

const UUID_4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** Runs a function as in a browser page that was not loaded over HTTPS: there is no `crypto.randomUUID`. */
async function inInsecureContext(run: () => void | Promise<void>): Promise<void> {
  Object.defineProperty(crypto, "randomUUID", { value: undefined, configurable: true });
  try {
    await run();
  } finally {
    Reflect.deleteProperty(crypto, "randomUUID");
  }
  assertMatch(crypto.randomUUID(), UUID_4);
}

Deno.test("randomId() makes a version 4 UUID", () => {
  assertMatch(randomId(), UUID_4);
});

Deno.test("randomId() makes distinct version 4 UUIDs without crypto.randomUUID", () =>
  inInsecureContext(() => {
    const ids = Array.from({ length: 1_000 }, randomId);
    for (const id of ids) assertMatch(id, UUID_4);
    assertEquals(new Set(ids).size, 1_000);
  }));

Deno.test("append() and execute() work without crypto.randomUUID", () =>
  inInsecureContext(async () => {
    const store = newStore();
    await store.append("x", [{ type: "Filled", data: { amount: 1 } }], { expectedVersion: 0 });
    const { events: [event] } = await execute(store, account, "x", { fill: 2 });
    assertMatch(event!.id, UUID_4);
    assertMatch(event!.commitId, UUID_4);
  }));
