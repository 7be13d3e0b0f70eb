import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { events, type EventStore, isAetherError, unchecked } from "@flowmade-one/aether";
import { memory } from "@flowmade-one/aether/memory";
import { live } from "@flowmade-one/aether/projections";

const Parts = events({
  Made: {
    schema: unchecked<{ readonly n: number }>(),
    version: 2,
    from: { 1: ({ n }: { n: number }) => ({ n: n * 10 }) },
    formerly: ["Created"],
  },
});

/** Two stores of one namespace with events of an old shape: `plain` without an event map, `store` with one. */
async function stored(...types: readonly string[]) {
  const backend = memory();
  const plain: EventStore = backend.store("a");
  for (const [i, type] of types.entries()) {
    await plain.append("o", [{ type, data: { n: i + 1 } }], { expectedVersion: i });
  }
  return { plain, store: backend.store("a", Parts) };
}

const list = {
  initial: () => [] as unknown[],
  evolve: (all: unknown[], { type, data }: { readonly type: string; readonly data: unknown }) => [...all, [type, data]],
};

Deno.test("live() applies stored and new events in their current shape", async () => {
  const { plain, store } = await stored("Created", "Made");
  await using projection = live(store, list);
  await projection.caughtUp;
  await plain.append("o", [{ type: "Created", data: { n: 3 } }], { expectedVersion: 2 });
  const { position } = await store.append("o", [Parts.Made({ n: 4 })], { expectedVersion: 3 });
  await projection.reached(position);
  assertEquals(projection.value, [10, 20, 30, 4].map((n) => ["Made", { n }]));
});

Deno.test("live() with types applies events under former names, and no event of an unknown type", async () => {
  const { store } = await stored("Created", "Lost", "Made");
  await using projection = live(store, { ...list, types: ["Made"] });
  await projection.caughtUp;
  assertEquals(projection.value, [10, 30].map((n) => ["Made", { n }]));
});

Deno.test("live() applies the events before one that cannot be read, then ends", async () => {
  const { store } = await stored("Created", "Lost", "Made");
  const errors: unknown[] = [];
  await using projection = live(store, { ...list, onError: (error) => errors.push(error) });
  const error = await assertRejects(() => projection.caughtUp);
  assert(isAetherError(error, "corrupt-data"), String(error));
  assertEquals([error.eventType, error.version, projection.state], ["Lost", 2, "ended"]);
  assertEquals([projection.value, errors], [[["Made", { n: 10 }]], [error]]);
});

Deno.test("live() refuses a type that the event map does not have", () => {
  const error = assertThrows(() => live(memory().store("a", Parts), { ...list, types: ["Mode" as never] }));
  assert(isAetherError(error, "invalid-argument") && error.argument === "types", String(error));
});
