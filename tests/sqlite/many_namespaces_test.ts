import { sqlite } from "@flowmade-one/aether/sqlite";
import { QuotaExceededError } from "@flowmade-one/aether/errors";
import { assert, assertEquals } from "@std/assert";
import { MAX_NAMESPACES } from "../../adapters/sqlite/database/schema.ts";
import { listDescriptors } from "./descriptors.ts";
import { failureOf } from "./failure_of.ts";
import { executeSql } from "./other_process.ts";
import { TempFolder } from "./temp_folder.ts";

/**
 * More than 1,024. The key of a commit is 2^43 times the number of its namespace, plus the offset. In the last
 * namespaces, keys exceed 2^53, beyond which a number cannot hold every integer.
 */
const NAMESPACES = 1_100;

/** The number of open descriptors of the files in a folder. Other tests in this process open descriptors, too. */
function countDescriptors(folder: string): number {
  return listDescriptors().filter(([, file]) => file.startsWith(folder)).length;
}

Deno.test("sqlite() keeps 1,100 namespaces in one file, each with its own log, snapshots and retention", async () => {
  await using folder = await TempFolder.create();
  const options = { path: folder.newPath(), retention: { maxCommits: 3 } };
  const names = Array.from({ length: NAMESPACES }, (_, i) => `tenant-${i}`);
  {
    await using backend = await sqlite(options);
    const subscriptions = names.map((name) => backend.store(name).subscribe());
    await Promise.all(names.flatMap((name, i) => {
      const store = backend.store(name);
      return Array.from({ length: 4 + (i % 2) }, () => {
        return store.append("order.1", [{ type: "Made", data: name }], { expectedVersion: "any" });
      });
    }));
    await Promise.all(names.map(async (name, i) => {
      const state = { name };
      await backend.store(name).snapshots.put("order.1", { version: 4 + (i % 2), schema: 1, eventId: "e", state });
    }));
    await Promise.all(subscriptions.map((subscription) => subscription.close()));
    const descriptors = countDescriptors(folder.path);
    assert(descriptors > 0 && descriptors < 20, `${descriptors} descriptors are open`);
  }
  await using backend = await sqlite(options);
  const grant = backend.grant(">", { reason: "test" });
  assertEquals((await Array.fromAsync(backend.namespaces(grant))).sort(), [...names].sort());
  for (const [i, name] of names.entries()) {
    const store = backend.store(name);
    const events = await store.readAll({ after: "oldest-available" }).toArray();
    const first = 2 + (i % 2);
    assertEquals(
      events.map(({ version, data }) => [version, data]),
      [first, first + 1, first + 2].map((v) => [v, name]),
    );
    assertEquals((await store.snapshots.latest("order.1"))?.state, { name });
  }
});

Deno.test("append() stores into the last possible namespace of a file, and refuses a further namespace", async () => {
  await using folder = await TempFolder.create();
  const path = folder.newPath();
  await using backend = await sqlite({ path, retention: { maxCommits: 2 } });
  executeSql(path, `INSERT INTO namespaces (id, name) VALUES (${MAX_NAMESPACES - 1}, 'last-but-one')`);
  const append = (name: string) => {
    return backend.store(name).append("order.1", [{ type: "Made", data: {} }], { expectedVersion: "any" });
  };
  for (let version = 1; version <= 3; version++) assertEquals((await append("last")).version, version);
  const further = [append("last"), append("further"), append("last-but-one")] as const;
  const error = await failureOf(further[1]);
  assert(error instanceof QuotaExceededError);
  assertEquals([error.namespace as string, error.message], [
    "further",
    'Cannot create namespace "further": the file has 1048575 namespaces, and cannot have more. Use another file',
  ]);
  assertEquals([(await further[0]).version, (await further[2]).version], [4, 1]);
  const events = await backend.store("last").readAll({ after: "oldest-available" }).toArray();
  assertEquals(events.map(({ version }) => version), [3, 4]);
  const { snapshots } = backend.store("other");
  const put = snapshots.put("order.1", { version: 1, schema: 1, eventId: "e", state: {} });
  assertEquals((await failureOf(put)).code, "quota-exceeded");
});
