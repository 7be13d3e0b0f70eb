import { assert, assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { type EventStore, isAetherError } from "@flowmade-one/aether";
import { memory } from "@flowmade-one/aether/memory";
import { live, type Mark, project, type ProjectOptions, type ReadModel } from "@flowmade-one/aether/projections";
import { turns, until } from "../_support/until.ts";
import { ListModel } from "./list_model.ts";
import { append, rowsOf, scene } from "./projection_scene.ts";

const refused: [name: string, model: unknown, options: unknown, argument: string, message: string][] = [
  ["no model", undefined, {}, "model", "model is missing"],
  ["a model that is a function", () => {}, {}, "model", "an object with mark and apply"],
  ["a model without mark", { apply: () => {} }, {}, "model.mark", "model.mark is missing"],
  ["a model without apply", { mark: () => undefined }, {}, "model.apply", "model.apply is missing"],
  ["a clear that is no function", { mark: () => {}, apply: () => {}, clear: 1 }, {}, "model.clear", "not 1"],
  ["a misspelt option", new ListModel(), { size: 3 }, "size", "project has no option"],
  ["null as options", new ListModel(), null, "options", "must be an object"],
  ["a batch of 0", new ListModel(), { batch: 0 }, "batch", "1 to 10000"],
  ["a batch of 10,001", new ListModel(), { batch: 10_001 }, "batch", "1 to 10000"],
  ["a batch of 1.5", new ListModel(), { batch: 1.5 }, "batch", "1 to 10000"],
  ["no types", new ListModel(), { types: [] }, "types", "one or more event types"],
  ["a type that is a number", new ListModel(), { types: ["A", 1] }, "types", "types[1] must be an event type"],
  ["an empty type", new ListModel(), { types: [""] }, "types", "types[0] must be an event type"],
  ['after "now"', new ListModel(), { after: "now" }, "after", '"start" or "oldest-available"'],
  ["an onError that is no function", new ListModel(), { onError: "log" }, "onError", "a function"],
];

for (const [name, model, options, argument, message] of refused) {
  Deno.test(`project() refuses ${name}`, () => {
    const { store } = scene();
    const error = assertThrows(() => project(store, model as ReadModel, options as ProjectOptions));
    assert(isAetherError(error, "invalid-argument"), String(error));
    assertEquals(error.argument, argument);
    assertStringIncludes(error.message, message);
  });
}

const notStores: [name: string, store: unknown, message: string][] = [
  ["no store", undefined, "store is missing"],
  ["a promise of a store", Promise.resolve(scene().store), "not a Promise"],
  ["a backend", scene().backend, "a store with readAll and subscribe"],
];

for (const [name, store, message] of notStores) {
  Deno.test(`project() and live() refuse ${name}`, () => {
    const source = store as EventStore;
    const calls = [
      () => project(source, new ListModel()),
      () => live(source, { initial: () => 0, evolve: (count) => count + 1 }),
    ];
    for (const call of calls) {
      const error = assertThrows(call);
      assert(isAetherError(error, "invalid-argument"), String(error));
      assertEquals(error.argument, "store");
      assertStringIncludes(error.message, message);
    }
  });
}

Deno.test("project() refuses actors that are no pattern", () => {
  const error = assertThrows(() => project(scene().store, new ListModel(), { actors: "a..b" }));
  assert(isAetherError(error, "invalid-pattern"), String(error));
});

for (const batch of [1, 2, 3, 7, 499, 500, 501, 10_000, undefined]) {
  Deno.test(`project() with a batch of ${batch} applies each event once, in order, and then new ones`, async () => {
    const { store, start, errors } = scene();
    for (const size of [1, 3, 1_000, 2]) {
      const events = Array.from({ length: size }, () => ({ type: "Made", data: {} }));
      await store.append("a", events, { expectedVersion: "any" });
    }
    const model = new ListModel();
    await using projection = start(model, { batch });
    await projection.caughtUp;
    assertEquals([projection.state, model.rows.length], ["live", 1_006]);
    await projection.reached(await append(store, "b", 3));
    assertEquals(model.rows, rowsOf(await store.readAll().toArray()));
    assert(model.batches.every((size) => size >= 1 && size <= (batch ?? 500)), String(model.batches));
    assertEquals(errors, []);
  });
}

Deno.test("project() fills its batches when it catches up", async () => {
  const { store, start } = scene();
  await append(store, "a", 1_001);
  const model = new ListModel();
  await using projection = start(model);
  await projection.caughtUp;
  assertEquals(model.batches, [500, 500, 1]);
});

Deno.test("project() continues at the mark of the model, even if the mark is inside a commit", async () => {
  const { store, start } = scene();
  await store.append("a", Array.from({ length: 10 }, () => ({ type: "Made", data: {} })), { expectedVersion: 0 });
  const model = new ListModel();
  model.interfere = () => {
    if (model.rows.length >= 6) throw new Error("stopped");
  };
  const first = start(model, { batch: 3 });
  await until("six events are applied", () => model.rows.length >= 6);
  await first.close();
  model.interfere = () => {};
  await using second = start(model);
  await second.caughtUp;
  assertEquals(model.rows, rowsOf(await store.read("a").toArray()));
});

Deno.test("project() without events is caught up, and has no position", async () => {
  const { start } = scene();
  const model = new ListModel();
  await using projection = start(model);
  assertEquals([projection.state, projection.position], ["catching-up", undefined]);
  await projection.caughtUp;
  assertEquals([projection.state, projection.position, model.batches], ["live", undefined, []]);
});

Deno.test("project() applies only events of its types and actors, and its position advances past the others", async () => {
  const { store, start } = scene();
  await append(store, "order.1", 2, "Placed");
  await append(store, "order.1", 1, "Paid");
  await append(store, "user.1", 1, "Placed");
  const model = new ListModel();
  await using projection = start(model, { types: ["Placed"], actors: "order.*" });
  await projection.caughtUp;
  assertEquals(model.rows, ["order.1@1", "order.1@2"]);
  const other = await append(store, "user.1", 3, "Placed");
  await projection.reached(other);
  assertEquals([projection.position, model.rows.length], [other, 2]);
});

Deno.test("project() stores marks at unwanted events, so that they do not expire before its mark", async () => {
  const backend = memory({ retention: { maxCommits: 10 } });
  const store = backend.store("shop");
  await append(store, "a", 1, "Wanted");
  const model = new ListModel();
  {
    await using projection = project(store, model, { types: ["Wanted"] });
    await projection.caughtUp;
    const { promise, resolve } = Promise.withResolvers<void>();
    model.interfere = (events) => events.length === 0 ? resolve() : undefined;
    await projection.reached(await append(store, "a", 5, "Other"));
    await promise;
  }
  await append(store, "a", 6, "Other");
  model.interfere = () => {};
  await using again = project(store, model, { types: ["Wanted"] });
  await again.reached(await append(store, "a", 1, "Wanted"));
  assertEquals(model.rows, ["a@1", "a@13"]);
});

Deno.test("project() retries a failed batch, reports it, and applies it once", async () => {
  const { store, start, messages } = scene();
  await append(store, "a", 3);
  const model = new ListModel();
  let failures = 2;
  model.interfere = () => {
    if (failures-- > 0) throw new Error(`the disk is full, ${failures}`);
  };
  await using projection = start(model);
  await projection.caughtUp;
  assertEquals(messages(), ["the disk is full, 1", "the disk is full, 0"]);
  assertEquals(model.rows, ["a@1", "a@2", "a@3"]);
});

Deno.test("project() retries an InvalidArgumentError that apply() throws", async () => {
  const store = memory().store("shop");
  await store.append("order.1", [{ type: "Placed", data: {} }], { expectedVersion: 0 });
  let mark: Mark | undefined;
  const failures: unknown[] = [];
  await using projection = project(store, {
    mark: () => mark,
    apply: (_events, next) => {
      if (failures.length === 0) project(store, {} as never);
      mark = next;
    },
  }, { onError: (error) => failures.push(error) });
  await projection.caughtUp;
  assert(failures.length === 1 && isAetherError(failures[0], "invalid-argument"), String(failures));
  assertEquals(projection.state, "live");
});

Deno.test("project() is retrying while mark() fails, and close() ends it then", async () => {
  const { start, messages } = scene();
  const reported = Promise.withResolvers<void>();
  const projection = start({
    mark: () => {
      reported.resolve();
      throw new Error("no connection");
    },
    apply: () => {},
  });
  await reported.promise;
  await until("the projection is retrying", () => projection.state === "retrying");
  assertEquals(messages(), ["no connection"]);
  await projection.close();
  assertEquals(projection.state, "ended");
});

Deno.test("project() of two processes on one model applies each event once and reports no failure", async () => {
  const { store, start, errors } = scene();
  await append(store, "a", 20);
  const model = new ListModel();
  model.interfere = () => turns(1);
  await using one = start(model, { batch: 3 });
  await using two = start(model, { batch: 4 });
  await Promise.all([one.caughtUp, two.caughtUp]);
  const last = await append(store, "a", 20);
  await Promise.all([one.reached(last), two.reached(last)]);
  assertEquals(model.rows, rowsOf(await store.read("a").toArray()));
  assertEquals(errors, []);
});

Deno.test("project() continues if a transaction was committed and its reply was lost", async () => {
  const { store, start, errors } = scene();
  await append(store, "a", 5);
  const model = new ListModel();
  const lossy: ReadModel = {
    mark: model.mark,
    apply: async (events, mark, before) => {
      await model.apply(events, mark, before);
      throw new Error("the connection was lost");
    },
  };
  await using projection = start(lossy, { batch: 2 });
  await projection.caughtUp;
  assertEquals([model.rows.length, errors], [5, []]);
});

Deno.test('project() stops at expired events, and with after: "oldest-available" begins at the first available one', async () => {
  const store = memory({ retention: { maxCommits: 3 } }).store("shop");
  await append(store, "a", 9);
  const model = new ListModel();
  const stopped = project(store, model, { onError: () => {} });
  const error = await assertRejects(() => stopped.caughtUp);
  assert(isAetherError(error, "events-expired"), String(error));
  await using projection = project(store, model, { after: "oldest-available" });
  await projection.caughtUp;
  assertEquals(model.rows, ["a@7", "a@8", "a@9"]);
});

Deno.test("project() throws a failure as an uncaught error without onError", async () => {
  const store = memory().store("shop");
  const uncaught = Promise.withResolvers<unknown>();
  const listener = (event: ErrorEvent) => {
    event.preventDefault();
    uncaught.resolve(event.error);
  };
  globalThis.addEventListener("error", listener);
  const failure = new Error("no connection");
  await using _projection = project(store, { mark: () => Promise.reject(failure), apply: () => {} });
  assertEquals(await uncaught.promise, failure);
  globalThis.removeEventListener("error", listener);
});

Deno.test("Projection.close() waits for the current apply(), can be called twice, and rejects caughtUp", async () => {
  const { store, start } = scene();
  await append(store, "a", 2);
  const model = new ListModel();
  const [begun, gate] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  model.interfere = () => {
    begun.resolve();
    return gate.promise;
  };
  const projection = start(model, { batch: 1 });
  await begun.promise;
  const closed = Promise.all([projection.close(), projection.close()]);
  gate.resolve();
  await closed;
  assertEquals(model.rows, ["a@1"]);
  assert(isAetherError(await assertRejects(() => projection.caughtUp), "closed"));
});

Deno.test("project() lets timers run while it applies many events", async () => {
  const { store, start } = scene();
  for (let i = 0; i < 60; i++) {
    await store.append("a", Array.from({ length: 1_000 }, () => ({ type: "Made", data: {} })), {
      expectedVersion: "any",
    });
  }
  let turns = 0;
  const timer = setInterval(() => turns++, 1);
  const model = new ListModel();
  const turnsAt: number[] = [];
  model.interfere = () => {
    turnsAt.push(turns);
    const until = performance.now() + 1;
    while (performance.now() < until);
  };
  await using projection = start(model);
  await projection.caughtUp;
  clearInterval(timer);
  assert(new Set(turnsAt).size >= 3, `timers ran ${new Set(turnsAt).size} times during 120 batches`);
});
