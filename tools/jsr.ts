import { type OfflineConfigs, readBridges, writeOfflineConfigs } from "./offline_config.ts";
import { inRoot } from "./root.ts";

/** How long the first answer may take. A refused connection is known at once; only a silent network costs this. */
const PROBE_TIMEOUT_MS = 8_000;

/** Set for every command below, so that a task inside a task asks no second time. */
const OVERRIDE = "AETHER_JSR";

/** Whether JSR's own packages are in use or the bridges of tools/offline/, and what deno must be told for that. */
export interface PackageSource {
  readonly jsr: boolean;
  /** One line for whoever started the task. */
  readonly sentence: string;
  /** What goes right after a subcommand: `deno test <flags> ...`. */
  flags(subcommand: string): readonly string[];
  /** The environment of the commands, over the inherited one. */
  readonly env: Readonly<Record<string, string>>;
}

/** Decides between JSR and the bridges: as `AETHER_JSR` says (`on` or `off`), else by asking JSR for its packages. */
export async function choosePackageSource(): Promise<PackageSource> {
  const told = Deno.env.get(OVERRIDE);
  if (told !== undefined && told !== "on" && told !== "off") {
    throw new Error(`Cannot choose packages by ${OVERRIDE}=${told}: say "on" for JSR, "off" for tools/offline/`);
  }
  const because = told === undefined ? "" : ` (${OVERRIDE}=${told})`;
  if (told === "on" || (told === undefined && await jsrAnswers())) {
    const sentence = `packages: from JSR${because}`;
    return { jsr: true, sentence, flags: () => [], env: { [OVERRIDE]: "on" } };
  }
  const configs = writeOfflineConfigs();
  return {
    jsr: false,
    sentence: `packages: JSR cannot be reached, tools/offline/ stands in for it${because}`,
    flags: (subcommand) => offlineFlags(subcommand, configs),
    env: { [OVERRIDE]: "off" },
  };
}

function offlineFlags(subcommand: string, { linked, publish, doc }: OfflineConfigs): string[] {
  if (subcommand === "coverage") return []; // It takes no configuration but deno.json.
  if (subcommand === "doc") return ["--import-map", doc];
  return ["--config", subcommand === "publish" ? publish : linked];
}

/**
 * Asks deno itself, which names no host, follows the user's own registry settings and takes what is cached. A machine
 * without network whose cache lacks one of the packages counts as one that JSR does not answer.
 */
async function jsrAnswers(): Promise<boolean> {
  const [first, ...rest] = jsrSpecifiers();
  if (first === undefined) return true;
  return await canLoad([first], AbortSignal.timeout(PROBE_TIMEOUT_MS)) && await canLoad(rest);
}

async function canLoad(specifiers: string[], signal?: AbortSignal): Promise<boolean> {
  const command = new Deno.Command(Deno.execPath(), {
    args: ["cache", "--quiet", "--no-config", "--no-lock", ...specifiers],
    stdin: "null",
    stdout: "null",
    stderr: "null",
    ...(signal && { signal }),
  });
  return (await command.output()).success;
}

/** One loadable specifier for every package that has a bridge: `jsr:@std/testing@^1/bdd`. */
function jsrSpecifiers(): string[] {
  const { imports } = JSON.parse(Deno.readTextFileSync(inRoot("deno.json")));
  return readBridges().map(({ name, exports }) => `${imports[name]}${Object.keys(exports)[0]?.slice(1) ?? ""}`);
}
