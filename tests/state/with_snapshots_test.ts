import { assert, assertEquals, assertThrows } from "@std/assert";
import { everyEvents, withSnapshots } from "@flowmade-one/aether/snapshots";
import { isAetherError } from "@flowmade-one/aether";
import { account } from "./account.ts";

const good = { schema: 1, policy: everyEvents(10), onError: () => {} };

Deno.test("withSnapshots() returns a frozen decider with the same parts and does not change its argument", () => {
  const settings = { ...good, keep: 3, verify: true, now: () => 5 };
  const snapshotted = withSnapshots(account, settings);
  assertEquals(snapshotted.snapshots, settings);
  assert(snapshotted.evolve === account.evolve && snapshotted.decide === account.decide);
  assert(Object.isFrozen(snapshotted) && Object.isFrozen(snapshotted.snapshots));
  assertEquals("snapshots" in account, false);
});

const refused: [change: object, argument: string, title: string][] = [
  [{ schema: undefined }, "schema", "no schema"],
  [{ schema: -1 }, "schema", "a negative schema"],
  [{ schema: 0.5 }, "schema", "a fraction as schema"],
  [{ schema: "1" }, "schema", "a string as schema"],
  [{ policy: undefined }, "policy", "no policy"],
  [{ policy: 100 }, "policy", "a number as policy"],
  [{ keep: 0 }, "keep", "keep 0"],
  [{ keep: 101 }, "keep", "keep 101"],
  [{ verify: 1 }, "verify", "a number as verify"],
  [{ onError: undefined }, "onError", "no onError"],
  [{ onError: "log" }, "onError", "a string as onError"],
  [{ now: 7 }, "now", "a number as clock"],
  [{ every: 10 }, "every", "an unknown setting"],
];

for (const [change, argument, title] of refused) {
  Deno.test(`withSnapshots() refuses ${title}`, () => {
    const error = assertThrows(() => withSnapshots(account, { ...good, ...change } as never));
    assert(isAetherError(error, "invalid-argument"), String(error));
    assertEquals(error.argument, argument);
  });
}

for (const keep of [1, 100]) {
  Deno.test(`withSnapshots() accepts a keep of ${keep}`, () => {
    assertEquals(withSnapshots(account, { ...good, keep }).snapshots.keep, keep);
  });
}

Deno.test("withSnapshots() refuses a value that is no decider", () => {
  for (const nothing of [undefined, null, 7]) {
    const error = assertThrows(() => withSnapshots(nothing as never, good as never));
    assert(isAetherError(error, "invalid-argument"), String(error));
    assertEquals(error.argument, "decider");
  }
});
