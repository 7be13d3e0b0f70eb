import { assertEquals } from "@std/assert";
import { toAnonymousParameters } from "../../adapters/sqlite/database/connection.ts";
import { openStoreFile } from "./open_file.ts";
import { TempFolder } from "./temp_folder.ts";

const statements: [sql: string, anonymous: string, order: readonly number[] | undefined][] = [
  ["SELECT 1", "SELECT 1", undefined],
  ["SELECT ?, ?", "SELECT ?, ?", undefined],
  ["SELECT ?1", "SELECT ?", [0]],
  ["SELECT ?2, ?1, ?2", "SELECT ?, ?, ?", [1, 0, 1]],
  ["SELECT ?10 + ?1", "SELECT ? + ?", [9, 0]],
];

for (const [sql, anonymous, order] of statements) {
  Deno.test(`toAnonymousParameters() of ${sql}`, () => {
    assertEquals(toAnonymousParameters(sql), { sql: anonymous, order });
  });
}

Deno.test("Connection binds the values of numbered parameters in their order", async () => {
  await using folder = await TempFolder.create();
  const file = await openStoreFile(folder.newPath());
  assertEquals(file.connection.row("SELECT ?2, ?1, ?2", "a", "b"), ["b", "a", "b"]);
  assertEquals(file.connection.rows("SELECT ?2, ?1", "a", "b"), [["b", "a"]]);
  file.close();
});
