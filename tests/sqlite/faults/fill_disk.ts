/**
 * Appends to a file until the disk is full, and checks that every acknowledged commit is stored:
 * `<path> <durability> [<filler>]`. With the path of a filler file, it then deletes that file and appends once more.
 *
 * Prints the error code of the first append that failed.
 */
import { isAetherError } from "@flowmade-one/aether";
import { sqlite } from "@flowmade-one/aether/sqlite";
import { assert, assertEquals } from "@std/assert";

const [path, durability, filler] = Deno.args as [string, "disk" | "process", string | undefined];
const EVENTS = [{ type: "Made", data: "x".repeat(1_000) }];
const WRITERS = 4;

/** Far more appends than fit on the disk. The loop ends here if the adapter reports no failure. */
const MAX_COMMITS = 5_000;

const acknowledged: string[] = [];
let code = "";
{
  await using backend = await sqlite({ path, durability });
  const store = backend.store("t");
  await Promise.all(Array.from({ length: WRITERS }, async (_, writer) => {
    while (code === "" && acknowledged.length < MAX_COMMITS) {
      try {
        const { commitId } = await store.append(`order.${writer}`, EVENTS, { expectedVersion: "any" });
        acknowledged.push(commitId);
      } catch (error) {
        if (!isAetherError(error)) throw error;
        code = error.code;
      }
    }
  }));
  assert(acknowledged.length > 0);
  const stored = (await store.readAll().toArray()).map(({ commitId }) => commitId);
  assertEquals(stored.sort(), [...acknowledged].sort(), "the commits that can be read while the disk is full");
  if (filler !== undefined) {
    await Deno.remove(filler);
    acknowledged.push((await store.append("order.0", EVENTS, { expectedVersion: "any" })).commitId);
  }
}
await using backend = await sqlite({ path, durability });
const stored = new Set((await backend.store("t").readAll().toArray()).map(({ commitId }) => commitId));
assertEquals(acknowledged.filter((commitId) => !stored.has(commitId)), [], "acknowledged commits that are lost");
console.log(code);
