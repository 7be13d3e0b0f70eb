import { checkLocksAreKept } from "./kept_locks.ts";
import { TempFolder } from "./temp_folder.ts";

Deno.test("sqlite() keeps its locks while its process opens and closes the file again", async () => {
  await using folder = await TempFolder.create();
  await checkLocksAreKept(folder.path);
});
