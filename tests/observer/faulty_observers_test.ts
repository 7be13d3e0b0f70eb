import { assert, assertEquals, assertRejects } from "@std/assert";
import { decider, events, execute, isAetherError } from "@flowmade-one/aether";
import { memory } from "@flowmade-one/aether/memory";
import type { Observation, Observer } from "@flowmade-one/aether/observability";

const opened = { type: "Opened", data: {} };
const failure = new Error("the observer is broken");

const CounterEvents = events<{ Counted: { by: number } }>();
const counter = decider(CounterEvents, {
  initial: () => 0,
  evolve: (sum, { data }) => sum + data.by,
  decide: (by: number) => {
    if (by < 0) throw new RangeError("by is negative");
    return [{ type: "Counted", data: { by } }];
  },
});

function fails(): never {
  throw failure;
}

/** Observers that break their contract, and a part of the error that `onError` receives. */
const faulty: readonly (readonly [of: string, observer: Observer, reported: RegExp])[] = [
  ["start throws", { start: fails }, /is broken/],
  ["start returns a promise that rejects", { start: (() => Promise.reject(failure)) as never }, /must return/],
  ["start returns a promise that never settles", { start: (() => new Promise(() => {})) as never }, /must return/],
  ["start returns a number", { start: (() => 7) as never }, /must return/],
  ["measure throws", { measure: fails }, /is broken/],
  ["run throws before the work", observing({ run: fails }), /is broken/],
  ["run throws after the work", observing({ run: (work) => (work(), fails()) }), /is broken/],
  ["run never calls the work", observing({ run: () => {} }), /must call/],
  ["run calls the work later", observing({ run: (work) => void setTimeout(work) }), /must call/],
  ["run rejects", observing({ run: (work) => (work(), Promise.reject(failure)) }), /is broken/],
  ["end throws", observing({ end: fails }), /is broken/],
  ["end rejects", observing({ end: () => Promise.reject(failure) as never }), /is broken/],
  ["metadata throws", {
    start: () => ({
      get metadata(): never {
        return fails();
      },
    }),
  }, /is broken/],
  ["metadata is a number", observing({ metadata: { traceparent: 7 as never } }), /metadata\.traceparent/],
  ["metadata is too long", observing({ metadata: { correlationId: "x".repeat(513) } }), /metadata\.correlationId/],
  ["metadata has a line break", observing({ metadata: { traceparent: "a\nb" } }), /metadata\.traceparent/],
];

/** Objects that throw when they are examined as a promise. */
const hostile: readonly (readonly [of: string, make: () => object])[] = [
  ["a proxy that throws", () => new Proxy({}, { has: fails, get: fails })],
  ["a promise whose constructor throws", () => {
    return Object.defineProperty(Promise.resolve(), "constructor", { get: fails });
  }],
  ["an object whose then throws", () => Object.defineProperty({}, "then", { get: fails })],
];

const hostileResults: typeof faulty = hostile.flatMap(([of, make]) => [
  [`start returns ${of}`, { start: make as never }, /is broken|must return/] as const,
  [`run returns ${of}`, observing({ run: (work) => (work(), make()) }), /is broken/] as const,
  [`end returns ${of}`, observing({ end: make as never }), /is broken/] as const,
  [`measure returns ${of}`, { measure: make as never }, /is broken/] as const,
]);

/** An error that is no error: the prototype of the thrown proxy cannot be read. */
const throwsProxy: Observer = {
  start: () => {
    throw new Proxy({}, { getPrototypeOf: fails });
  },
};

function observing(observation: Observation): Observer {
  return { start: () => observation };
}

/** The results of a series of operations, some of which fail. */
async function results(observer: Observer | undefined, onError: (error: unknown) => void): Promise<unknown> {
  let id = 0;
  await using backend = memory({ observer, onError, now: () => 1, newId: () => `id-${++id}` });
  const store = backend.store("tenant-a", CounterEvents);
  const counted = { type: "Counted" as const, data: { by: 1 } };
  const subscription = store.subscribe();
  const appended = await store.append("a", [counted], { expectedVersion: 0, commitId: "c-1" });
  const repeated = await store.append("a", [counted], { expectedVersion: 0, commitId: "c-1" });
  const delivered: string[] = [];
  using _ = backend.bus.within("tenant-a").subscribe((event) => void delivered.push(event.id));
  backend.bus.within("tenant-a").publish("a", opened);
  const conflict = await assertRejects(() => store.append("a", [counted], { expectedVersion: 0 }));
  assert(isAetherError(conflict, "version-conflict"));
  const refused = await assertRejects(() => execute(store, counter, "a", -1));
  const executed = await execute(store, counter, "a", 5);
  const followed: string[] = [];
  for await (const event of subscription) {
    followed.push(event.id);
    if (followed.length === 2) break;
  }
  return [
    [appended.version, repeated.duplicate, conflict.message, `${refused}`, executed.state, delivered, followed],
    (await store.read("a").toArray()).map((event) => ({ ...event, position: undefined })),
    await store.latestVersion("a"),
  ];
}

const all = [...faulty, ...hostileResults, ["start throws a proxy", throwsProxy, /observer failed/] as const];

for (const [of, observer, reported] of all) {
  Deno.test(`memory() returns the same results with an observer whose ${of}, and reports the fault once`, async () => {
    const errors: unknown[] = [];
    const unobserved = await results(undefined, fails);
    assertEquals(await results(observer, (error) => errors.push(error)), unobserved);
    assertEquals(errors.length, 1);
    assert(reported.test((errors[0] as Error).message), `${errors[0]}`);
  });
}

const refused: readonly (readonly [of: string, observer: unknown])[] = [
  ["null", null],
  ["a function", () => {}],
  ["an object without methods", {}],
  ["an object whose start is a string", { start: "now" }],
  ["an object whose start cannot be read", Object.defineProperty({}, "start", { get: fails })],
  ["an object whose measure is a number", { start: () => undefined, measure: 1 }],
];

for (const [of, observer] of refused) {
  Deno.test(`memory() refuses ${of} as observer`, () => {
    const error = (() => {
      try {
        memory({ observer: observer as never });
      } catch (error) {
        return error;
      }
    })();
    assert(isAetherError(error, "invalid-argument") && error.argument === "observer");
  });
}
