import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { events, type EventStore, isAetherError, unchecked } from "@flowmade-one/aether";
import { consume, consumer } from "@flowmade-one/aether/consumers";
import { memory } from "@flowmade-one/aether/memory";
import { until } from "../_support/until.ts";

const any = unchecked<{ readonly n: number }>();
const Old = events({ Created: any, Sold: any });
const New = events({
  Made: {
    schema: any,
    version: 2,
    from: {
      1: ({ n }: { n: number }) => {
        if (n < 0) throw new Error("no such number");
        return { n: n * 10 };
      },
    },
    formerly: ["Created"],
  },
  Sold: any,
});

Deno.test("consume() passes events to the handler in their current shape", async () => {
  await using backend = memory();
  const plain = backend.store("a", Old);
  await plain.append("o", [Old.Created({ n: 1 }), Old.Sold({ n: 2 })], { expectedVersion: 0 });
  const handled: unknown[] = [];
  await using _consumer = await consume(backend.store("a", New), { name: "c" }, ({ type, schemaVersion, data }) => {
    handled.push([type, schemaVersion, data.n]);
  });
  await until("the events are handled", () => handled.length === 2);
  assertEquals(handled, [["Made", 2, 10], ["Sold", 1, 2]]);
});

Deno.test("consume() continues after a rename of a type in its filter", async () => {
  await using backend = memory();
  const plain = backend.store("a", Old);
  const handled: string[] = [];
  const before = await consume(plain, { name: "c", types: ["Created"] }, ({ type }) => void handled.push(type));
  await plain.append("o", [Old.Created({ n: 1 }), Old.Sold({ n: 2 })], { expectedVersion: 0 });
  await until("the first event is handled", () => handled.length === 1);
  await before.close();
  const store = backend.store("a", New);
  await plain.append("o", [Old.Created({ n: 3 })], { expectedVersion: 2 });
  await store.append("o", [New.Made({ n: 4 })], { expectedVersion: 3 });
  await using _after = await consume(store, { name: "c", types: ["Made"] }, ({ type }) => void handled.push(type));
  await until("the other events are handled", () => handled.length === 3);
  assertEquals(handled, ["Created", "Made", "Made"]);
  await consumer(store, "c").caughtUp();
  const { lanes } = await consumer(store, "c").status();
  assertEquals(lanes.map(({ lag }) => lag.events), [0]);
});

Deno.test("consume() refuses a type that the event map does not have", async () => {
  await using backend = memory();
  const options = { name: "c", types: ["Lost" as never] };
  const error = await assertRejects(() => consume(backend.store("a", New), options, () => {}));
  assert(isAetherError(error, "invalid-argument") && error.argument === "types", String(error));
  assertStringIncludes(error.message, 'The types of the map are "Made", "Sold"');
});

const failing: [
  title: string,
  event: { type: string; data: { n: number }; schemaVersion?: number },
  message: string,
][] = [
  ["whose upcaster fails", { type: "Created", data: { n: -1 } }, "its upcaster for version 1 threw"],
  [
    "of a newer version",
    { type: "Made", data: { n: 1 }, schemaVersion: 3 },
    "the event map has version 2 of its type",
  ],
  ["of an unknown type", { type: "Lost", data: { n: 1 } }, "the event map does not have its type"],
];

for (const [title, event, message] of failing) {
  Deno.test(`consume() parks the actor of an event ${title}, and handles the events of other actors`, async () => {
    await using backend = memory();
    await backend.store("a").append("bad", [event, { type: "Sold", data: { n: 1 } }], { expectedVersion: 0 });
    await backend.store("a").append("good", [{ type: "Created", data: { n: 1 } }], { expectedVersion: 0 });
    const store = backend.store("a", New);
    const [handled, errors]: [string[], unknown[]] = [[], []];
    await using _consumer = await consume(store, {
      name: "c",
      order: "actor",
      onFailure: () => "park",
      onError: (error) => errors.push(error),
    }, ({ actorId }) => void handled.push(actorId));
    await until(
      "the event of the other actor is handled and one error is reported",
      () => handled.length + errors.length === 2,
    );
    assertEquals(handled, ["good"]);
    const [error] = errors;
    assert(isAetherError(error, "corrupt-data"), String(error));
    assertStringIncludes(error.message, message);
    assertEquals([error.actorId, error.version], ["bad", 1]);
  });
}

Deno.test("consume() does not read events that its filter excludes", async () => {
  await using backend = memory();
  const plain: EventStore = backend.store("a");
  await plain.append("o", [{ type: "Lost", data: 1 }, { type: "Created", data: { n: -1 } }], { expectedVersion: 0 });
  await plain.append("o", [{ type: "Sold", data: { n: 5 } }], { expectedVersion: 2 });
  const handled: number[] = [];
  await using _consumer = await consume(backend.store("a", New), { name: "c", types: ["Sold"] }, ({ data }) => {
    handled.push(data.n);
  });
  await until("the event is handled", () => handled.length === 1);
  assertEquals(handled, [5]);
});
