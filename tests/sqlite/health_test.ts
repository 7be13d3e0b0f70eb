import { assertEquals } from "@std/assert";
import { health } from "@flowmade-one/aether/observability";
import { sqlite } from "@flowmade-one/aether/sqlite";
import { executeSql } from "./other_process.ts";
import { TempFolder } from "./temp_folder.ts";

Deno.test("health() of a SQLite file passes with its size, and fails when the file was deleted", async () => {
  await using folder = await TempFolder.create();
  const path = `${folder.path}/events.db`;
  await using backend = await sqlite({ path });
  const store = backend.store("tenant-a");
  await store.append("a", [{ type: "Made", data: {} }], { expectedVersion: 0 });
  const { status, storage } = await health(backend, { maxRoundTrip: 60_000 });
  assertEquals([status, storage!.usedBytes! > 0, storage!.maxBytes! > storage!.usedBytes!], ["pass", true, true]);
  await Deno.remove(path);
  const afterDeletion = await health(backend);
  assertEquals([afterDeletion.status, afterDeletion.reasons.map(({ code }) => code)], ["fail", ["unreachable"]]);
});

Deno.test("probe() of a SQLite file does not count free pages", async () => {
  await using folder = await TempFolder.create();
  const path = `${folder.path}/events.db`;
  await (await sqlite({ path })).close();
  executeSql(
    path,
    "CREATE TABLE blobs (content BLOB); INSERT INTO blobs VALUES (zeroblob(1000000)); DROP TABLE blobs",
  );
  await using backend = await sqlite({ path });
  const { usedBytes } = await backend.probe();
  assertEquals([(await Deno.stat(path)).size > 1_000_000, usedBytes! < 1_000_000], [true, true]);
});
