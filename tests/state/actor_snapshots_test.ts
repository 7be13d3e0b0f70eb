import { assert, assertEquals, assertRejects } from "@std/assert";
import { decider, execute, isAetherError, load } from "@flowmade-one/aether";
import { everyEvents, type SnapshotSettings, withSnapshots } from "@flowmade-one/aether/snapshots";
import { memory } from "@flowmade-one/aether/memory";
import { type Account, account, AccountEvents, type Command, filled } from "./account.ts";
import { faulty } from "./faulty_snapshots.ts";
import { fill, put, snapshotted } from "./snapshotted.ts";

Deno.test("execute() writes a snapshot when the policy returns true, with the id of its anchor event", async () => {
  await using backend = memory();
  const store = backend.store("a", AccountEvents);
  const { account: order, problems } = snapshotted({ schema: 7 });
  for (let i = 1; i <= 25; i++) await execute(store, order, "x", { fill: i });
  for (const [atMost, version] of [[99, 20], [19, 10]] as const) {
    const snapshot = await store.snapshots.latest("x", { atMost });
    const [event] = await store.read("x", { from: version, limit: 1 }).toArray();
    const { state } = await load(store, account, "x", { to: version });
    assertEquals(snapshot, { version, schema: 7, eventId: event!.id, state });
  }
  assertEquals(await store.snapshots.latest("x", { atMost: 9 }), undefined);
  assertEquals(problems, []);
  assertEquals((await load(store, order, "x")).snapshotVersion, 20);
});

Deno.test("load() writes a snapshot of the last version, not of an earlier one", async () => {
  const { backend, requests } = faulty(() => ({}));
  const store = backend.store("a", AccountEvents);
  await fill(store, 15);
  const { account: order } = snapshotted();
  requests.length = 0;
  await load(store, order, "x", { to: 12 });
  assertEquals(requests, ["read from 1"]);
  await load(store, order, "x");
  await load(store, order, "x");
  assertEquals(requests, ["read from 1", "read from 1", "put 15", "read from 15"]);
});

Deno.test("execute() writes a due snapshot for a command without events", async () => {
  const { backend, requests } = faulty(() => ({}));
  const store = backend.store("a", AccountEvents);
  await fill(store, 15);
  requests.length = 0;
  await execute(store, snapshotted().account, "x", "nothing");
  assertEquals(requests, ["read from 1", "put 15"]);
});

Deno.test("withSnapshots() keeps the number of snapshots in keep", async () => {
  const store = memory().store("a", AccountEvents);
  const { account: order } = snapshotted({ keep: 2 });
  for (let i = 1; i <= 45; i++) await execute(store, order, "x", { fill: i });
  assertEquals((await store.snapshots.latest("x"))?.version, 40);
  assertEquals((await store.snapshots.latest("x", { atMost: 39 }))?.version, 30);
  assertEquals(await store.snapshots.latest("x", { atMost: 29 }), undefined);
});

class Point {
  readonly x = 1;
}

const notJson: [title: string, state: unknown, path: string][] = [
  ["a date", { at: new Date(0) }, "snapshot.state.at"],
  ["a map", { items: [new Map()] }, "snapshot.state.items[0]"],
  ["a function", () => 1, "snapshot.state"],
  ["an object of a class, which the type does not show", { at: new Point() }, "snapshot.state.at"],
  ["an error, which the type does not show", new Error("no"), "snapshot.state"],
  ["undefined in an array", [1, undefined], "snapshot.state[1]"],
  ["NaN", { sum: NaN }, "snapshot.state.sum"],
];

for (const [title, state, path] of notJson) {
  Deno.test(`load() succeeds with a due snapshot of a state with ${title}, and reports the snapshot`, async () => {
    const store = memory().store("a", AccountEvents);
    const problems: unknown[] = [];
    const plain = decider(AccountEvents, { initial: () => state, evolve: (state) => state, decide: () => [] });
    const onError = (error: unknown, actor: unknown) => problems.push([error, actor]);
    const wrong = withSnapshots(plain, { schema: 1, policy: everyEvents(1), onError });
    await fill(store, 1);
    assertEquals((await load(store, wrong, "x")).version, 1);
    await Promise.resolve();
    const [[error, actor]] = problems as [[unknown, unknown]];
    assert(isAetherError(error, "invalid-event"), String(error));
    assertEquals([error.path, actor], [path, { namespace: "a", actorId: "x" }]);
  });
}

const wrongPolicies: [policy: SnapshotSettings<Account>["policy"], message: string][] = [
  [() => {
    throw new Error("no");
  }, "Error: no"],
  [
    (() => Promise.resolve(false)) as never,
    "InvalidArgumentError: A snapshot policy must return true or false, not a Promise",
  ],
];

for (const [policy, message] of wrongPolicies) {
  Deno.test(`execute() reports a failing snapshot policy, and writes no snapshot: ${message}`, async () => {
    const store = memory().store("a", AccountEvents);
    const { account: order, problems } = snapshotted({ policy });
    assertEquals((await execute(store, order, "x", { fill: 1 })).version, 1);
    assertEquals(problems.map(String), [message]);
    assertEquals(await store.snapshots.latest("x"), undefined);
  });
}

Deno.test("SnapshotPolicy receives the facts since the snapshot, with the age by the option now", async () => {
  let time = 1_000;
  const store = memory({ now: () => time }).store("a", AccountEvents);
  const facts: unknown[] = [];
  const { account: order } = snapshotted({
    now: () => time + 7,
    policy: ({ version, eventsSince, age, state }) => {
      facts.push([version, eventsSince, age, state.balance]);
      return version === 2;
    },
  });
  for (const fill of [1, 2, 3]) {
    await execute(store, order, "x", { fill });
    time += 100;
  }
  await load(store, order, "x");
  assertEquals(facts, [[1, 1, 7, 1], [2, 2, 107, 3], [3, 1, 107, 6], [3, 1, 207, 6]]);
});

Deno.test("SnapshotPolicy is not called without events since the snapshot", async () => {
  const store = memory().store("a", AccountEvents);
  let policyCalls = 0;
  const { account: order } = snapshotted({ policy: () => ++policyCalls > 0 });
  await load(store, order, "x");
  assertEquals(policyCalls, 0, "an actor without events");
  await execute(store, order, "x", { fill: 1 });
  await load(store, order, "x");
  assertEquals(policyCalls, 1, "an actor at the version of its snapshot");
});

Deno.test("onError that throws causes an uncaught exception, and the command succeeds", async () => {
  const store = memory().store("a", AccountEvents);
  const thrown = Promise.withResolvers<unknown>();
  const listener = (event: ErrorEvent) => {
    event.preventDefault();
    thrown.resolve(event.error);
  };
  addEventListener("error", listener);
  const failure = new Error("of the hook");
  const onError = () => {
    throw failure;
  };
  const { account: order } = snapshotted({ policy: () => 1 as never, onError });
  try {
    assertEquals((await execute(store, order, "x", { fill: 1 })).version, 1);
    assert(await thrown.promise === failure);
  } finally {
    removeEventListener("error", listener);
  }
});

const beside: [title: string, keep: number | undefined, stale: number, change: object][] = [
  ["one of another history", undefined, 1, { eventId: "another" }],
  ["one of another history", 1, 1, { eventId: "another" }],
  ["three of another history", 1, 3, { eventId: "another" }],
  ["one of another schema", 1, 1, { schema: 9 }],
  ["two of another history", 2, 2, { eventId: "another" }],
  ["99 of another history", 1, 99, { eventId: "another" }],
];

for (const [title, keep, stale, change] of beside) {
  for (const verify of [false, true]) {
    const name = `${title} and a greater version, keep ${keep}${verify ? ", verified" : ""}`;
    Deno.test(`execute() keeps its snapshot beside ${name}`, async () => {
      const store = memory().store("a", AccountEvents);
      await fill(store, 5);
      for (let i = 0; i < stale; i++) await put(store, 100 + i, change);
      const { account: order, problems } = snapshotted({ policy: everyEvents(1), keep, verify });
      await load(store, order, "x");
      assertEquals((await load(store, order, "x")).snapshotVersion, 5);
      await execute(store, order, "x", { fill: 1 });
      assertEquals((await load(store, order, "x")).snapshotVersion, 6);
      assertEquals((await store.snapshots.latest("x", { atMost: 5 }))?.version, keep === 2 ? 5 : undefined);
      assertEquals(problems, []);
    });
  }
}

Deno.test("execute() replaces a snapshot of another history after the actor has passed its version", async () => {
  const store = memory().store("a", AccountEvents);
  await fill(store, 5);
  await put(store, 7, { eventId: "another" });
  const { account: order } = snapshotted({ policy: everyEvents(1), keep: 1 });
  for (let i = 6; i <= 8; i++) await execute(store, order, "x", { fill: i });
  assertEquals((await store.snapshots.latest("x"))?.version, 8);
  assertEquals(await store.snapshots.latest("x", { atMost: 7 }), undefined);
});

const impure: [title: string, decide: (state: Mutable) => unknown][] = [
  ["a property", (state) => state.balance = 1_000],
  ["a nested array", (state) => state.log.push("changed")],
];

for (const [title, decide] of impure) {
  for (const loaded of ["replayed", "from a snapshot", "from a snapshot and events"]) {
    Deno.test(`execute() fails if decide changes ${title} of its state, ${loaded}, and no snapshot has the change`, async () => {
      const store = memory().store("a", AccountEvents);
      await fill(store, 5);
      if (loaded !== "replayed") await put(store, loaded === "from a snapshot" ? 5 : 4);
      const { account: order, problems } = snapshotted({ policy: everyEvents(1) });
      const changing = { ...order, decide: (_: Command, state: Account) => (decide(state as Mutable), []) };
      await assertRejects(() => execute(store, changing, "x", "nothing"), TypeError);
      await execute(store, order, "x", { fill: 6 });
      assertEquals((await store.snapshots.latest("x"))?.state, (await load(store, account, "x")).state);
      assertEquals(problems, []);
    });
  }
}

Deno.test("load() fails if evolve changes its state, and execute() stores nothing", async () => {
  const { account: order } = snapshotted({ policy: everyEvents(1) });
  const changing = { ...order, evolve: (state: Account) => ((state as Mutable).log.push("changed"), state) };
  for (const events of [1, 5]) {
    const store = memory().store("a", AccountEvents);
    await fill(store, events);
    for (const run of [() => load(store, changing, "x"), () => execute(store, changing, "x", { fill: 1 })]) {
      const error = await assertRejects(run);
      assert(isAetherError(error, "evolve-failed"), String(error));
      assertEquals(error.version, 1);
    }
    assertEquals(await store.latestVersion("x"), events);
  }
});

Deno.test("execute() decides on a state that is too deep for a snapshot", async () => {
  interface Link {
    readonly next: Link | null;
  }
  const store = memory().store("a", AccountEvents);
  const problems: unknown[] = [];
  const chain = decider(AccountEvents, {
    initial: () => Array.from({ length: 100_000 }).reduce<Link>((next) => ({ next }), { next: null }),
    evolve: (state) => state,
    decide: () => filled(1),
  });
  const onError = (error: unknown) => void problems.push(error);
  const deep = withSnapshots(chain, { schema: 1, policy: everyEvents(1), onError });
  assertEquals((await execute(store, deep, "x", undefined)).version, 1);
  await Promise.resolve();
  assert(isAetherError(problems[0], "invalid-event"), String(problems[0]));
});

type Mutable = { -readonly [K in keyof Account]: Account[K] extends readonly string[] ? string[] : Account[K] };
