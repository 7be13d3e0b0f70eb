import { createBackend, importLog } from "@flowmade-one/aether/adapter";
import { memoryDriver } from "@flowmade-one/aether/memory";
import { sqliteDriver } from "@flowmade-one/aether/sqlite";
import { assertEquals } from "@std/assert";
import { parseNamespace } from "../../mod.ts";
import { TempFolder } from "./temp_folder.ts";

const namespace = "prod.orders";

Deno.test("importLog() deletes records in a SQLite file that were deleted in the source since an earlier import", async () => {
  await using folder = await TempFolder.create();
  const [from, to] = [memoryDriver(), await sqliteDriver({ path: folder.newPath(), durability: "process" })];
  await createBackend(from).store(namespace).append("order.1", [{ type: "Made", data: {} }], { expectedVersion: 0 });
  const { records } = from.open(parseNamespace(namespace));
  for (const key of ["a", "b"]) await records!.put(key, new TextEncoder().encode(key), 0);
  assertEquals((await importLog(from, to, { namespace })).records, 2);
  const [first] = (await records!.scan("a", 0)).entries;
  await records!.delete(first!.key, first!.revision);
  assertEquals((await importLog(from, to, { namespace })).records, 1);
  const { entries } = await to.open(parseNamespace(namespace)).records!.scan("", 0);
  assertEquals(entries.map(({ key }) => key), ["b"]);
  await to.close();
});
