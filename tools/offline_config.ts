import { inRoot } from "./root.ts";

/** The part of deno.json that differs without JSR; the rest is copied. */
export interface Config {
  readonly imports: Readonly<Record<string, string>>;
  readonly [setting: string]: unknown;
}

/** A package in tools/offline/ that stands in for one of JSR. */
export interface Bridge {
  /** The package's name on JSR, `@std/assert`. */
  readonly name: string;
  /** Its folder, relative to the project, `./tools/offline/std-assert`. */
  readonly folder: string;
  /** What it exports, as its deno.json says: `{ ".": "./mod.ts" }`. */
  readonly exports: Readonly<Record<string, string>>;
  /** Under `npm`, the package of npm that it re-exports, if it does no more than that. */
  readonly imports?: { readonly npm?: string };
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
export function linkedConfig(config: Config, bridges: readonly Bridge[]): Config {
  return { ...config, links: bridges.map((bridge) => bridge.folder) };
}

/**
 * deno.json with npm in place of JSR where a bridge does no more than that: `deno publish` takes a linked folder for a
 * part of the package, and an npm package for a dependency.
 */
export function npmConfig(config: Config, bridges: readonly Bridge[]): Config {
  const fromNpm = bridges.flatMap(({ name, imports }) => imports?.npm === undefined ? [] : [[name, imports.npm]]);
  return { ...config, imports: { ...config.imports, ...Object.fromEntries(fromNpm) } };
}

/**
 * An import map for `deno doc`, which knows no links: an empty module for every bridge. Their documentation is not ours,
 * and types from a module that is no file are not expected to be exported here.
 */
export function emptyImportMap(bridges: readonly Bridge[]): { imports: Record<string, string> } {
  return { imports: Object.fromEntries(bridges.map(({ name }) => [name, "data:text/typescript,export{}"])) };
}

/** Paths of the files that stand in for deno.json, by the commands that take them. */
export interface OfflineConfigs {
  readonly linked: string;
  readonly publish: string;
  readonly doc: string;
}

/** Writes them all, unless they say the right thing already. */
export function writeOfflineConfigs(): OfflineConfigs {
  const config = readJson("deno.json") as unknown as Config;
  const bridges = readBridges();
  return {
    linked: writeJson("deno.offline.json", linkedConfig(config, bridges)),
    publish: writeJson("deno.offline.publish.json", npmConfig(config, bridges)),
    doc: writeJson("deno.offline.doc.json", emptyImportMap(bridges)),
  };
}

/** Beside deno.json, so that paths mean the same in both; never committed. */
function writeJson(name: string, value: unknown): string {
  const path = inRoot(name);
  writeIfChanged(path, `${JSON.stringify(value, null, 2)}\n`);
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
