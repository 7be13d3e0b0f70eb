import { assertEquals } from "@std/assert";
import { openStoreFile } from "./open_file.ts";
import { TempFolder } from "./temp_folder.ts";

const [NORMAL, FULL] = [1, 2];

const levels: [durability: "disk" | "process", durable: number, other: number][] = [
  ["disk", FULL, NORMAL],
  ["process", NORMAL, NORMAL],
];

for (const [durability, durable, other] of levels) {
  Deno.test(`sqlite() with durability ${durability} flushes durable commits ${durable === FULL ? "and no others" : "never"}`, async () => {
    await using folder = await TempFolder.create();
    const file = await openStoreFile(folder.newPath(), durability);
    const level = () => file.connection.row("PRAGMA synchronous")![0];
    assertEquals(level(), durable);
    for (let round = 0; round < 2; round++) {
      file.setFlush(false);
      assertEquals(level(), other);
      file.setFlush(true);
      assertEquals(level(), durable);
    }
    file.close();
  });
}
