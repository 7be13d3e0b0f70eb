import { inRoot, ROOT } from "./root.ts";

/** Written beside deno.json, so that paths mean the same in both; never committed. */
export const OFFLINE_CONFIG = "deno.offline.json";

/** A package in tools/offline/ that stands in for one of JSR. */
export interface Bridge {
  /** The package's name on JSR, `@std/assert`. */
  readonly name: string;
  /** Its folder, relative to the project, `./tools/offline/std-assert`. */
  readonly folder: string;
  /** What it exports, as its deno.json says: `{ ".": "./mod.ts" }`. */
  readonly exports: Readonly<Record<string, string>>;
}

/** Every bridge, in the order of its folder's name. */
export function readBridges(): Bridge[] {
  return [...Deno.readDirSync(inRoot("tools/offline"))]
    .filter((entry) => entry.isDirectory)
    .map((entry) => `./tools/offline/${entry.name}`)
    .sort()
    .map((folder) => ({ folder, ...readJson(`${folder}/deno.json`) as Omit<Bridge, "folder"> }));
}

/** deno.json with the bridges linked in: the sources' `jsr:` specifiers then resolve without JSR. */
export function offlineConfig(config: Record<string, unknown>, bridges: readonly Bridge[]): Record<string, unknown> {
  return { ...config, lock: false, links: bridges.map((bridge) => bridge.folder) };
}

/** Writes {@link OFFLINE_CONFIG}, unless it says the right thing already, and returns its path. */
export function writeOfflineConfig(): string {
  const path = inRoot(OFFLINE_CONFIG);
  const config = offlineConfig(readJson("deno.json"), readBridges());
  writeIfChanged(path, `${JSON.stringify(config, null, 2)}\n`);
  return path;
}

/** `deno doc` knows no links, but it takes an import map: this one leads to the bridges. Returns its path. */
export function writeOfflineImportMap(): string {
  const imports: Record<string, string> = {};
  for (const { name, folder, exports } of readBridges()) {
    for (const [key, file] of Object.entries(exports)) {
      imports[name + key.slice(1)] = new URL(`${folder}/${file}`, ROOT).href;
    }
  }
  const path = inRoot(".cache/offline_import_map.json");
  Deno.mkdirSync(inRoot(".cache"), { recursive: true });
  writeIfChanged(path, `${JSON.stringify({ imports }, null, 2)}\n`);
  return path;
}

/** Renames into place, so that another task that reads at this moment sees the old file or the new one, never half. */
function writeIfChanged(path: string, text: string): void {
  try {
    if (Deno.readTextFileSync(path) === text) return;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  const draft = `${path}.${Deno.pid}`;
  Deno.writeTextFileSync(draft, text);
  Deno.renameSync(draft, path);
}

function readJson(path: string): Record<string, unknown> {
  return JSON.parse(Deno.readTextFileSync(inRoot(path)));
}
