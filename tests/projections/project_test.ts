import { assert, assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { type EventStore, isAetherError, type Position, type RecordedEvent } from "@flowmade-one/aether";
import { memory } from "@flowmade-one/aether/memory";
import {
  type Mark,
  project,
  type Projection,
  type ProjectOptions,
  type ReadModel,
} from "@flowmade-one/aether/projections";
import { ListModel, withoutClear } from "./list_model.ts";

/** Appends a number of commits of one event. */
async function append(store: EventStore, actorId: string, count: number, type = "Made"): Promise<Position> {
  let position: Position | undefined;
  for (let i = 0; i < count; i++) {
    ({ position } = await store.append(actorId, [{ type, data: {} }], { expectedVersion: "any" }));
  }
  return position!;
}

function rowsOf(events: readonly RecordedEvent[]): string[] {
  return events.map(({ actorId, version }) => `${actorId}@${version}`);
}

/** A store, and the errors that its projections report. */
function scene() {
  const backend = memory();
  const store = backend.store("shop");
  const errors: unknown[] = [];
  const start = (model: ReadModel, options: ProjectOptions = {}): Projection =>
    project(store, model, { onError: (error) => errors.push(error), ...options });
  return { backend, store, errors, start, messages: () => errors.map((error) => (error as Error).message) };
}

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

Deno.test("project() continues at the mark of the model, also in the middle of a commit", async () => {
  const { store, start } = scene();
  await store.append("a", Array.from({ length: 10 }, () => ({ type: "Made", data: {} })), { expectedVersion: 0 });
  const model = new ListModel();
  model.interfere = () => {
    if (model.rows.length >= 6) throw new Error("stopped");
  };
  const first = start(model, { batch: 3 });
  while (model.rows.length < 6) await new Promise((resolve) => setTimeout(resolve));
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
  while (projection.state !== "retrying") await new Promise((resolve) => setTimeout(resolve));
  assertEquals(messages(), ["no connection"]);
  await projection.close();
  assertEquals(projection.state, "ended");
});

Deno.test("project() of two processes on one model applies each event once and reports no failure", async () => {
  const { store, start, errors } = scene();
  await append(store, "a", 20);
  const model = new ListModel();
  model.interfere = () => new Promise((resolve) => setTimeout(resolve));
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

const wrongMarks: [name: string, mark: unknown, message: string][] = [
  ["null", null, "mark() returned null"],
  ["an empty string", "", "which is not a mark"],
  ["a position", "0123456789ab-1000000000002047", "which is not a mark"],
  ["a mark without a position", "x y shop", "which is not a mark"],
  ["a mark of another namespace", "0123456789ab-1000000000002047 e1 other", 'belongs to namespace "other"'],
];

for (const [name, mark, message] of wrongMarks) {
  Deno.test(`project() stops if mark() returns ${name}`, async () => {
    const { start, errors } = scene();
    const projection = start({
      mark: () => mark as Mark,
      apply: () => {},
      clear: () => assert(false, "the model was cleared"),
    });
    const error = await assertRejects(() => projection.caughtUp);
    assert(isAetherError(error, "invalid-argument"), String(error));
    assertStringIncludes(error.message, message);
    assertEquals([errors, projection.state], [[error], "ended"]);
  });
}

Deno.test("project() stops if apply() does not store its mark", async () => {
  const { store, start } = scene();
  await append(store, "a", 1);
  const projection = start({ mark: () => undefined, apply: () => {} });
  const error = await assertRejects(() => projection.caughtUp);
  assert(isAetherError(error, "invalid-argument"), String(error));
  assertStringIncludes(error.message, "mark() does not return the mark that apply() received");
});

/** A model that contains a log of five events, and another log of the same namespace. */
async function replaced(eventsOfOther: number) {
  const former = scene();
  await append(former.store, "a", 5);
  const model = new ListModel();
  const first = former.start(model);
  await first.caughtUp;
  await first.close();
  const other = scene();
  await append(other.store, "b", eventsOfOther);
  return { model, ...other };
}

for (const events of [0, 3, 9]) {
  Deno.test(`project() clears the model if its log was replaced by one of ${events} events`, async () => {
    const { model, store, start } = await replaced(events);
    await using projection = start(model);
    await projection.reached(await append(store, "b", 1));
    assertEquals([model.clears, model.rows], [1, rowsOf(await store.readAll().toArray())]);
  });

  Deno.test(`project() without clear stops if its log was replaced by one of ${events} events`, async () => {
    const { model, start } = await replaced(events);
    const projection = start(withoutClear(model));
    const error = await assertRejects(() => projection.caughtUp);
    assert(isAetherError(error, "unknown-position"), String(error));
    assertEquals(model.rows.length, 5);
  });
}

Deno.test("project() clears the model if another event is at the position of the mark", async () => {
  const { store, start } = scene();
  await append(store, "a", 5);
  const model = new ListModel();
  const first = start(model);
  await first.caughtUp;
  await first.close();
  const [position, , namespace] = model.stored!.split(" ");
  model.stored = `${position} another-event ${namespace}` as Mark;
  await using second = start(model);
  await second.caughtUp;
  assertEquals([model.clears, model.rows.length], [1, 5]);
});

Deno.test("project() retries a clear that fails", async () => {
  const { model, start, messages } = await replaced(3);
  let failures = 1;
  const failing: ReadModel = {
    mark: model.mark,
    apply: model.apply,
    clear: (before) => {
      if (failures-- > 0) throw new Error("the database is locked");
      model.clear(before);
    },
  };
  await using projection = start(failing);
  await projection.caughtUp;
  assertEquals([messages()[1], model.rows], ["the database is locked", ["b@1", "b@2", "b@3"]]);
});

Deno.test("project() keeps the model if apply() itself fails with an unknown position", async () => {
  const { store, start, messages } = scene();
  await append(store, "a", 2);
  const model = new ListModel();
  const foreign = await append(memory().store("other"), "x", 1);
  let failures = 1;
  model.interfere = async (events) => {
    if (events[0]!.version === 2 && failures-- > 0) await store.readAll({ after: foreign }).toArray();
  };
  await using projection = start(model, { batch: 1 });
  await projection.caughtUp;
  assertEquals([model.clears, model.rows], [0, ["a@1", "a@2"]]);
  assertStringIncludes(messages()[0]!, "after that position");
});

Deno.test("project() keeps the model if mark() itself fails with an unknown position", async () => {
  const { store, start, messages } = scene();
  await append(store, "a", 2);
  const model = new ListModel();
  const foreign = await append(memory().store("other"), "x", 1);
  let fails = false;
  model.interfere = () => {
    fails = model.batches.length === 1 && messages().length === 0;
    if (fails) throw new Error("a bug");
  };
  await using projection = start({
    apply: model.apply,
    clear: model.clear,
    mark: async () => {
      if (fails) await store.readAll({ after: foreign }).toArray();
      return model.mark();
    },
  }, { batch: 1 });
  while (messages().length === 0) await new Promise((resolve) => setTimeout(resolve));
  fails = false;
  await projection.caughtUp;
  assertEquals([model.clears, model.rows], [0, ["a@1", "a@2"]]);
  assertStringIncludes(messages()[0]!, "after that position");
});

Deno.test('project() stops at expired events, and with after "oldest-available" begins at the first available one', async () => {
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

Deno.test("reached() resolves at once for a position that the model contains, and later for a later one", async () => {
  const { store, start } = scene();
  const positions = [await append(store, "a", 1), await append(store, "a", 1)];
  const model = new ListModel();
  await using projection = start(model);
  await Promise.all(positions.map((position) => projection.reached(position)));
  const gate = Promise.withResolvers<void>();
  model.interfere = () => gate.promise;
  const next = await append(store, "a", 1);
  const order: string[] = [];
  const waiting = projection.reached(next).then(() => order.push("next"));
  await projection.reached(positions[1]!).then(() => order.push("earlier"));
  gate.resolve();
  await waiting;
  assertEquals([order, model.rows.length], [["earlier", "next"], 3]);
});

const refusedPositions: [name: string, position: unknown, options: unknown, message: string][] = [
  ["a string that is no position", "start", undefined, '"start"'],
  ["no position", undefined, undefined, "undefined"],
  ["a misspelt option", "0123456789ab-1000000000002047", { sinal: 1 }, "reached has no option"],
  ["a number as signal", "0123456789ab-1000000000002047", { signal: 1 }, "signal"],
];

for (const [name, position, options, message] of refusedPositions) {
  Deno.test(`reached() refuses ${name}`, async () => {
    await using projection = scene().start(new ListModel());
    const error = await assertRejects(() => projection.reached(position as Position, options as object));
    assert(isAetherError(error, "invalid-argument"), String(error));
    assertStringIncludes(error.message, message);
  });
}

Deno.test("reached() refuses a position of another log", async () => {
  const { store, start } = scene();
  await append(store, "a", 1);
  await using projection = start(new ListModel());
  await projection.caughtUp;
  const foreign = await append(memory().store("shop"), "a", 1);
  const error = await assertRejects(() => projection.reached(foreign));
  assert(isAetherError(error, "unknown-position"), String(error));
});

Deno.test("reached() rejects when its signal is aborted, the projection is closed, or the backend is closed", async () => {
  const { backend, store, start, errors } = scene();
  await append(store, "a", 1);
  const model = new ListModel();
  model.interfere = () => new Promise((resolve) => setTimeout(resolve));
  const [one, two] = [start(model), start(model)];
  await Promise.all([one.caughtUp, two.caughtUp]);
  const future = `${one.position!.slice(0, 12)}-1000000009999359` as Position;
  const aborting = new AbortController();
  const waits = [one.reached(future, { signal: aborting.signal }), one.reached(future), two.reached(future)];
  const outcomes = waits.map((wait) => assertRejects(() => wait));
  aborting.abort();
  assert(isAetherError(await outcomes[0], "aborted"));
  await one.close();
  assert(isAetherError(await outcomes[1], "closed"));
  await backend.close();
  assert(isAetherError(await outcomes[2], "closed"));
  assertEquals([one.state, two.state], ["ended", "ended"]);
  assertEquals(errors.map((error) => isAetherError(error, "closed")), [true]);
  assert(isAetherError(await assertRejects(() => one.reached(future)), "closed"));
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
