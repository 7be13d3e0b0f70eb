import { assert, assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { decider, given, isAetherError, type NewEventOf } from "@flowmade-one/aether";
import type { WhenCommand } from "@flowmade-one/aether/types";
import { type Account, account, AccountEvents, type Command, filled, Refusal } from "./account.ts";

type Event = NewEventOf<AccountEvents>;
type When = WhenCommand<Account, AccountEvents>;

const asynchronous = decider(AccountEvents, {
  ...account,
  decide: async (command: Command, state) => await Promise.resolve(account.decide(command, state)),
});
const [one, two] = filled(1, 2) as [Event, Event];
const emptied: Event = { type: "Emptied", data: {} };

const rows: [given: Event[], command: Command, check: (when: When) => unknown, message: string | undefined][] = [
  [[], { fill: 1 }, (when) => when.then(one), undefined],
  [[one], "empty", (when) => when.then(emptied), undefined],
  [[one], "empty", (when) => when.then({ type: "Emptied", data: { note: undefined } }), undefined],
  [[], "empty", (when) => when.then(), undefined],
  [[one, emptied], "empty", (when) => when.then(), undefined],
  [[], { fill: 1 }, (when) => when.then(two), "decided[0].data.amount is 1, expected 2"],
  [[], { fill: 1 }, (when) => when.then(emptied), 'decided[0].type is "Filled", expected "Emptied"'],
  [[], { fill: 1 }, (when) => when.then(), 'decided[0] is { type: "Filled", data: { amount: 1 } }, expected undefined'],
  [[], "nothing", (when) => when.then(one), 'expected { type: "Filled", data: { amount: 1 } }'],
  [[], { fill: 1 }, (when) => when.then(one, two), 'decided[1] is undefined, expected { type: "Filled"'],
  [[], { fill: 1 }, (when) => when.then({ ...one, id: "e" }), 'decided[0].id is "event-1", expected "e"'],
  [
    [],
    { fill: 1 },
    (when) => when.then({ ...one, metadata: { by: "Ann" } }),
    'metadata is undefined, expected { by: "Ann',
  ],
  [[], "fail", (when) => when.then(), "decide threw Error: at 0"],
  [[two], "fail", (when) => when.thenThrows(), undefined],
  [[two], "fail", (when) => when.thenThrows(Refusal), undefined],
  [[two], "fail", (when) => when.thenThrows(Error, "at 2"), undefined],
  [[two], "fail", (when) => when.thenThrows(TypeError), "decide threw Error: at 2, expected TypeError"],
  [[two], "fail", (when) => when.thenThrows(Refusal, "at 3"), 'expected a message with "at 3"'],
  [[], { fill: 1 }, (when) => when.thenThrows(), "decide did not throw"],
  [[one], { fill: 2 }, (when) => when.thenState({ balance: 3, log: ["1+1", "2+2"] }), undefined],
  [[one], "nothing", (when) => when.thenState({ balance: 1, log: ["1+1"] }), undefined],
  [
    [one],
    { fill: 2 },
    (when) => when.thenState({ balance: 3, log: ["1+1"] }),
    'state.log[1] is "2+2", expected undefined',
  ],
  [[], "fail", (when) => when.thenState({ balance: 0, log: [] }), "decide threw Error: at 0"],
];

rows.forEach(([events, command, check, message], i) => {
  const name = `given() ${message === undefined ? "passes" : `fails with ${message}`}: row ${i}, ${
    JSON.stringify(command)
  }`;
  Deno.test(name, () => {
    const run = () => check(given(account, ...events).when(command));
    if (message === undefined) return assertEquals(run(), undefined);
    const error = assertThrows(run, Error);
    assertEquals(error.name, "AssertionError");
    assertStringIncludes(error.message, message);
  });
  Deno.test(`${name}, asynchronous decide`, async () => {
    const run = async () => await check(given(asynchronous, ...events).when(command));
    if (message === undefined) return assertEquals(await run(), undefined);
    assertStringIncludes((await assertRejects(run, Error)).message, message);
  });
});

Deno.test("then() shows the decided and the expected events of a difference", () => {
  const check = () => given(account).when({ fill: 1 }).then({ ...one, metadata: { by: "Ann" } }, emptied);
  const error = assertThrows(check, Error) as Error & { actual: unknown; expected: unknown };
  assertEquals(
    error.message,
    `decided[0].metadata is undefined, expected { by: "Ann" }

  decided:
    0. Filled { amount: 1 }
  expected:
    0. Filled { amount: 1 } metadata { by: "Ann" }
    1. Emptied {}`,
  );
  assertEquals(error.actual, [{ type: "Filled", data: { amount: 1 } }]);
  assertEquals(error.expected, [
    { type: "Filled", data: { amount: 1 }, metadata: { by: "Ann" } },
    { type: "Emptied", data: {} },
  ]);
});

Deno.test("then() throws an error whose cause is the error of decide", () => {
  const error = assertThrows(() => given(account).when("fail").then(), Error);
  assert(error.cause instanceof Refusal);
});

Deno.test("given() refuses given, decided and expected events that could not be stored", async () => {
  const bad = { type: "Filled", data: { amount: NaN } } as const;
  const wrong = decider(AccountEvents, { ...account, decide: () => [bad] });
  const late = decider(AccountEvents, { ...account, decide: () => Promise.resolve([bad]) });
  const checks: [check: () => unknown, path: string][] = [
    [() => given(account, bad), "given[0].data.amount"],
    [() => given(wrong).when(undefined).then(), "decided[0].data.amount"],
    [() => given(late).when(undefined).then(), "decided[0].data.amount"],
    [() => given(account).when({ fill: 1 }).then(one, bad), "expected[1].data.amount"],
  ];
  for (const [check, path] of checks) {
    const error = await assertRejects(async () => await check());
    assert(isAetherError(error, "invalid-event"), String(error));
    assertEquals(error.path, path);
  }
});

Deno.test("given() refuses a decide that returns no array, like execute()", () => {
  const wrong = decider(AccountEvents, { ...account, decide: () => undefined as never });
  const error = assertThrows(() => given(wrong).when(undefined).then());
  assert(isAetherError(error, "invalid-argument"), String(error));
});

Deno.test("given() fails if evolve changes its state", () => {
  const changing = decider(AccountEvents, {
    ...account,
    initial: () => ({ deep: { items: [] as string[] } }),
    evolve: (state, event) => {
      state.deep.items.push(event.type);
      return state;
    },
    decide: () => [],
  });
  const error = assertThrows(() => given(changing, one));
  assert(isAetherError(error, "evolve-failed"), String(error));
  assertStringIncludes(error.message, "return a new state and not change its argument");
});

Deno.test("given() accepts a state that is not JSON", () => {
  const sets = decider(AccountEvents, {
    initial: () => new Map<string, Set<number>>(),
    evolve: (map, event) =>
      event.type === "Filled" ? new Map([...map, [`v${event.version}`, new Set([event.data.amount])]]) : map,
    decide: (amount: number) => filled(amount),
  });
  const expected = (amount: number) => new Map([["v1", new Set([1])], ["v2", new Set([amount])]]);
  given(sets, one).when(2).thenState(expected(2));
  const error = assertThrows(() => given(sets, one).when(2).thenState(expected(3)), Error);
  assertStringIncludes(error.message, `state.get("v2")[0] is 2, expected 3`);
});

Deno.test("when() fails if it is awaited directly", async () => {
  const error = await assertRejects(async () => await (given(account).when("nothing") as unknown), Error);
  assertStringIncludes(error.message, "Call then(...events) with the expected events");
});

Deno.test("given() accepts more events than a commit may have", () => {
  const many = Array.from({ length: 1_500 }, () => one);
  given(account, ...many).when("empty").then(emptied);
});
