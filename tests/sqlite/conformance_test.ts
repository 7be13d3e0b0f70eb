import { conformanceCases } from "@flowmade-one/aether/conformance";
import { sqlite, type SqliteOptions } from "@flowmade-one/aether/sqlite";
import { openFile } from "../../adapters/sqlite/database/open_file.ts";
import { SqliteDriver } from "../../adapters/sqlite/sqlite_driver.ts";
import { checkSqliteOptions } from "../../adapters/sqlite/sqlite_options.ts";

const folder = await Deno.makeTempDir({ prefix: "aether-sqlite-" });
globalThis.addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));

let files = 0;
const newPath = () => `${folder}/${files++}.db`;
const open = (options?: Partial<SqliteOptions>) => sqlite({ path: newPath(), ...options });

const cases = conformanceCases({
  open,
  sharedStorage: () => {
    const path = newPath();
    return () => sqlite({ path });
  },
  records: () => {
    const options = checkSqliteOptions({ path: newPath() });
    return async () => new SqliteDriver(await openFile(options), options);
  },
  retainCommits: (maxCommits) => open({ retention: { maxCommits } }),
  retainBytes: (maxBytes) => open({ retention: { maxBytes } }),
  retainAge: async () => {
    let time = 1_767_225_600_000;
    const backend = await open({ retention: { maxAge: 1_000 }, now: () => time });
    return { backend, advanceTime: (lifetimes) => void (time += lifetimes * 1_000) };
  },
  quotaCommits: (maxCommits) => open({ quota: { maxCommits } }),
  quotaBytes: (maxBytes) => open({ quota: { maxBytes } }),
});

for (const { title, skip, run } of cases) Deno.test({ name: title, ignore: skip !== undefined, fn: run });
