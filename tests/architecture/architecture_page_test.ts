import { assert, assertEquals } from "@std/assert";
import { listLayeredFiles } from "./find_violations.ts";

const PROJECT = new URL("../../", import.meta.url);
const page = await Deno.readTextFile(new URL("ARCHITECTURE.md", PROJECT));
const files = await listLayeredFiles(PROJECT);

/** The code spans of the page that name a file or a directory. */
const named = [...page.matchAll(/`([\w./-]+(?:\.ts|\/))`/g)].map(([, path]) => path!);

Deno.test("every file and directory that ARCHITECTURE.md names exists", async () => {
  assert(named.length > 60, `only ${named.length} names were found`);
  const missing: string[] = [];
  for (const path of new Set(named)) {
    await Deno.stat(new URL(path, PROJECT)).catch(() => missing.push(path));
  }
  assertEquals(missing, []);
});

Deno.test("ARCHITECTURE.md gives every directory of the core and of the adapters its job", () => {
  const directories = files.map((file) => file.slice(0, file.lastIndexOf("/") + 1))
    .filter((directory) => /^(src|adapters\/(jetstream|sqlite))\/.+/.test(directory));
  const listed = [...page.matchAll(/^\| `([\w./-]+\/)`/gm)].map(([, path]) => path!);
  assertEquals(listed.toSorted(), [...new Set(directories)].sort());
});

Deno.test("the core has at most 14 directories besides the directories of features", () => {
  const features = [
    "consumers",
    "cluster",
    "coordination",
    "hosting",
    "diagnostics",
    "observer",
    "projections",
    "telemetry",
  ];
  const directories = new Set(files.filter((file) => file.startsWith("src/")).map((file) => file.split("/")[1]!));
  assert([...directories].filter((name) => !features.includes(name)).length <= 14, [...directories].join(", "));
});
