/** A JavaScript runtime: the Deno that runs the tests, or a package of npm. */
export interface Runtime {
  /** The name and the version in the words of the README. */
  readonly name: string;
  readonly command: readonly [program: string, ...args: string[]];
  /** The arguments between the command and a program's path. */
  readonly run: readonly string[];
  /** Matches the output of `--version`. */
  readonly version: RegExp;
  /** The exit code of a program whose top-level `await` never ends and whose event loop is empty. Bun does not exit. */
  readonly deadlockExitCode: number | undefined;
}

/** The Deno that runs the tests. */
export const DENO: Runtime = {
  name: "Deno 2.9",
  command: [Deno.execPath()],
  run: ["run"],
  version: /^deno 2\.9\./,
  deadlockExitCode: 1,
};

/** The runtimes that the README names. */
export const RUNTIMES: readonly Runtime[] = [
  DENO,
  { name: "Node.js 22", command: npx("node@22"), run: [], version: /^v22\./, deadlockExitCode: 13 },
  { name: "Node.js 24", command: npx("node@24"), run: [], version: /^v24\./, deadlockExitCode: 13 },
  { name: "Bun 1.4", command: npx("bun@1.4.5"), run: ["run"], version: /^1\.4\./, deadlockExitCode: undefined },
];

/** The oldest Node.js that the SQLite guide names. Its type stripping needs a flag. */
export const OLDEST_NODE: Runtime = {
  name: "Node.js 22.16",
  command: npx("node@22.16.0"),
  run: ["--experimental-strip-types"],
  version: /^v22\.16\./,
  deadlockExitCode: 13,
};

function npx(npmPackage: string): Runtime["command"] {
  return ["npx", "--yes", "--prefer-offline", npmPackage];
}

/** The environment variable that makes a missing runtime an error, if it is 1. Otherwise its tests are skipped. */
const REQUIRE_RUNTIMES = "AETHER_REQUIRE_RUNTIMES";

/**
 * Checks whether a runtime can be started, and prints the reason if not.
 *
 * @throws {Error} If the runtime cannot be obtained and `AETHER_REQUIRE_RUNTIMES` is 1.
 */
export async function isObtained(
  runtime: Runtime,
  isRequired: boolean = Deno.env.get(REQUIRE_RUNTIMES) === "1",
): Promise<boolean> {
  const problem = await problemOf(runtime);
  if (problem === undefined) return true;
  const message = `Cannot run ${runtime.name} by \`${runtime.command.join(" ")}\`: ${problem}`;
  if (isRequired) throw new Error(message);
  console.warn(`${message}. Its tests are skipped`);
  return false;
}

async function problemOf(runtime: Runtime): Promise<string | undefined> {
  try {
    const { code, stdout, stderr } = await output(runtime.command, ["--version"]);
    if (code !== 0) return stderr.trim();
    return runtime.version.test(stdout) ? undefined : `its version is ${stdout.trim()}`;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "there is no such program";
    throw error;
  }
}

/** The exit code and the output of a program. */
export interface ProgramResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the program at `path`, in the folder `cwd` if it is given. */
export async function runProgram(runtime: Runtime, path: string, cwd?: string): Promise<ProgramResult> {
  return await output([await programOf(runtime)], [...runtime.run, path], cwd);
}

/** The paths of the programs that `npx` starts. It takes a second each time. */
const programs = new Map<string, Promise<string>>();

function programOf({ command }: Runtime): Promise<string> {
  const key = command.join(" ");
  const known = programs.get(key) ?? findProgram(command);
  programs.set(key, known);
  return known;
}

async function findProgram(command: Runtime["command"]): Promise<string> {
  if (command.length === 1) return command[0];
  const { code, stdout, stderr } = await output(command, ["--print", "process.execPath"]);
  if (code !== 0) throw new Error(`Cannot find the program of \`${command.join(" ")}\`: ${stderr.trim()}`);
  return stdout.trim();
}

async function output(
  [program, ...args]: Runtime["command"],
  more: readonly string[],
  cwd?: string,
): Promise<ProgramResult> {
  const env = { NO_COLOR: "1", NODE_NO_WARNINGS: "1", DENO_NO_UPDATE_CHECK: "1" };
  const options = cwd === undefined ? {} : { cwd };
  const command = new Deno.Command(program, { args: [...args, ...more], stdin: "null", env, ...options });
  const { code, stdout, stderr } = await command.output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}
