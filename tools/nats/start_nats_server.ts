import { findNatsServer } from "./find_nats_server.ts";
import { NATS_SERVER_VERSIONS, type NatsServerVersion } from "./nats_server_version.ts";
import { obtainNatsServer } from "./obtain_nats_server.ts";
import { guardAgainstExit } from "./process_guard.ts";
import { processState } from "./process_state.ts";
import { poll } from "./poll.ts";
import { type ServerPorts, waitUntilReady } from "./wait_until_ready.ts";

/** How a server is to be started. */
export interface StartNatsServerOptions {
  /** The program. Without it one is found, or else downloaded. */
  readonly binary?: string | undefined;
  /** Which one is found or downloaded where `binary` is not given. */
  readonly version?: NatsServerVersion | undefined;
  /** Whether JetStream is on, which it is unless this says no. */
  readonly jetstream?: boolean | undefined;
  /** The JetStream domain. Without it, the server has none. */
  readonly domain?: string | undefined;
  /** More lines for the server's configuration file: `max_payload: 4096`, `accounts { ... }`. */
  readonly config?: string | undefined;
  /** A port on 127.0.0.1. Without it the server takes a free one. */
  readonly port?: number | undefined;
}

/** A server on 127.0.0.1 with a store of its own. Disposing of it stops it and removes the store. */
export interface NatsServer extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  /** Where its monitoring answers, `http://127.0.0.1:34567`. */
  readonly monitoringUrl: string;
  /** Undefined while it does not run. */
  readonly pid: number | undefined;
  readonly storeDir: string;
  /** What it logged so far. */
  log(): Promise<string>;
  /** Ends it as a power cut would end it: at once, with nothing said to clients. */
  kill9(): Promise<void>;
  /** Asks it to end, and waits until it has. */
  stop(): Promise<void>;
  /** Starts it again, after stopping it if it runs, on the same port and store. */
  restart(): Promise<void>;
  /** Freezes it, and resolves once it is frozen: connections stay open and nothing is answered. */
  suspend(): Promise<void>;
  resume(): void;
}

/** How long a server that was asked to end may take before it is killed. */
const STOP_TIMEOUT_MS = 10_000;

/** How long a server that starts again waits for its port, which another program may have been given meanwhile. */
const PORT_TIMEOUT_MS = 30_000;

/**
 * Starts a nats-server for tests and resolves as soon as it accepts connections.
 *
 * It is gone with all that belongs to it when it is disposed of, and also when this process ends without doing that,
 * however it ends.
 *
 * @throws {Error} If it did not start; the message carries what the server said.
 */
export async function startNatsServer(options: StartNatsServerOptions = {}): Promise<NatsServer> {
  const binary = options.binary ?? await anyServer(options.version);
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

async function anyServer(version: NatsServerVersion | undefined): Promise<string> {
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
    return this.#known.client;
  }

  get url(): string {
    return `nats://127.0.0.1:${this.port}`;
  }

  get monitoringUrl(): string {
    return `http://127.0.0.1:${this.#known.monitoring}`;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  get #known(): ServerPorts {
    if (this.#ports === undefined) throw new Error("Cannot tell the server's ports: it has never run");
    return this.#ports;
  }

  async log(): Promise<string> {
    return await Deno.readTextFile(`${this.#folder}/log`);
  }

  async restart(): Promise<void> {
    await this.stop();
    await Deno.writeTextFile(`${this.#folder}/config`, this.#configText());
    const isAgain = this.#ports !== undefined;
    const deadline = performance.now() + PORT_TIMEOUT_MS;
    while (true) {
      try {
        return await this.#start();
      } catch (error) {
        const isTaken = error instanceof Error && error.message.includes("address already in use");
        if (!isAgain || !isTaken || performance.now() > deadline) throw error;
        await this.stop();
      }
    }
  }

  async #start(): Promise<void> {
    const child = new Deno.Command(this.#binary, {
      args: ["--config", `${this.#folder}/config`],
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    this.#child = child;
    await this.#guard.watch(child.pid);
    this.#ports = await waitUntilReady(child, this.#folder, () => this.#complaint());
  }

  async kill9(): Promise<void> {
    await this.#end("SIGKILL");
  }

  async stop(): Promise<void> {
    // A frozen process does not see the request before it is thawed.
    if (this.#child !== undefined) signal(this.#child, "SIGCONT");
    await this.#end("SIGTERM");
  }

  async suspend(): Promise<void> {
    const child = this.#running("suspend");
    signal(child, "SIGSTOP");
    const isFrozen = await poll(async () => await processState(child.pid) === "T");
    if (!isFrozen) throw new Error(`Cannot suspend the server: process ${child.pid} does not stop`);
  }

  resume(): void {
    signal(this.#running("resume"), "SIGCONT");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    await Deno.remove(this.#folder, { recursive: true });
    await this.#guard.dismiss();
  }

  async #end(how: Deno.Signal): Promise<void> {
    const child = this.#child;
    if (child === undefined) return;
    signal(child, how);
    const impatience = setTimeout(() => signal(child, "SIGKILL"), STOP_TIMEOUT_MS);
    await child.status;
    clearTimeout(impatience);
    this.#child = undefined;
    await this.#guard.watch(undefined);
  }

  #running(verb: string): Deno.ChildProcess {
    if (this.#child === undefined) throw new Error(`Cannot ${verb} the server: it does not run`);
    return this.#child;
  }

  #configText(): string {
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

  /** Why it did not start: the log's last lines, or what is wrong with the configuration, which is not logged. */
  async #complaint(): Promise<string> {
    const check = new Deno.Command(this.#binary, { args: ["-t", "--config", `${this.#folder}/config`] });
    const { success, stderr } = await check.output();
    if (!success) return new TextDecoder().decode(stderr).trim();
    return (await this.log()).split("\n").slice(-10).join("\n").trim();
  }
}

/** A process that has ended by itself needs no signal. */
function signal(child: Deno.ChildProcess, name: Deno.Signal): void {
  try {
    child.kill(name);
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof Deno.errors.NotFound)) throw error;
  }
}
