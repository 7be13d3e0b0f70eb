import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { type Decider, decider, execute, isAetherError, load, type RecordedEvent } from "@flowmade-one/aether";
import { everyEvents, withSnapshots } from "@flowmade-one/aether/snapshots";
import { memory } from "@flowmade-one/aether/memory";
import { type AccountEvents, AccountEvents as Events, filled } from "./account.ts";
import { comesAfter } from "../../src/values/position.ts";

interface Basket {
  total: number;
  lines: { amount: number }[];
}
type Evolve = Decider<Basket, number[], AccountEvents>["evolve"];

const adding: Evolve = (state, event) => {
  const amount = event.type === "Filled" ? event.data.amount : 0;
  return { total: state.total + amount, lines: [...state.lines, { amount }] };
};

const changes: [name: string, evolve: Evolve][] = [
  ["adds to an array of the state", (state, event) => (state.lines.push({ amount: event.version }), { ...state })],
  ["assigns a property of the state", (state) => (state.total += 1, state)],
  ["deletes a property of the state", (state) => (delete (state as Partial<Basket>).total, state)],
  ["empties an array of the state", (state) => (state.lines.length = 0, { ...state })],
];

const later: [name: string, evolve: Evolve][] = [
  ["changes an object that an earlier call has made", (state, event) => {
    const next = adding(state, event);
    if (state.lines[0] !== undefined) state.lines[0].amount = 7;
    return next;
  }],
];

function basket(evolve: Evolve, snapshots: boolean) {
  const plain = decider(Events, {
    initial: (): Basket => ({ total: 0, lines: [] }),
    evolve,
    decide: (amounts: number[]) => filled(...amounts),
  });
  return snapshots ? withSnapshots(plain, { schema: 1, policy: everyEvents(1), onError: () => {} }) : plain;
}

for (const snapshots of [false, true]) {
  const kind = snapshots ? "with snapshots" : "without snapshots";
  for (const [name, evolve] of [...changes, ...later]) {
    Deno.test(`execute() ${kind} stores nothing if evolve ${name}`, async () => {
      const store = memory().store("a", Events);
      const error = await assertRejects(() => execute(store, basket(evolve, snapshots), "x", [1, 2]));
      assert(isAetherError(error, "evolve-failed"), String(error));
      assert(error.cause instanceof TypeError);
      assertStringIncludes(error.message, "It must return a new state and not change its argument");
      assertEquals(await store.latestVersion("x"), 0);

      await execute(store, basket(adding, snapshots), "x", [3]);
      const again = await assertRejects(() => execute(store, basket(evolve, snapshots), "x", [1]));
      assert(isAetherError(again, "evolve-failed"), String(again));
      assertEquals(await store.latestVersion("x"), 1);
    });
  }

  Deno.test(`execute() ${kind} passes a frozen state to decide, and load() returns one`, async () => {
    const store = memory().store("a", Events);
    const changing = { ...basket(adding, snapshots), decide: (_: number, state: Basket) => (state.lines.pop(), []) };
    await assertRejects(() => execute(store, changing, "x", 1), TypeError);
    for (const version of [0, 1]) {
      const { state } = await load(store, basket(adding, snapshots), "x");
      for (const part of [state, state.lines, ...state.lines]) assert(Object.isFrozen(part));
      assertEquals(state.lines.length, version);
      const executed = await execute(store, basket(adding, snapshots), "x", [1]);
      for (const part of [executed.state, ...executed.state.lines]) assert(Object.isFrozen(part));
    }
  });
}

Deno.test("execute() does not check the contents of a Map", async () => {
  const store = memory().store("a", Events);
  const counting = decider(Events, {
    initial: () => new Map<string, number>(),
    evolve: (counts, event) => counts.set(event.type, event.version),
    decide: (amount: number) => filled(amount),
  });
  await execute(store, counting, "x", 1);
  assertEquals((await execute(store, counting, "x", 1)).state, new Map([["Filled", 2]]));
});

Deno.test("execute() returns a state of the recorded events, not of the provisional ones", async () => {
  const store = memory().store("a", Events);
  const seen: RecordedEvent[] = [];
  const collecting = decider(Events, {
    initial: (): { last: unknown } => ({ last: null }),
    evolve: (_, event) => (seen.push(event), { last: event }),
    decide: (amount: number) => [...filled(amount), { ...filled(amount)[0]!, id: "own", metadata: { by: "ann" } }],
  });
  const { state, events: [first, second] } = await execute(store, collecting, "x", 1, { commitId: "c1" });
  assertEquals(state.last, second!);
  const [tried, triedSecond, ...recorded] = seen;
  assertEquals(recorded, [first!, second!]);
  const { id: _id, position: _position, timestamp: _timestamp, ...known } = first!;
  const { id, position, timestamp, ...provisional } = tried!;
  assertEquals<object>(provisional, known);
  assert(id !== first!.id && typeof timestamp === "number" && comesAfter(position, second!.position));
  assertEquals([triedSecond!.id, triedSecond!.metadata], ["own", { by: "ann" }]);
});
