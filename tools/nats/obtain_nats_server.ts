import { type AptSource, parseAptSources, sourceForSuite } from "./apt_sources.ts";
import { cachedNatsServer } from "./find_nats_server.ts";
import { askVersion, DEBIAN_SUITES, type NatsServerBinary, type NatsServerVersion } from "./nats_server_version.ts";

const OTHER_WAYS =
  "Get a release of nats-server for this system from the NATS project, then put it on the PATH or name " +
  "it in NATS_SERVER";

/**
 * Downloads a server from this machine's Debian mirror into .cache/nats-server/. The machine itself stays as it is:
 * apt works on lists and state of its own in a temporary folder, and nothing is installed. Needs no root.
 *
 * @returns The server, with the version that the suite carries today.
 * @throws {Error} If this is not a Debian machine, or its mirror gave nothing; the message says what else to do.
 */
export async function obtainNatsServer(version: NatsServerVersion): Promise<NatsServerBinary> {
  const suite = DEBIAN_SUITES[version];
  const refusals: string[] = [];
  for (const source of await debianSources(version)) {
    const folder = await Deno.makeTempDir({ prefix: "aether-apt-" });
    try {
      const refusal = await download(folder, sourceForSuite(source, suite));
      if (refusal === undefined) return await keep(`${folder}/tree/usr/sbin/nats-server`, version);
      refusals.push(refusal);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  }
  const why = refusals.join("\n");
  throw new Error(`Cannot obtain nats-server ${version} from Debian ${suite}: ${why}\n${OTHER_WAYS}`);
}

/** The sources of the machine's own release. Sources of other vendors may use the same suite name. */
async function debianSources(version: NatsServerVersion): Promise<AptSource[]> {
  const cannot = `Cannot obtain nats-server ${version}`;
  const release = await readIfThere("/etc/os-release");
  const codename = /^VERSION_CODENAME="?([a-z]+)/m.exec(release)?.[1];
  if (!/^ID="?debian"?$/m.test(release) || codename === undefined) {
    throw new Error(`${cannot}: only Debian machines can download it. ${OTHER_WAYS}`);
  }
  const sources = (await readAllSources()).filter(({ suites, components }) =>
    suites.includes(codename) && components.includes("main")
  );
  if (sources.length === 0) throw new Error(`${cannot}: apt's sources name no mirror of ${codename}. ${OTHER_WAYS}`);
  return sources;
}

async function readAllSources(): Promise<AptSource[]> {
  const parts = "/etc/apt/sources.list.d";
  const names = (await listIfThere(parts)).filter((name) => /\.(list|sources)$/.test(name)).sort();
  const files = ["/etc/apt/sources.list", ...names.map((name) => `${parts}/${name}`)];
  const sources = files.map(async (file) => parseAptSources(file, await readIfThere(file)));
  return (await Promise.all(sources)).flat();
}

/** Unpacks the package into `folder`/tree. Returns what went wrong, or undefined. */
async function download(folder: string, source: string): Promise<string | undefined> {
  for (const name of ["parts", "state/lists/partial", "cache/archives/partial", "tree"]) {
    await Deno.mkdir(`${folder}/${name}`, { recursive: true });
  }
  await Deno.writeTextFile(`${folder}/parts/one.sources`, source);
  await Deno.writeTextFile(`${folder}/apt.conf`, aptConfig(folder));
  const apt = (...args: string[]) => run(folder, ["apt-get", "-q", "-c", `${folder}/apt.conf`, ...args]);
  const refusal = await apt("update") ?? await apt("download", "nats-server");
  if (refusal !== undefined) return refusal;
  const [archive] = (await listIfThere(folder)).filter((name) => name.endsWith(".deb"));
  return archive === undefined ? "apt-get left no package" : await run(folder, ["dpkg", "-x", archive, "tree"]);
}

/** apt reads this after the machine's settings, such as a proxy. It clears the hooks, which need the machine's lists. */
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

/** Renames into place: another process that downloads at the same time does no harm. */
async function keep(unpacked: string, version: NatsServerVersion): Promise<NatsServerBinary> {
  const binary = cachedNatsServer(version);
  await Deno.mkdir(binary.slice(0, binary.lastIndexOf("/")), { recursive: true });
  const draft = `${binary}.${Deno.pid}`;
  await Deno.copyFile(unpacked, draft);
  await Deno.rename(draft, binary);
  const kept = await askVersion(binary);
  if (kept === undefined) throw new Error(`Cannot use the nats-server that Debian carries: ${binary} does not run`);
  return kept;
}

async function readIfThere(path: string): Promise<string> {
  return await orElse(Deno.readTextFile(path), "");
}

async function listIfThere(path: string): Promise<string[]> {
  return await orElse(Array.fromAsync(Deno.readDir(path), (entry) => entry.name), []);
}

async function orElse<T>(reading: Promise<T>, otherwise: T): Promise<T> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return otherwise;
    throw error;
  }
}
