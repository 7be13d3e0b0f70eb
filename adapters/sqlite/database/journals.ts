import { realpathSync } from "node:fs";
import { statFile } from "./stat_file.ts";

/** Functions of Deno. They are absent in other runtimes. */
const { Deno: deno } = globalThis as { readonly Deno?: { readonly permissions: Permissions } };

interface Permissions {
  querySync(permission: { readonly name: "read"; readonly path: string }): { readonly state: string };
}

/** Whether the file has a WAL or a rollback journal; `undefined` if Deno gives no permission to check this. */
export function hasJournal(path: string): boolean | undefined {
  const journals = ["-wal", "-journal"].map((suffix) => findJournal(path, suffix));
  if (journals.includes(undefined)) return undefined;
  return journals.some((journal) => (statFile(journal!)?.size ?? 0) > 0);
}

/**
 * The path of the WAL of a file, which may be absent; `undefined` if Deno gives no permission to read the size of the
 * WAL.
 */
export function findWal(path: string): string | undefined {
  return findJournal(path, "-wal");
}

/** SQLite puts journals beside the file to which symbolic links lead. */
function findJournal(path: string, suffix: string): string | undefined {
  try {
    const journal = `${realpathSync(path)}${suffix}`;
    return mayRead(journal) ? journal : undefined;
  } catch {
    return undefined; // Deno gives no permission to follow the links.
  }
}

/** Whether the program may read a path. Without this check, Deno would ask for the permission in a terminal. */
function mayRead(path: string): boolean {
  return deno === undefined || deno.permissions.querySync({ name: "read", path }).state === "granted";
}
