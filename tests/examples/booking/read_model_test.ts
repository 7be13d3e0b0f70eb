import { assertEquals } from "@std/assert";
import { FILE_TIMEOUT_MS } from "../../../examples/booking/limits.ts";
import { openDatabase } from "../../../examples/booking/service/read_model.ts";

Deno.test("openDatabase() waits for a file to which another process writes", async () => {
  const folder = await Deno.makeTempDir();
  const database = openDatabase(`${folder}/north.sqlite`);
  try {
    assertEquals(database.prepare("PRAGMA busy_timeout").get()?.timeout, FILE_TIMEOUT_MS);
  } finally {
    database.close();
    await Deno.remove(folder, { recursive: true });
  }
});
