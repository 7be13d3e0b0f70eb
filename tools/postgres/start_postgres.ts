/** A PostgreSQL server for tests: the one of Debian's packages, with its data in a temporary folder. */

/** A running server. */
export interface PostgresServer extends AsyncDisposable {
  /** The folder of its Unix socket, which clients take as their host. It has no TCP port. */
  readonly host: string;
  /** A user who may do everything. Its name is a database too. */
  readonly user: string;
}

const USER = "postgres";

/** The user id of `nobody` in Debian: a PostgreSQL server does not run as root. */
const NOBODY = 65_534;

/**
 * Finds the programs of a PostgreSQL server: on the `PATH`, or where Debian's packages have them.
 *
 * @returns The folder of the programs with a slash, `""` for the `PATH`; `undefined` if there is none.
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

/** Creates a database cluster in a temporary folder and starts a server on it, which stops when it is disposed of. */
export async function startPostgres(programs: string): Promise<PostgresServer> {
  const host = await Deno.makeTempDir({ prefix: "aether-postgres-" });
  const user = Deno.uid() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
  if (Deno.uid() === 0) await Deno.chown(host, NOBODY, NOBODY);
  const data = `${host}/data`;
  const env = { LC_ALL: "C.UTF-8" };
  const init = await new Deno.Command(`${programs}initdb`, {
    args: ["-D", data, "-U", USER, "--auth=trust", "--no-sync"],
    cwd: host,
    env,
    ...user,
  }).output();
  if (!init.success) throw new Error(`Cannot create a database cluster: ${new TextDecoder().decode(init.stderr)}`);
  const server = new Deno.Command(`${programs}postgres`, {
    args: ["-D", data, "-k", host, "-c", "listen_addresses=", "-c", "fsync=off"],
    cwd: host,
    env,
    stdin: "null",
    stdout: "null",
    stderr: "piped",
    ...user,
  }).spawn();
  const ready = Promise.withResolvers<void>();
  const output = (async () => {
    let log = "";
    for await (const text of server.stderr.pipeThrough(new TextDecoderStream())) {
      log += text;
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
