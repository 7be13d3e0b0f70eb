import { assert, assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { decider, events, type EventStore, execute, given, isAetherError, load, unchecked } from "@flowmade-one/aether";
import { everyEvents, withSnapshots } from "@flowmade-one/aether/snapshots";
import { memory } from "@flowmade-one/aether/memory";
import { lineSchema, schemaOf } from "../events/schema_support.ts";

const Orders = events({
  Placed: {
    schema: lineSchema,
    version: 2,
    from: { 1: (sku: string) => ({ sku, quantity: 1 }) },
    formerly: ["OrderPlaced"],
  },
  Shipped: unchecked<null>(),
});

const order = decider(Orders, {
  initial: () => ({ lines: 0, isShipped: false }),
  evolve: (state, event) =>
    event.type === "Placed" ? { ...state, lines: state.lines + event.data.quantity } : { ...state, isShipped: true },
  decide: (command: { add: string; quantity?: number } | "ship") =>
    command === "ship" ? [Orders.Shipped(null)] : [Orders.Placed({ sku: command.add, quantity: command.quantity! })],
});

Deno.test("load() evolves by the current shape of the events", async () => {
  const backend = memory();
  const old = [{ type: "OrderPlaced", data: "A" }, { type: "Placed", data: "B" }];
  await backend.store("a").append("o", old, { expectedVersion: 0 });
  assertEquals((await load(backend.store("a", Orders), order, "o")).state, { lines: 2, isShipped: false });
});

Deno.test("execute() stores the output of the schema with its schema version", async () => {
  const store = memory().store("a", Orders);
  const { state, events: [event] } = await execute(store, order, "o", { add: "A" });
  assertEquals([state.lines, event?.data, event?.schemaVersion], [1, { sku: "A", quantity: 1 }, 2]);
  assertEquals(await store.read("o").toArray(), [event!]);
});

Deno.test("execute() validates a decided event once, and evolves by the output", async () => {
  let calls = 0;
  const Counts = events({
    Counted: schemaOf<{ n: string }, { n: number }>((value) => {
      calls++;
      return { value: { n: Number((value as { n: string }).n) } };
    }),
  });
  const counter = decider(Counts, {
    initial: () => 0,
    evolve: (sum, event) => sum + event.data.n,
    decide: (n: string) => [{ type: "Counted", data: { n: n as unknown as number } }],
  });
  const { state } = await execute(memory().store("a", Counts), counter, "o", "7");
  assertEquals([state, calls], [7, 1]);
});

Deno.test("execute() refuses a decided event that the schema refuses, and stores nothing", async () => {
  const store = memory().store("a", Orders);
  const wrong = decider(Orders, { ...order, decide: () => [{ type: "Placed", data: { sku: 5 } as never }] });
  const error = await assertRejects(() => execute(store, wrong, "o", undefined));
  assert(isAetherError(error, "invalid-event"), String(error));
  assertEquals([error.path, error.eventType, error.issues.length], ["decided[0].data.sku", "Placed", 1]);
  assertStringIncludes(error.message, 'decide returned an event "Placed" that cannot be stored');
  assertEquals(await store.latestVersion("o"), 0);
});

Deno.test("execute() finds the commit of a command among events of former shapes", async () => {
  const backend = memory();
  await backend.store("a").append("o", [{ type: "OrderPlaced", data: "A" }], { expectedVersion: 0, commitId: "c-1" });
  const { duplicate, events: [event] } = await execute(backend.store("a", Orders), order, "o", { add: "A" }, {
    commitId: "c-1",
  });
  assertEquals([duplicate, event?.type, event?.data], [true, "Placed", { sku: "A", quantity: 1 }]);
});

Deno.test("given() validates events by the map of the decider", () => {
  given(order, Orders.Placed({ sku: "A", quantity: 2 })).when({ add: "B" }).then(Orders.Placed({ sku: "B" }));
  given(order).when({ add: "B" }).then({ type: "Placed", data: { sku: "B", quantity: 1 } });
  given(order).when({ add: "B", quantity: 3 }).thenState({ lines: 3, isShipped: false });
  const error = assertThrows(() => given(order, { type: "Placed", data: { sku: 5 } as never }));
  assert(isAetherError(error, "invalid-event") && error.path === "given[0].data.sku", String(error));
});

const Others = events({ Placed: lineSchema, Shipped: unchecked<null>() });
const stores: [title: string, store: () => unknown, isAccepted: boolean, message?: string][] = [
  ["the map of the decider", () => memory().store("a", Orders), true],
  ["a map with the same types in the same versions, and more", () =>
    memory().store(
      "a",
      events({
        Placed: {
          schema: lineSchema,
          version: 2,
          from: { 1: (sku: string) => ({ sku, quantity: 1 }) },
          formerly: ["OrderPlaced", "Created"],
        },
        Shipped: unchecked<null>(),
        Lost: unchecked<null>(),
      }),
    ), true],
  [
    "a map without a former name of a type",
    () =>
      memory().store(
        "a",
        events({
          Placed: { schema: lineSchema, version: 2, from: { 1: (sku: string) => ({ sku, quantity: 1 }) } },
          Shipped: unchecked<null>(),
        }),
      ),
    false,
    'which does not have its former name "OrderPlaced". Make the store and the decider from one event map',
  ],
  ["no map", () => memory().store("a"), false, "a store of the decider's event map"],
  [
    "a map of types only",
    () => memory().store("a", events<{ Placed: { sku: string; quantity: number }; Shipped: null }>()),
    false,
    "Pass that map to backend.store(namespace, events)",
  ],
  ["another version of a type", () => memory().store("a", Others), false, `the decider's version 2 of "Placed"`],
  [
    "a map without one of the types",
    () =>
      memory().store(
        "a",
        events({
          Placed: {
            schema: lineSchema,
            version: 2,
            from: { 1: (sku: string) => ({ sku, quantity: 1 }) },
            formerly: ["OrderPlaced"],
          },
        }),
      ),
    false,
    'version 1 of "Shipped"',
  ],
];

for (const [title, store, isAccepted, message = ""] of stores) {
  Deno.test(`load() and execute() ${isAccepted ? "accept" : "refuse"} a store with ${title}`, async () => {
    const calls = [
      () => load(store() as EventStore<never>, order as never, "o"),
      () => execute(store() as EventStore<never>, order as never, "o", { add: "A" } as never),
    ];
    for (const call of calls) {
      if (isAccepted) {
        await call();
        continue;
      }
      const error = await assertRejects(call);
      assert(isAetherError(error, "invalid-argument"), String(error));
      assertStringIncludes(error.message, message);
    }
  });
}

Deno.test("load() with a decider with types ignores events of types that the map does not have", async () => {
  const backend = memory();
  const placedOnly = decider(Orders, {
    types: ["Placed"],
    initial: () => 0,
    evolve: (lines, event) => lines + event.data.quantity,
    decide: (sku: string) => [Orders.Placed({ sku })],
  });
  await backend.store("a").append("o", [{ type: "Lost", data: 1 }, { type: "OrderPlaced", data: "A" }], {
    expectedVersion: 0,
  });
  assertEquals(await load(backend.store("a", Orders), placedOnly, "o"), { state: 1, version: 2, snapshotVersion: 0 });
  assert(isAetherError(await assertRejects(() => load(backend.store("a", Orders), order, "o")), "corrupt-data"));
});

Deno.test("load() evolves by a type that a decider names by a former name", async () => {
  const backend = memory();
  const renamed = decider(Orders, { ...order, types: ["OrderPlaced"] as never } as never) as unknown as typeof order;
  await backend.store("a").append("o", [{ type: "OrderPlaced", data: "A" }, { type: "Placed", data: "B" }], {
    expectedVersion: 0,
  });
  assertEquals((await load(backend.store("a", Orders), renamed, "o")).state.lines, 2);
});

Deno.test("decider() refuses a type that the event map does not have", () => {
  const error = assertThrows(() => decider(Orders, { ...order, types: ["Plced"] as never } as never), Error);
  assertStringIncludes(error.message, 'types has "Plced", which is not in the event map');
});

Deno.test("decider() refuses the parts of a decider of another event map", () => {
  const error = assertThrows(() => decider(Others, order as never), Error);
  assertStringIncludes(
    error.message,
    "its parts belong to a decider with another event map. Omit events from the parts",
  );
});

Deno.test("load() ignores a snapshot of another version of the event map, and writes a new one", async () => {
  const backend = memory();
  const map = (version: number) =>
    events({
      Counted: {
        schema: unchecked<{ n: number }>(),
        version,
        from: Object.fromEntries(
          Array.from({ length: version - 1 }, (_, i) => [i + 1, ({ n }: { n: number }) => ({ n: n * 10 })]),
        ),
      },
    });
  const failures: unknown[] = [];
  const counter = (Counts: ReturnType<typeof map>) =>
    withSnapshots(
      decider(Counts, {
        initial: () => ({ sum: 0 }),
        evolve: ({ sum }, event) => ({ sum: sum + event.data.n }),
        decide: (n: number) => [Counts.Counted({ n })],
      }),
      {
        schema: 1,
        policy: everyEvents(1),
        onError: (error) => failures.push(error),
      },
    );
  const [one, two, three] = [map(1), map(2), map(3)];
  await execute(backend.store("a", one), counter(one), "o", 1);
  assertEquals(await load(backend.store("a", one), counter(one), "o"), {
    state: { sum: 1 },
    version: 1,
    snapshotVersion: 1,
  });
  assertEquals(await load(backend.store("a", two), counter(two), "o"), {
    state: { sum: 10 },
    version: 1,
    snapshotVersion: 0,
  });
  assertEquals(await load(backend.store("a", two), counter(two), "o"), {
    state: { sum: 10 },
    version: 1,
    snapshotVersion: 1,
  });
  assertEquals(await load(backend.store("a", three), counter(three), "o"), {
    state: { sum: 100 },
    version: 1,
    snapshotVersion: 0,
  });
  assertEquals(await load(backend.store("a", one), counter(one), "o"), {
    state: { sum: 1 },
    version: 1,
    snapshotVersion: 0,
  });
  assertEquals(failures, []);
});

const fingerprints: [title: string, map: object, other: object, isSame: boolean][] = [
  ["a map of types only and one of version 1", events<{ A: null }>(), events({ A: unchecked<null>() }), true],
  ["maps in another order", mapOf({ A: 2, B: 3 }), mapOf({ B: 3, A: 2 }), true],
  ["a map and one with another type of version 1", mapOf({ A: 2 }), mapOf({ A: 2, B: 1 }), true],
  ["versions 1 and 2", mapOf({ A: 1 }), mapOf({ A: 2 }), false],
  ["versions 2 and 3", mapOf({ A: 2 }), mapOf({ A: 3 }), false],
  ["versions of two types that are exchanged", mapOf({ A: 2, B: 3 }), mapOf({ A: 3, B: 2 }), false],
  ["a map with a former name and one without", mapOf({ A: 1 }, ["X"]), mapOf({ A: 1 }), false],
  ["two former names", mapOf({ A: 1 }, ["X"]), mapOf({ A: 1 }, ["Y"]), false],
];

function mapOf(versions: Record<string, number>, formerly: string[] = []): object {
  const from = (version: number) =>
    Object.fromEntries(Array.from({ length: version - 1 }, (_, i) => [i + 1, () => null]));
  return events(Object.fromEntries(
    Object.entries(versions).map((
      [name, version],
    ) => [name, { schema: unchecked<unknown>(), version, from: from(version), formerly }]),
  ) as never);
}

for (const [title, map, other, isSame] of fingerprints) {
  Deno.test(`load() ${isSame ? "uses" : "ignores"} a snapshot across ${title}`, async () => {
    const backend = memory();
    const evolver = withSnapshots({ initial: () => 0, evolve: (sum: number) => sum + 1 }, {
      schema: 1,
      policy: everyEvents(1),
      onError: (error) => {
        throw error;
      },
    });
    await backend.store("a").append("o", [{ type: "A", data: null }], { expectedVersion: 0 });
    const loadWith = async (events: object) =>
      (await load(backend.store("a", events as never) as EventStore, evolver, "o")).snapshotVersion;
    assertEquals([await loadWith(map), await loadWith(map), await loadWith(other)], [0, 1, isSame ? 1 : 0]);
  });
}
