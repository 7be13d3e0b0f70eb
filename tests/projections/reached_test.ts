import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { isAetherError, type Position, type RecordedEvent, type Subscription } from "@flowmade-one/aether";
import { memory } from "@flowmade-one/aether/memory";
import { project, type ProjectionSource } from "@flowmade-one/aether/projections";
import { atOnce, turns } from "../_support/until.ts";
import { ListModel } from "./list_model.ts";
import { append, scene } from "./projection_scene.ts";

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

const refusedArguments: [name: string, position: unknown, options: unknown, message: string][] = [
  ["a string that is no position", "start", undefined, '"start"'],
  ["no position", undefined, undefined, "undefined"],
  ["a misspelt option", "0123456789ab-1000000000002047", { sinal: 1 }, "reached has no option"],
  ["a number as signal", "0123456789ab-1000000000002047", { signal: 1 }, "signal"],
];

for (const [name, position, options, message] of refusedArguments) {
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

for (const moment of ["before the projection has caught up", "after that"]) {
  Deno.test(`reached() of an empty log refuses a position of another log ${moment}`, async () => {
    const { start } = scene();
    const foreign = await append(memory().store("shop"), "a", 1);
    await using projection = start(new ListModel());
    if (moment === "after that") await projection.caughtUp;
    const error = await atOnce(assertRejects(() => projection.reached(foreign)));
    assert(isAetherError(error, "unknown-position"), String(error));
  });
}

Deno.test("reached() of an empty log waits for the position of an append that the projection has not received yet", async () => {
  const { store } = scene();
  const mayArrive = Promise.withResolvers<void>();
  const delayed: ProjectionSource<RecordedEvent> = {
    namespace: store.namespace,
    readAll: (options) => store.readAll(options),
    subscribe: (options) => delayEvents(store.subscribe(options), mayArrive.promise),
  };
  await using projection = project(delayed, new ListModel());
  await projection.caughtUp;
  const position = await append(store, "a", 1);
  let isReached = false;
  const reached = projection.reached(position).then(() => isReached = true);
  await turns();
  assertEquals(isReached, false);
  mayArrive.resolve();
  await reached;
});

/** A subscription that gives no event before a promise resolves. */
function delayEvents(subscription: Subscription<RecordedEvent>, mayArrive: Promise<void>): Subscription<RecordedEvent> {
  async function* events() {
    for await (const event of subscription) {
      await mayArrive;
      yield event;
    }
  }
  const { caughtUp } = subscription;
  const close = () => subscription.close();
  return { caughtUp, close, [Symbol.asyncIterator]: events } as unknown as Subscription<RecordedEvent>;
}

Deno.test("reached() rejects when its signal is aborted, the projection is closed, or the backend is closed", async () => {
  const { backend, store, start, errors } = scene();
  await append(store, "a", 1);
  const model = new ListModel();
  model.interfere = () => turns(1);
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
