import { findNatsServer } from "./find_nats_server.ts";
import { NATS_SERVER_VERSIONS, type NatsServerVersion } from "./nats_server_version.ts";
import { obtainNatsServer } from "./obtain_nats_server.ts";
import { guardAgainstExit } from "./process_guard.ts";
import { processState } from "./process_state.ts";
import { poll } from "./poll.ts";
import { type ServerPorts, waitUntilReady } from "./wait_until_ready.ts";

/** Options of a server. */
export interface StartNatsServerOptions {
  /** The program. Without it, one is found or downloaded. */
  readonly binary?: string | undefined;
  /** The version to find or download if `binary` is absent. */
  readonly version?: NatsServerVersion | undefined;
  /** Whether JetStream is enabled; by default it is. */
  readonly jetstream?: boolean | undefined;
  /** The JetStream domain. Without it, the server has none. */
  readonly domain?: string | undefined;
  /** More lines for the server's configuration file: `max_payload: 4096`, `accounts { ... }`. */
  readonly config?: string | undefined;
  /** A port on 127.0.0.1; by default a free one. */
  readonly port?: number | undefined;
  /** Whether the server runs in a new process group, so that Ctrl-C does not end it; by default `false`. */
  readonly detached?: boolean | undefined;
}

/** A server on 127.0.0.1 with its own store. Disposing stops it and removes the store. */
export interface NatsServer extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  /** The URL of the monitoring port: `http://127.0.0.1:34567`. */
  readonly monitoringUrl: string;
  /** The process id; `undefined` while the server does not run. */
  readonly pid: number | undefined;
  readonly storeDir: string;
  /** Reads the log of the server. */
  log(): Promise<string>;
  /** Kills the server with SIGKILL, like a crash, and waits for its end. */
  kill9(): Promise<void>;
  /** Ends the server gracefully, and waits for its end. */
  stop(): Promise<void>;
  /** Stops the server if it runs, and starts it on the same port and store. */
  restart(): Promise<void>;
  /** Suspends the process with SIGSTOP, and waits until it is suspended. Connections stay open without replies. */
  suspend(): Promise<void>;
  /** Continues a suspended server. */
  resume(): void;
}

/** Milliseconds after SIGTERM before the server is killed with SIGKILL. */
const STOP_TIMEOUT_MS = 10_000;

/** Milliseconds in which a restart is repeated while another program uses the port of the server. */
const PORT_TIMEOUT_MS = 30_000;

/**
 * Starts a nats-server for tests and resolves as soon as it accepts connections. Disposal ends the server and removes
 * its files, and so does the end of this process, even by a crash.
 *
 * @throws {Error} If the server does not start. The message contains the output of the server.
 */
export async function startNatsServer(options: StartNatsServerOptions = {}): Promise<NatsServer> {
  const binary = options.binary ?? await findOrObtainBinary(options.version);
  const folder = await Deno.makeTempDir({ prefix: "aether-nats-" });
  const server = new LocalNatsServer(binary, folder, options);
  try {
    await server.restart();
    return server;
  } catch (error) {
    await server[Symbol.asyncDispose]();
    throw error;
  }
}

async function findOrObtainBinary(version: NatsServerVersion | undefined): Promise<string> {
  const found = await findNatsServer(version) ?? await obtainNatsServer(version ?? NATS_SERVER_VERSIONS[0]);
  return found.binary;
}

class LocalNatsServer implements NatsServer {
  readonly storeDir: string;
  readonly #binary: string;
  readonly #folder: string;
  readonly #options: StartNatsServerOptions;
  readonly #guard: ReturnType<typeof guardAgainstExit>;
  #child: Deno.ChildProcess | undefined;
  #ports: ServerPorts | undefined;

  constructor(binary: string, folder: string, options: StartNatsServerOptions) {
    this.#binary = binary;
    this.#folder = folder;
    this.#options = options;
    this.#guard = guardAgainstExit(folder);
    this.storeDir = `${folder}/store`;
  }

  get port(): number {
    return this.#knownPorts.client;
  }

  get url(): string {
    return `nats://127.0.0.1:${this.port}`;
  }

  get monitoringUrl(): string {
    return `http://127.0.0.1:${this.#knownPorts.monitoring}`;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  get #knownPorts(): ServerPorts {
    if (this.#ports === undefined) {
      throw new Error("Cannot read the ports of the server: it has not started. Call restart() first");
    }
    return this.#ports;
  }

  async log(): Promise<string> {
    return await Deno.readTextFile(`${this.#folder}/log`);
  }

  async restart(): Promise<void> {
    await this.stop();
    await Deno.writeTextFile(`${this.#folder}/config`, this.#makeConfig());
    const isRestart = this.#ports !== undefined;
    const deadline = performance.now() + PORT_TIMEOUT_MS;
    while (true) {
      try {
        return await this.#start();
      } catch (error) {
        const isPortTaken = error instanceof Error && error.message.includes("address already in use");
        if (!isRestart || !isPortTaken || performance.now() > deadline) throw error;
        await this.stop();
      }
    }
  }

  async #start(): Promise<void> {
    const child = new Deno.Command(this.#binary, {
      args: ["--config", `${this.#folder}/config`],
      detached: this.#options.detached ?? false,
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    this.#child = child;
    await this.#guard.watch(child.pid);
    this.#ports = await waitUntilReady(child, this.#folder, () => this.#startFailure());
  }

  async kill9(): Promise<void> {
    await this.#end("SIGKILL");
  }

  async stop(): Promise<void> {
    // A suspended process handles SIGTERM only after SIGCONT.
    if (this.#child !== undefined) signal(this.#child, "SIGCONT");
    await this.#end("SIGTERM");
  }

  async suspend(): Promise<void> {
    const child = this.#running("suspend");
    signal(child, "SIGSTOP");
    const isSuspended = await poll(async () => await processState(child.pid) === "T");
    if (!isSuspended) throw new Error(`Cannot suspend the server: process ${child.pid} still runs after SIGSTOP`);
  }

  resume(): void {
    signal(this.#running("resume"), "SIGCONT");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    await Deno.remove(this.#folder, { recursive: true });
    await this.#guard.dismiss();
  }

  async #end(name: Deno.Signal): Promise<void> {
    const child = this.#child;
    if (child === undefined) return;
    signal(child, name);
    const killTimer = setTimeout(() => signal(child, "SIGKILL"), STOP_TIMEOUT_MS);
    await child.status;
    clearTimeout(killTimer);
    this.#child = undefined;
    await this.#guard.watch(undefined);
  }

  /** The running process. `verb` is the attempted action in the error. */
  #running(verb: string): Deno.ChildProcess {
    if (this.#child === undefined) {
      throw new Error(`Cannot ${verb} the server: it is not running. Call restart() first`);
    }
    return this.#child;
  }

  #makeConfig(): string {
    const { jetstream = true, domain, config = "", port } = this.#options;
    const inDomain = domain === undefined ? "" : `, domain: ${domain}`;
    return [
      `listen: "127.0.0.1:${this.#ports?.client ?? port ?? -1}"`,
      `http: "127.0.0.1:${this.#ports?.monitoring ?? -1}"`,
      `ports_file_dir: ${JSON.stringify(this.#folder)}`,
      `log_file: ${JSON.stringify(`${this.#folder}/log`)}`,
      jetstream ? `jetstream { store_dir: ${JSON.stringify(this.storeDir)}${inDomain} }` : "",
      config,
    ].join("\n");
  }

  /**
   * The reason why the server did not start: an error of the configuration, which only `nats-server -t` prints, or the
   * last lines of the log.
   */
  async #startFailure(): Promise<string> {
    const check = new Deno.Command(this.#binary, { args: ["-t", "--config", `${this.#folder}/config`] });
    const { success, stderr } = await check.output();
    if (!success) return new TextDecoder().decode(stderr).trim();
    return (await this.log()).split("\n").slice(-10).join("\n").trim();
  }
}

/** Sends a signal, unless the process has already ended. */
function signal(child: Deno.ChildProcess, name: Deno.Signal): void {
  try {
    child.kill(name);
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof Deno.errors.NotFound)) throw error;
  }
}
