import { assert, assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { events, type EventStore, isAetherError, type RecordedEvent } from "@flowmade-one/aether";
import { memory } from "@flowmade-one/aether/memory";
import { UnknownPositionError } from "@flowmade-one/aether/errors";
import { live, type LiveOptions } from "@flowmade-one/aether/projections";

interface CartEvents {
  Added: { pieces: number };
  Noted: { note: string };
}
const CartEvents = events<CartEvents>();

async function add(store: EventStore<CartEvents>, pieces: number) {
  return await store.append("cart.1", [{ type: "Added", data: { pieces } }], { expectedVersion: "any" });
}

/** A store whose log counts as replaced at some calls of `subscribe`. The calls are numbered from 0. */
function replacedWhen(store: EventStore<CartEvents>, isReplaced: (call: number) => boolean) {
  let calls = 0;
  return {
    get calls() {
      return calls;
    },
    source: {
      namespace: store.namespace,
      readAll: store.readAll.bind(store),
      subscribe: (...options: Parameters<typeof store.subscribe>) => {
        if (isReplaced(calls++)) throw new UnknownPositionError(store.namespace);
        return store.subscribe(...options);
      },
    },
  };
}

const sum = { initial: () => 0, evolve: (total: number, event: { readonly version: number }) => total + event.version };

const refused: [name: string, options: unknown, argument: string][] = [
  ["no options", undefined, "options"],
  ["no initial", { evolve: sum.evolve }, "initial"],
  ["no evolve", { initial: sum.initial }, "evolve"],
  ["a batch", { ...sum, batch: 3 }, "batch"],
  ['after "now"', { ...sum, after: "now" }, "after"],
];

for (const [name, options, argument] of refused) {
  Deno.test(`live() refuses ${name}`, () => {
    const error = assertThrows(() => live(memory().store("a"), options as LiveOptions<RecordedEvent, number>));
    assert(isAetherError(error, "invalid-argument"), String(error));
    assertEquals(error.argument, argument);
  });
}

Deno.test("live() has the initial value first, then applies stored and new events of its types", async () => {
  const store = memory().store("a", CartEvents);
  await add(store, 2);
  await add(store, 3);
  const options = { initial: () => 10, types: ["Added"] as const };
  await using pieces = live(store, {
    ...options,
    evolve: (total, event) => event.type === "Added" ? total + event.data.pieces : total,
  });
  assertEquals(pieces.value, 10);
  await pieces.caughtUp;
  assertEquals([pieces.value, pieces.state], [15, "live"]);
  await store.append("cart.1", [{ type: "Noted", data: { note: "gift" } }], { expectedVersion: 2 });
  const { position } = await add(store, 5);
  await pieces.reached(position);
  assertEquals([pieces.value, pieces.position], [20, position]);
});

Deno.test("live() keeps its value if evolve throws, reports it, and retries", async () => {
  const store = memory().store("a", CartEvents);
  for (const pieces of [1, 2, 3]) await add(store, pieces);
  const errors: unknown[] = [];
  let failures = 1;
  await using total = live(store, {
    initial: () => 0,
    evolve: (total, event) => {
      if (event.version === 3 && failures-- > 0) throw new Error("a bug");
      return total + event.version;
    },
    onError: (error) => {
      errors.push(error);
      assertEquals(total.value, 0);
    },
  });
  await total.caughtUp;
  assertEquals([total.value, errors.length], [6, 1]);
});

Deno.test("live() stops if evolve returns a promise, and handles its rejection", async () => {
  const store = memory().store("a", CartEvents);
  await add(store, 1);
  await add(store, 1);
  const evolve = () => Promise.reject(new Error("too late")) as unknown as number;
  const total = live(store, { initial: () => 0, evolve, onError: () => {} });
  const error = await assertRejects(() => total.caughtUp);
  assert(isAetherError(error, "invalid-argument"), String(error));
  assertStringIncludes(error.message, "evolve must be synchronous");
  assertEquals(total.value, 0);
});

Deno.test("live() refuses an initial that returns a promise, and handles its rejection", () => {
  const initial = () => Promise.reject(new Error("too late"));
  const error = assertThrows(() => live(memory().store("a"), { initial, evolve: (value) => value }));
  assert(isAetherError(error, "invalid-argument"), String(error));
  assertStringIncludes(error.message, "initial must be synchronous");
  assertEquals(error.argument, "initial");
});

Deno.test("live() begins again with the initial value after the log was replaced", async () => {
  const store = memory().store("a", CartEvents);
  for (const pieces of [1, 2]) await add(store, pieces);
  const replaced = replacedWhen(store, (call) => call === 1);
  let failures = 1;
  await using total = live(replaced.source, {
    initial: () => 0,
    evolve: (sum, event) => {
      if (event.version === 3 && failures-- > 0) throw new Error("a bug");
      return sum + event.version;
    },
    onError: () => {},
  });
  await total.caughtUp;
  const { position } = await add(store, 3);
  await total.reached(position);
  assertEquals([total.value, replaced.calls], [6, 3]);
});

Deno.test("live() stops if initial returns a promise after the log was replaced", async () => {
  const store = memory().store("a", CartEvents);
  await add(store, 1);
  const replaced = replacedWhen(store, (call) => call > 0);
  let starts = 0;
  const initial = () => (starts++ === 0 ? 0 : Promise.reject(new Error("too late"))) as number;
  let failures = 1;
  const total = live(replaced.source, {
    initial,
    evolve: (sum, event) => {
      if (event.version === 2 && failures-- > 0) throw new Error("a bug");
      return sum + event.version;
    },
    onError: () => {},
  });
  await total.caughtUp;
  const { position } = await add(store, 1);
  const error = await assertRejects(() => total.reached(position));
  assert(isAetherError(error, "invalid-argument"), String(error));
  assertStringIncludes(error.message, "initial must be synchronous");
  assertEquals([total.value, total.state], [1, "ended"]);
});
