import { assert, assertEquals, assertRejects } from "@std/assert";
import { decider, events, isAetherError, unchecked } from "@flowmade-one/aether";
import { hostActors } from "@flowmade-one/aether/hosting";
import { memory } from "@flowmade-one/aether/memory";
import { hashOf, ownerOf } from "../../src/coordination/placement.ts";
import { openBackend } from "../cluster/open_cluster.ts";
import { lineSchema } from "../events/schema_support.ts";
import { untilHosted } from "./hosting_nodes.ts";

const Old = events({ Created: unchecked<{ readonly sku: string }>() });
const old = decider(Old, {
  initial: () => 0,
  evolve: (count) => count + 1,
  decide: (sku: string) => [Old.Created({ sku })],
});

const New = events({
  Made: {
    schema: lineSchema,
    version: 2,
    from: { 1: (data: { sku: string }) => ({ ...data, quantity: 10 }) },
    formerly: ["Created"],
  },
});
const current = decider(New, {
  initial: () => 0,
  evolve: (pieces, { data }) => pieces + data.quantity,
  decide: (sku: string) => [New.Made({ sku })],
});

Deno.test("execute() of a host evolves events in their current shape, and validates decided events", async () => {
  await using backend = memory();
  await backend.store("a", Old).append("o", [Old.Created({ sku: "A" })], { expectedVersion: 0 });
  await using host = hostActors(backend.store("a", New), current, { answer: (pieces) => pieces });
  const { events: [event], answer } = await host.execute("o", "B");
  assertEquals([event?.data, event?.schemaVersion, answer], [{ sku: "B", quantity: 1 }, 2, 11]);
  const error = await assertRejects(() => host.execute("o", 5 as never));
  assert(isAetherError(error, "invalid-event") && error.path === "data.sku", String(error));
});

Deno.test("hostActors() refuses a store without the event map of the decider", async () => {
  await using backend = memory();
  const host = () => hostActors(backend.store("a") as never, current as never, {});
  const error = await assertRejects(() => Promise.resolve().then(host));
  assert(isAetherError(error, "invalid-argument") && error.argument === "store", String(error));
});

Deno.test("execute() returns events of a node with an older event map in their current shape", async () => {
  await using test = openBackend();
  const [one, two] = [await test.join("n1"), await test.join("n2")];
  await using older = hostActors(test.backend.store("a", Old), old, { cluster: one, name: "seats" });
  await using newer = hostActors(test.backend.store("a", New), current, { cluster: two, name: "seats" });
  await untilHosted([{ cluster: one }, { cluster: two }], 2, "actors:a:seats");
  const members = ["n1", "n2"].map((name) => ({ name, hash: hashOf(name) }));
  const ownedBy = (name: string) => {
    for (let i = 0;; i++) if (ownerOf(members, hashOf(`o.${i}`))!.name === name) return `o.${i}`;
  };
  const { events: [event], version } = await newer.execute(ownedBy("n1"), "A");
  assertEquals([version, event?.type, event?.data], [1, "Made", { sku: "A", quantity: 10 }]);
  // A repetition with the same commit id stores nothing.
  for (let i = 0; i < 2; i++) {
    const error = await assertRejects(() => older.execute(ownedBy("n2"), "B", { commitId: "c1" }));
    assert(isAetherError(error, "corrupt-data") && error.eventType === "Made", String(error));
    assertEquals(await test.backend.store("a", New).latestVersion(ownedBy("n2")), 1);
  }
});
