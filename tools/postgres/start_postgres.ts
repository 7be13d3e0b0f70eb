/** A running PostgreSQL server for tests, with its data in a temporary folder. */
export interface PostgresServer extends AsyncDisposable {
  /** The folder of the Unix socket. Clients use it as their host, because the server has no TCP port. */
  readonly host: string;
  /** The superuser. A database of the same name exists. */
  readonly user: string;
}

const USER = "postgres";

/** The user id of `nobody` in Debian: a PostgreSQL server does not run as root. */
const NOBODY = 65_534;

/**
 * Finds the programs of a PostgreSQL server: in the folders of Debian's packages, newest version first, else on the
 * `PATH`.
 *
 * @returns The folder of the programs with a slash at its end; `""` for the `PATH`; `undefined` without a server.
 */
export async function findPostgres(): Promise<string | undefined> {
  const root = "/usr/lib/postgresql";
  const versions = await Array.fromAsync(Deno.readDir(root), ({ name }) => name).catch(() => []);
  const folders = versions.sort((a, b) => Number(b) - Number(a)).map((version) => `${root}/${version}/bin/`);
  for (const folder of [...folders, ""]) {
    const { success } = await new Deno.Command(`${folder}initdb`, { args: ["--version"] }).output()
      .catch(() => ({ success: false }));
    if (success) return folder;
  }
  return undefined;
}

/** Creates a database cluster in a temporary folder and starts a server on it. Disposal stops the server. */
export async function startPostgres(programs: string): Promise<PostgresServer> {
  const host = await Deno.makeTempDir({ prefix: "aether-postgres-" });
  const identity = Deno.uid() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
  if (Deno.uid() === 0) await Deno.chown(host, NOBODY, NOBODY);
  const data = `${host}/data`;
  const env = { LC_ALL: "C.UTF-8" };
  const init = await new Deno.Command(`${programs}initdb`, {
    args: ["-D", data, "-U", USER, "--auth=trust", "--no-sync"],
    cwd: host,
    env,
    ...identity,
  }).output();
  if (!init.success) throw new Error(`Cannot create a database cluster: ${new TextDecoder().decode(init.stderr)}`);
  const server = new Deno.Command(`${programs}postgres`, {
    args: ["-D", data, "-k", host, "-c", "listen_addresses=", "-c", "fsync=off"],
    cwd: host,
    env,
    stdin: "null",
    stdout: "null",
    stderr: "piped",
    ...identity,
  }).spawn();
  const ready = Promise.withResolvers<void>();
  const output = (async () => {
    let log = "";
    for await (const chunk of server.stderr.pipeThrough(new TextDecoderStream())) {
      log += chunk;
      if (log.includes("ready to accept connections")) ready.resolve();
    }
    ready.reject(new Error(`PostgreSQL has ended: ${log}`));
  })();
  await ready.promise;
  return {
    host,
    user: USER,
    async [Symbol.asyncDispose]() {
      server.kill("SIGINT"); // Ends sessions, then stops.
      await server.status;
      await output;
      await Deno.remove(host, { recursive: true });
    },
  };
}
