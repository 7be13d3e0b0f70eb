import { openFile } from "../../adapters/sqlite/database/open_file.ts";
import type { StoreFile } from "../../adapters/sqlite/database/store_file.ts";

/** Opens a file without bounds, for tests of parts of the adapter. */
export function openStoreFile(path: string, durability: "disk" | "process" = "process"): Promise<StoreFile> {
  return openFile({ path, durability, timeout: 1_000, bounds: { retention: undefined, quota: undefined } });
}
