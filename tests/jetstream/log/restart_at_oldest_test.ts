import { EventsExpiredError } from "@flowmade-one/aether/errors";
import { assertEquals } from "@std/assert";
import { parseNamespace } from "@flowmade-one/aether";
import { restartAtOldest } from "../../../adapters/jetstream/log/restart_at_oldest.ts";

const expired = (firstAvailable: number) => {
  return new EventsExpiredError({ namespace: parseNamespace("t"), firstAvailable });
};

/** The items that each attempt returns, and the error with which it fails. */
type Attempt = readonly [items: readonly number[], error?: Error];

/** Runs attempts one after another. Returns the items and the failure. */
async function run(attempts: readonly Attempt[]) {
  let next = 0;
  const items: number[] = [];
  const start = async function* () {
    const [given, error] = attempts[next++]!;
    yield* given;
    if (error !== undefined) throw error;
  };
  let failure: unknown;
  try {
    for await (const item of restartAtOldest(start)) items.push(item);
  } catch (error) {
    failure = error;
  }
  assertEquals(next, attempts.length, "the number of attempts");
  return { items, failure };
}

Deno.test("restartAtOldest() starts again while commits expire before the first item", async () => {
  assertEquals(await run([[[], expired(1)], [[], expired(2)], [[1, 2]]]), { items: [1, 2], failure: undefined });
});

Deno.test("restartAtOldest() fails if commits expire after the first item", async () => {
  const error = expired(1);
  assertEquals(await run([[[1], error]]), { items: [1], failure: error });
});

Deno.test("restartAtOldest() fails if the next attempt fails at the same commit", async () => {
  const error = expired(1);
  assertEquals(await run([[[], expired(1)], [[], error]]), { items: [], failure: error });
});

Deno.test("restartAtOldest() throws other errors", async () => {
  const error = new Error("other");
  assertEquals(await run([[[], error]]), { items: [], failure: error });
});
