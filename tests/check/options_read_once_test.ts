import { assertEquals } from "@std/assert";
import { checkBackendOptions, checkBounds } from "@flowmade-one/aether/adapter";
import type { AnyEvents } from "@flowmade-one/aether/types";
import { decider, events, execute, load } from "@flowmade-one/aether";
import { withSnapshots } from "@flowmade-one/aether/snapshots";
import { memory } from "@flowmade-one/aether/memory";
import { counting } from "./counting.ts";

const counter = decider(events<AnyEvents>(), {
  initial: () => 0,
  evolve: (count) => count + 1,
  decide: (_: null) => [],
});
const signal = new AbortController().signal;
const filter = { types: ["Made"], actors: ">", signal };
const functions = {
  now: Date.now,
  newId: () => "id",
  onGrantUsed: () => {},
  onError: () => {},
  observer: { start: () => undefined },
};

function store() {
  return memory().store("ns");
}

/** Each row: the function and its argument, an object with all properties, and a call with it. */
const ROWS: readonly (readonly [of: string, values: object, call: (options: never) => unknown])[] = [
  ["append() with options", { expectedVersion: 0, commitId: "c1", signal }, (options) => {
    return store().append("a", [{ type: "Made", data: {} }], options);
  }],
  ["append() with an event", { type: "Made", data: {}, id: "e1", metadata: { a: "b" } }, (event) => {
    return store().append("a", [event], { expectedVersion: 0 });
  }],
  ["read() with options", { from: 1, to: 2, limit: 3, direction: "backwards", signal }, (options) => {
    return store().read("a", options).toArray();
  }],
  [
    "readAll() with options",
    { ...filter, after: "oldest-available", before: undefined, limit: 3, direction: "backwards" },
    (options) => store().readAll(options).toArray(),
  ],
  ["end() with options", { signal }, (options) => store().end(options)],
  ["latestVersion() with options", { signal }, (options) => store().latestVersion("a", options)],
  ["EventStore.subscribe() with options", { ...filter, after: "now" }, (options) => store().subscribe(options).close()],
  ["snapshots.put() with options", { keep: 2, signal }, (options) => {
    return store().snapshots.put("a", { version: 1, schema: 1, eventId: "e1", state: {} }, options);
  }],
  [
    "snapshots.put() with a snapshot",
    { version: 1, schema: 1, eventId: "e1", state: {}, commits: { ids: ["c1"], complete: true } },
    (snapshot) => {
      return store().snapshots.put("a", snapshot);
    },
  ],
  ["snapshots.latest() with options", { atMost: 2, signal }, (options) => store().snapshots.latest("a", options)],
  ["load() with options", { to: 1, signal }, (options) => load(store(), counter, "a", options)],
  [
    "execute() with options",
    {
      expectedVersion: 0,
      attempts: 1,
      backoff: () => 0,
      random: () => 0,
      pause: async () => {},
      commitId: "c",
      lookback: 3,
      onExhausted: "refuse",
      metadata: { by: "ann" },
      signal,
    },
    (options) => execute(store(), counter, "a", null, options),
  ],
  ["withSnapshots() with options", {
    schema: 1,
    policy: () => false,
    keep: 1,
    verify: false,
    onError: () => {},
    now: Date.now,
  }, (settings) => withSnapshots(counter, settings)],
  [
    "NamespacedEventBus.subscribe() with options",
    filter,
    (options) => memory().bus.within("ns").subscribe(() => {}, options).close(),
  ],
  ["NamespacedEventBus.queue() with options", { ...filter, capacity: 1, overflow: "fail" }, (options) => {
    return memory().bus.within("ns").queue(options).close();
  }],
  ["publish() with an event", { type: "Made", data: {}, id: "e1", metadata: { a: "b" } }, (event) => {
    return memory().bus.within("ns").publish("a", event);
  }],
  ["observe() with options", filter, (options) => {
    const backend = memory();
    return backend.bus.observe(backend.grant(">", { reason: "test" }), () => {}, options).close();
  }],
  ["grant() with options", { reason: "test" }, (options) => memory().grant(">", options)],
  [
    "memory() with options",
    { ...functions, retention: { maxCommits: 1 }, quota: undefined, maxCommitBytes: 100 },
    memory,
  ],
  [
    "checkBounds() with a retention",
    { maxAge: 1, maxBytes: 1, maxCommits: 1 },
    (retention) => checkBounds(retention, undefined),
  ],
  ["checkBounds() with a quota", { maxBytes: 1, maxCommits: 1 }, (quota) => checkBounds(undefined, quota)],
  ["checkBackendOptions() with options", functions, (options) => checkBackendOptions(options, "test")],
];

for (const [of, values, call] of ROWS) {
  Deno.test(`${of} reads each property of the object exactly once`, async () => {
    const { options, reads } = counting(values);
    await call(options as never);
    assertEquals(reads, Object.fromEntries(Object.keys(values).map((name) => [name, 1])));
  });
}

Deno.test("subscribe() reads the elements of types exactly once", () => {
  const reads = [0, 0];
  const types = ["", ""];
  for (const i of [0, 1]) {
    Object.defineProperty(types, i, { get: () => reads[i]!++ === 0 ? "Made" : "" });
  }
  memory().bus.within("ns").subscribe(() => {}, { types }).close();
  assertEquals(reads, [1, 1]);
});

Deno.test("memory() copies its retention", async () => {
  const retention = { maxCommits: 2 };
  await using backend = memory({ retention });
  retention.maxCommits = 1;
  const events = backend.store("ns");
  for (const n of [0, 1, 2]) await events.append("a", [{ type: "Made", data: n }], { expectedVersion: n });
  assertEquals((await events.readAll({ after: "oldest-available" }).toArray()).map(({ data }) => data), [1, 2]);
});
