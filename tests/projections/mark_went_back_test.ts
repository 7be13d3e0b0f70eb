/** Models whose mark goes back, because they do not store it or another process has emptied them. */
import { assertEquals } from "@std/assert";
import type { Mark } from "@flowmade-one/aether/projections";
import { turns, until } from "../_support/until.ts";
import { ListModel } from "./list_model.ts";
import { append, scene } from "./projection_scene.ts";

/** Milliseconds of the first pause after a failure. */
const FIRST_PAUSE_MS = 100;

/** Records the pauses of projections, which end at once, until disposal. */
function recordPauses() {
  const pauses: number[] = [];
  const { setTimeout } = globalThis;
  globalThis.setTimeout = ((callback: () => void, milliseconds = 0) => {
    if (milliseconds >= FIRST_PAUSE_MS) pauses.push(milliseconds);
    return setTimeout(callback, milliseconds >= FIRST_PAUSE_MS ? 0 : milliseconds);
  }) as typeof setTimeout;
  return { pauses, [Symbol.dispose]: () => void (globalThis.setTimeout = setTimeout) };
}

Deno.test("project() reports an apply() that no longer stores its mark, and pauses before each further attempt", async () => {
  using recorded = recordPauses();
  const { store, start, messages } = scene();
  await append(store, "a", 4);
  let mark: Mark | undefined;
  const calls: number[] = [];
  await using projection = start({
    mark: () => mark,
    apply: ([event], next, before) => {
      calls.push(event!.version);
      if (mark !== before) throw new Error("the mark has moved");
      if (calls.length === 1 || calls.length >= 10) mark = next;
    },
  }, { batch: 1 });
  await projection.caughtUp;
  // The mark has moved forward in the first subscription, which a second one follows at once.
  assertEquals(calls, [1, 2, 3, 2, 3, 2, 3, 2, 3, 2, 3, 4]);
  assertEquals([messages().length, recorded.pauses], [3, [100, 200, 400]]);
});

Deno.test("project() reports that another process has emptied the model, and applies all events again", async () => {
  const { store, start, messages } = scene();
  await append(store, "a", 2);
  const model = new ListModel();
  await using projection = start(model);
  await projection.caughtUp;
  model.clear(model.stored!);
  const position = await append(store, "a", 1);
  await until("the failure is reported", () => messages().length > 0);
  assertEquals([projection.state, projection.position], ["retrying", undefined]);
  await projection.reached(position);
  await turns(1);
  assertEquals([messages(), model.rows], [["the mark has moved"], ["a@1", "a@2", "a@3"]]);
});
