import { conformanceCases } from "@flowmade-one/aether/conformance";
import { sqlite, type SqliteOptions } from "@flowmade-one/aether/sqlite";

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
  retainCommits: (maxCommits) => open({ retention: { maxCommits } }),
  retainBytes: (maxBytes) => open({ retention: { maxBytes } }),
  retainAge: async () => {
    let time = 1_767_225_600_000;
    const backend = await open({ retention: { maxAge: 1_000 }, now: () => time });
    return { backend, pass: (lifetimes) => void (time += lifetimes * 1_000) };
  },
  quotaCommits: (maxCommits) => open({ quota: { maxCommits } }),
  quotaBytes: (maxBytes) => open({ quota: { maxBytes } }),
});

for (const { title, skip, run } of cases) Deno.test({ name: title, ignore: skip !== undefined, fn: run });
