/**
 * Prints the name of the configuration file for the `deno` commands of this project. The tasks in deno.json call it.
 *
 * The file is deno.json if JSR can be reached. Otherwise it is deno.offline.json, which this program writes: a copy of
 * deno.json with packages from npm and modules in tools/offline/ instead of packages from JSR. No flag of `deno` falls
 * back from one registry to another. `AETHER_JSR=on` or `AETHER_JSR=off` makes the choice without a request to JSR.
 *
 * @module
 */
import { inRoot } from "./root.ts";

/** The content of deno.json. Only its `imports` differ without JSR. */
export interface Config {
  readonly imports: Readonly<Record<string, string>>;
  readonly [setting: string]: unknown;
}

/** The replacements in tools/offline/ of modules that only JSR has. */
const STAND_INS: Readonly<Record<string, string>> = {
  "@std/assert": "./tools/offline/assert.ts",
  "@std/testing/types": "./tools/offline/testing_types.ts",
};

/** Time limit in milliseconds for the first package. A network that drops packets sends no error. */
const PROBE_TIMEOUT_MS = 8_000;

/** Makes the configuration for a machine that cannot reach JSR. npm has the same releases of nats.js as JSR. */
export function offlineConfig(config: Config): Config {
  const npm = Object.entries(config.imports)
    .filter(([, specifier]) => specifier.startsWith("jsr:@nats-io/"))
    .map(([name, specifier]) => [name, specifier.replace("jsr:", "npm:").replace("@^", "@")]);
  return { ...config, imports: { ...config.imports, ...Object.fromEntries(npm), ...STAND_INS } };
}

/** Whether `deno` can load the packages from JSR. It uses its cache and the user's registry settings. */
async function canReachJsr(config: Config): Promise<boolean> {
  const [first = "", ...rest] = Object.values(config.imports).filter((specifier) => specifier.startsWith("jsr:"))
    .map((specifier) => specifier.includes("@std/testing") ? `${specifier}/types` : specifier);
  return await canLoad([first], AbortSignal.timeout(PROBE_TIMEOUT_MS)) && await canLoad(rest);
}

async function canLoad(specifiers: readonly string[], signal?: AbortSignal): Promise<boolean> {
  const args = ["cache", "--quiet", "--no-config", "--no-lock", ...specifiers];
  const options = { args, stdin: "null", stdout: "null", stderr: "null", ...(signal && { signal }) } as const;
  return (await new Deno.Command(Deno.execPath(), options).output()).success;
}

/** Writes the file under another name and renames it, so that no command reads a part of it. */
function writeOfflineConfig(config: Config): void {
  const draft = inRoot(`deno.offline.json.${Deno.pid}`);
  Deno.writeTextFileSync(draft, `${JSON.stringify(offlineConfig(config), null, 2)}\n`);
  Deno.renameSync(draft, inRoot("deno.offline.json"));
}

if (import.meta.main) {
  const config: Config = JSON.parse(Deno.readTextFileSync(inRoot("deno.json")));
  const choice = Deno.env.get("AETHER_JSR");
  if (choice !== undefined && choice !== "on" && choice !== "off") {
    throw new Error(`Cannot choose packages: AETHER_JSR is "${choice}". Set it to "on" or "off"`);
  }
  const online = choice === undefined ? await canReachJsr(config) : choice === "on";
  if (!online) writeOfflineConfig(config);
  console.error(online ? "packages: JSR" : "packages: npm and tools/offline/, without JSR");
  console.log(online ? "deno.json" : "deno.offline.json");
}
