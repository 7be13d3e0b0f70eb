import { type AptSource, parseAptSources, sourceForSuite } from "./apt_sources.ts";
import { cachedNatsServer } from "./find_nats_server.ts";
import { askVersion, DEBIAN_SUITES, type NatsServerBinary, type NatsServerVersion } from "./nats_server_version.ts";

const OTHER_WAYS =
  "Download a release of nats-server from the NATS project. Put it on the PATH, or set NATS_SERVER to its path";

/**
 * Downloads a server from this machine's Debian mirror into .cache/nats-server/. It installs nothing and needs no root:
 * apt keeps its lists and its state in a temporary folder.
 *
 * @returns The server, with the version that the suite has now.
 * @throws {Error} If this is not a Debian machine, or no mirror has the package. The message has other ways.
 */
export async function obtainNatsServer(version: NatsServerVersion): Promise<NatsServerBinary> {
  const suite = DEBIAN_SUITES[version];
  const problems: string[] = [];
  for (const source of await debianSources(version)) {
    const folder = await Deno.makeTempDir({ prefix: "aether-apt-" });
    try {
      const problem = await download(folder, sourceForSuite(source, suite));
      if (problem === undefined) return await keep(`${folder}/tree/usr/sbin/nats-server`, version);
      problems.push(problem);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  }
  const reasons = problems.join("\n");
  throw new Error(`Cannot obtain nats-server ${version} from Debian ${suite}: ${reasons}\n${OTHER_WAYS}`);
}

/**
 * The sources of this machine's Debian release with the component main. Sources of other vendors may have the same suite
 * name.
 */
async function debianSources(version: NatsServerVersion): Promise<AptSource[]> {
  const prefix = `Cannot obtain nats-server ${version}`;
  const release = await readIfExists("/etc/os-release");
  const codename = /^VERSION_CODENAME="?([a-z]+)/m.exec(release)?.[1];
  if (!/^ID="?debian"?$/m.test(release) || codename === undefined) {
    throw new Error(`${prefix}: only Debian machines can download it. ${OTHER_WAYS}`);
  }
  const sources = (await readAllSources()).filter(({ suites, components }) =>
    suites.includes(codename) && components.includes("main")
  );
  if (sources.length === 0) throw new Error(`${prefix}: apt's sources have no mirror of ${codename}. ${OTHER_WAYS}`);
  return sources;
}

async function readAllSources(): Promise<AptSource[]> {
  const parts = "/etc/apt/sources.list.d";
  const names = (await listIfExists(parts)).filter((name) => /\.(list|sources)$/.test(name)).sort();
  const files = ["/etc/apt/sources.list", ...names.map((name) => `${parts}/${name}`)];
  const sources = files.map(async (file) => parseAptSources(file, await readIfExists(file)));
  return (await Promise.all(sources)).flat();
}

/** Downloads the package and unpacks it into `folder`/tree. Returns the problem, or `undefined`. */
async function download(folder: string, source: string): Promise<string | undefined> {
  for (const name of ["parts", "state/lists/partial", "cache/archives/partial", "tree"]) {
    await Deno.mkdir(`${folder}/${name}`, { recursive: true });
  }
  await Deno.writeTextFile(`${folder}/parts/one.sources`, source);
  await Deno.writeTextFile(`${folder}/apt.conf`, aptConfig(folder));
  const apt = (...args: string[]) => run(folder, ["apt-get", "-q", "-c", `${folder}/apt.conf`, ...args]);
  const problem = await apt("update") ?? await apt("download", "nats-server");
  if (problem !== undefined) return problem;
  const [archive] = (await listIfExists(folder)).filter((name) => name.endsWith(".deb"));
  return archive === undefined ? "apt-get downloaded no package" : await run(folder, ["dpkg", "-x", archive, "tree"]);
}

/** The configuration of apt, which it reads after the machine's own. It clears hooks that need the machine's lists. */
function aptConfig(folder: string): string {
  return `
    Dir::Etc::SourceList "/dev/null";
    Dir::Etc::SourceParts "${folder}/parts";
    Dir::State "${folder}/state";
    Dir::State::status "/var/lib/dpkg/status";
    Dir::Cache "${folder}/cache";
    Acquire::Languages "none";
    Acquire::Retries "2";
    Acquire::http::Timeout "20";
    APT::Sandbox::User "";
    APT::Update::Error-Mode "any";
    #clear APT::Update::Pre-Invoke;
    #clear APT::Update::Post-Invoke;
    #clear APT::Update::Post-Invoke-Success;
    #clear Acquire::IndexTargets::deb::Contents-deb;
    #clear Acquire::IndexTargets::deb::DEP-11;
  `;
}

/** Runs a program. Returns the problem if it fails, or `undefined`. */
async function run(cwd: string, [program, ...args]: [string, ...string[]]): Promise<string | undefined> {
  try {
    const command = new Deno.Command(program, { args, cwd, stdin: "null", env: { LC_ALL: "C" } });
    const { success, stderr } = await command.output();
    return success ? undefined : `${program} failed: ${new TextDecoder().decode(stderr).trim()}`;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return `there is no ${program} on the PATH`;
    throw error;
  }
}

/** Copies the server into the cache. The rename is atomic, because another process may download at the same time. */
async function keep(unpacked: string, version: NatsServerVersion): Promise<NatsServerBinary> {
  const binary = cachedNatsServer(version);
  await Deno.mkdir(binary.slice(0, binary.lastIndexOf("/")), { recursive: true });
  const draft = `${binary}.${Deno.pid}`;
  await Deno.copyFile(unpacked, draft);
  await Deno.rename(draft, binary);
  const kept = await askVersion(binary);
  if (kept === undefined) throw new Error(`Cannot use nats-server of Debian: ${binary} does not run. ${OTHER_WAYS}`);
  return kept;
}

async function readIfExists(path: string): Promise<string> {
  return await orIfNotFound(Deno.readTextFile(path), "");
}

async function listIfExists(path: string): Promise<string[]> {
  return await orIfNotFound(Array.fromAsync(Deno.readDir(path), (entry) => entry.name), []);
}

async function orIfNotFound<T>(reading: Promise<T>, fallback: T): Promise<T> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return fallback;
    throw error;
  }
}
