import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { decider, events, type EventStore, execute, given, isAetherError, load } from "@flowmade-one/aether";
import { everyEvents, withSnapshots } from "@flowmade-one/aether/snapshots";
import { memory } from "@flowmade-one/aether/memory";
import { AccountEvents, filled } from "./account.ts";

interface NoteEvents {
  Noted: { text: string };
}
const AllEvents = events<AccountEvents & NoteEvents>();

const balance = decider(AccountEvents, {
  types: ["Filled", "Emptied"],
  initial: () => ({ balance: 0, seen: [] as readonly string[] }),
  evolve: ({ balance, seen }, event) => ({
    balance: event.type === "Filled" ? balance + event.data.amount : 0,
    seen: [...seen, `${event.version} ${event.type}`],
  }),
  decide: (amount: number) => filled(amount),
});

const notes = decider(AllEvents, {
  types: ["Noted"],
  initial: () => [] as readonly string[],
  evolve: (texts, event) => [...texts, event.data.text],
  decide: (text: string, texts) => texts.includes(text) ? [] : [{ type: "Noted", data: { text } }],
});

function newStore(): EventStore<AccountEvents & NoteEvents> {
  return memory().store("a", AllEvents);
}

Deno.test("execute() with a decider with types ignores the other events of the actor", async () => {
  const store = newStore();
  await execute(store, balance, "x", 1);
  await execute(store, notes, "x", "hello");
  const { state, version, events } = await execute(store, balance, "x", 2);
  assertEquals(state, { balance: 3, seen: ["1 Filled", "3 Filled"] });
  assertEquals([version, events.length], [3, 1]);
  assertEquals((await execute(store, notes, "x", "hello")).events, []);
});

Deno.test("load() with a decider with types counts the versions of all events", async () => {
  const store = newStore();
  await store.append("x", [...filled(1), { type: "Noted", data: { text: "b" } }], { expectedVersion: 0 });
  const { state, version } = await load(store, balance, "x");
  assertEquals([state.seen, version], [["1 Filled"], 2]);
  assertEquals((await load(store, notes, "x", { to: 1 })).state, []);
  assertEquals((await load(store, notes, "x")).state, ["b"]);
});

Deno.test("execute() with a decider with types conflicts with every append to the actor", async () => {
  const store = newStore();
  await execute(store, notes, "x", "a");
  const error = await assertRejects(() => execute(store, balance, "x", 1, { expectedVersion: 0 }));
  assert(isAetherError(error, "version-conflict"), String(error));
  assertEquals([error.expected, error.actual], [0, 1]);
});

for (const verify of [false, true]) {
  Deno.test(`load() uses a snapshot at the version of an event outside of the decider's types, with verify ${verify}`, async () => {
    const store = newStore();
    const problems: unknown[] = [];
    const onError = (error: unknown) => void problems.push(error);
    const snapshotted = withSnapshots(balance, { schema: 1, policy: everyEvents(2), verify, onError });
    await store.append("x", [...filled(1), { type: "Noted", data: { text: "b" } }], { expectedVersion: 0 });
    await load(store, snapshotted, "x");
    await store.append("x", [{ type: "Noted", data: { text: "c" } }], { expectedVersion: 2 });
    const { state, version, snapshotVersion } = await load(store, snapshotted, "x");
    assertEquals([state.seen, version, snapshotVersion, problems], [["1 Filled"], 3, 2, []]);
    assertEquals((await execute(store, snapshotted, "x", 4)).state, { balance: 5, seen: ["1 Filled", "4 Filled"] });
  });
}

Deno.test("given() ignores the events that a decider with types does not name", () => {
  given(notes, ...filled(1) as never[]).when("a").thenState(["a"]);
});

Deno.test("decider() copies and freezes types", () => {
  const types: ("Filled" | "Emptied")[] = ["Filled"];
  const made = decider(AccountEvents, { types, initial: () => 0, evolve: (sum) => sum + 1, decide: () => [] });
  types.push("Emptied");
  assertEquals(made.types as string[], ["Filled"]);
  assert(Object.isFrozen(made.types));
});

for (const types of [[], [""], "Filled", null, [1], {}] as unknown[]) {
  Deno.test(`decider() and execute() refuse ${JSON.stringify(types)} as types`, async () => {
    const parts = { initial: () => 0, evolve: (sum: number) => sum + 1, decide: () => filled(1) };
    const calls = [
      () => decider(AccountEvents, { ...parts, types: types as "Filled"[] }),
      () => execute(newStore(), { ...parts, types } as never, "x", 1 as never),
      () => load(newStore(), { ...parts, types } as never, "x"),
      () => given({ ...parts, types } as never),
    ];
    for (const call of calls) {
      const error = await assertRejects(async () => await call());
      assert(isAetherError(error, "invalid-argument"), String(error));
      assertEquals(error.argument, "types");
    }
  });
}

Deno.test("decider() without types returns a decider without types", () => {
  const made = decider(AccountEvents, { initial: () => 0, evolve: (sum) => sum + 1, decide: () => [] });
  assertEquals("types" in made, false);
  assertThrows(() => decider(AccountEvents, { ...made, type: "Filled" } as never));
});
