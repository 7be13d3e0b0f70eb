import { sqlite } from "@flowmade-one/aether/sqlite";
import { assertEquals } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { inRoot } from "../../tools/root.ts";
import { TempFolder } from "./temp_folder.ts";

const guide = await Deno.readTextFile(inRoot("docs/operating-on-sqlite.md"));
const queries = [...guide.matchAll(/^```sql\n(.*?)^```/gms)].map(([, sql]) => sql!);

Deno.test("docs/operating-on-sqlite.md has queries that work while the file is in use", async () => {
  await using folder = await TempFolder.create();
  const path = folder.newPath();
  const now = () => 1_767_225_600_000;
  await using backend = await sqlite({ path, now, newId: () => "id", quota: { maxCommits: 5 } });
  const store = backend.store("prod.orders");
  const placed = { type: "Placed", data: { sku: "A" } };
  await store.append("order.42", [placed, { type: "Shipped", data: {} }], { expectedVersion: 0 });
  const database = new DatabaseSync(path, { readOnly: true });
  const [newest, history, sizes, settings] = queries.map((sql) => {
    return sql.split(";").filter((statement) => statement.trim() !== "").map((statement) =>
      database.prepare(statement).all().map((row) => ({ ...row }))
    );
  });
  database.close();
  const body = `{"time":${now()},"events":[{"id":"id","type":"Placed","data":{"sku":"A"}},` +
    `{"id":"id","type":"Shipped","data":{}}]}`;
  const time = "2026-01-01 00:00:00";
  const commit = { first_version: 1, last_version: 2 };
  assertEquals(newest, [[{
    name: "prod.orders",
    actor: "order.42",
    ...commit,
    time,
    type: "Placed",
    data: '{"sku":"A"}',
  }]]);
  assertEquals(history, [[{ ...commit, commit_id: "id", body }]]);
  assertEquals(sizes, [[{ name: "prod.orders", commits: 1, bytes: body.length }]]);
  assertEquals(settings?.[0], [{ value: '{"quota":{"maxCommits":5}}' }]);
  assertEquals(queries.length, 4);
});
