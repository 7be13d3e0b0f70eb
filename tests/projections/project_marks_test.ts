import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { isAetherError } from "@flowmade-one/aether";
import { memory } from "@flowmade-one/aether/memory";
import type { Mark, ReadModel } from "@flowmade-one/aether/projections";
import { until } from "../_support/until.ts";
import { ListModel, withoutClear } from "./list_model.ts";
import { append, rowsOf, scene } from "./projection_scene.ts";

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

const changedMarks: [name: string, change: (mark: string) => string, message: string][] = [
  ["cuts the mark", (mark) => mark.slice(0, 30), "which is not a mark"],
  ["adds a space to the mark", (mark) => `${mark} `, "which is not a mark"],
  [
    "changes the id in the mark",
    (mark) => mark.replace(/ .* /, " another-event "),
    "not return the mark that apply() received",
  ],
];

for (const [name, change, message] of changedMarks) {
  Deno.test(`project() stops at the first batch if the model ${name}`, async () => {
    const { store, start } = scene();
    await append(store, "a", 1);
    const model = new ListModel();
    const mark = () => model.stored && change(model.stored) as Mark;
    const projection = start({ mark, apply: model.apply });
    const error = await assertRejects(() => projection.caughtUp);
    assert(isAetherError(error, "invalid-argument"), String(error));
    assertStringIncludes(error.message, message);
  });
}

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
  await until("the failure is reported", () => messages().length > 0);
  fails = false;
  await projection.caughtUp;
  assertEquals([model.clears, model.rows], [0, ["a@1", "a@2"]]);
  assertStringIncludes(messages()[0]!, "after that position");
});
