import { sqlite } from "@flowmade-one/aether/sqlite";
import { assertEquals, assertStringIncludes } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { MAX_OFFSET } from "../../adapter.ts";
import {
  APPLICATION_ID,
  KEYS_PER_NAMESPACE,
  MAX_NAMESPACES,
  MIGRATIONS,
  SCHEMA_VERSION,
} from "../../adapters/sqlite/database/schema.ts";
import { failureOf } from "./failure_of.ts";
import { executeSql } from "./other_process.ts";
import { TempFolder } from "./temp_folder.ts";

const EVENT = { type: "Made", data: {} };

/** The tables and indexes of a file. */
function schemaOf(path: string): unknown[] {
  const database = new DatabaseSync(path);
  const schema = database.prepare("SELECT name, sql FROM sqlite_schema ORDER BY name").all();
  database.close();
  return schema.map(({ name, sql }) => [name, sql]);
}

Deno.test("KEYS_PER_NAMESPACE exceeds every offset, and the keys of MAX_NAMESPACES are 64-bit integers", () => {
  assertEquals(MAX_OFFSET < KEYS_PER_NAMESPACE, true);
  assertEquals((BigInt(MAX_NAMESPACES) + 1n) * BigInt(KEYS_PER_NAMESPACE), 2n ** 63n);
});

for (let version = 1; version < SCHEMA_VERSION; version++) {
  Deno.test(`sqlite() migrates a file of schema version ${version}, and keeps its data`, async () => {
    await using folder = await TempFolder.create();
    const [path, newPath] = [folder.newPath(), folder.newPath()];
    executeSql(
      path,
      ...MIGRATIONS.slice(0, version).flat(),
      `INSERT INTO settings VALUES ('bounds', '{}')`,
      `INSERT INTO namespaces (name) VALUES ('t')`,
      `INSERT INTO commits VALUES (${KEYS_PER_NAMESPACE} + 1, 1, 'order.1', 1, 1, 'c1', 5, 62,
        '{"time":5,"events":[{"id":"e1","type":"Made","data":{}}]}')`,
      `PRAGMA application_id = ${APPLICATION_ID}`,
      `PRAGMA user_version = ${version}`,
    );
    {
      await using backend = await sqlite({ path });
      const store = backend.store("t");
      await store.append("order.1", [EVENT], { expectedVersion: 1 });
      const events = await store.readAll().toArray();
      assertEquals(events.map(({ id, version }) => [id, version]), [["e1", 1], [events[1]!.id, 2]]);
    }
    await (await sqlite({ path: newPath })).close();
    assertEquals(schemaOf(path), schemaOf(newPath));
  });
}

Deno.test("append() fails, and stores nothing, after a newer release has migrated the file", async () => {
  await using folder = await TempFolder.create();
  const path = folder.newPath();
  await using backend = await sqlite({ path });
  const store = backend.store("t");
  await store.append("order.1", [EVENT], { expectedVersion: 0 });
  executeSql(path, `PRAGMA user_version = ${SCHEMA_VERSION + 1}`);
  for (let attempt = 0; attempt < 2; attempt++) {
    const error = await failureOf(store.append("order.1", [EVENT], { expectedVersion: 1 }));
    assertEquals(error.code, "unavailable");
    assertStringIncludes(error.message, "Update the package");
    assertEquals((await failureOf(store.read("order.1").toArray())).code, "unavailable");
  }
});
