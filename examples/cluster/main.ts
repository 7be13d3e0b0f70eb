/**
 * Three nodes on one NATS server, and clients that send commands to any node. If you kill a node, other nodes take
 * over, and each command still gets a response. `deno task cluster` starts a NATS server and runs this program.
 *
 * ```sh
 * deno task cluster                # until Ctrl-C; kill a node with `kill -9 <pid>`
 * deno task cluster --kill 5       # kills one of the nodes every five seconds
 * deno task cluster --seconds 20   # ends by itself
 * deno task cluster --nats nats://127.0.0.1:4222
 * ```
 *
 * @module
 */
import { jetstream } from "@flowmade-one/aether/jetstream";
import { connect } from "@nats-io/transport-node";
import { LoadGenerator } from "./load_generator.ts";
import { NodeProcess } from "./node_process.ts";
import { parseArguments, USAGE, UsageError } from "./arguments.ts";

/** The names of the nodes. A restarted node keeps its name, like a pod of a StatefulSet. */
const NAMES = ["cinema-0", "cinema-1", "cinema-2"] as const;
/** The number of concurrent clients. */
const CLIENTS = 8;
/** Milliseconds before a node that has ended is restarted. */
const RESTART_AFTER = 3_000;

/** Starts the nodes, and restarts each node that ends. */
class Supervisor {
  readonly #url: string;
  readonly #nodes: Map<string, NodeProcess> = new Map();
  #isEnding = false;

  constructor(url: string) {
    this.#url = url;
    for (const name of NAMES) this.#start(name);
  }

  /** The ports of the nodes that are ready. */
  get ports(): readonly number[] {
    return [...this.#nodes.values()].flatMap(({ port }) => port ?? []);
  }

  /** Kills a random node, as a crash would. Does nothing unless all nodes are ready. */
  killOne(): void {
    const ready = [...this.#nodes.values()].filter(({ port }) => port !== undefined);
    const node = ready[Math.floor(Math.random() * ready.length)];
    if (node === undefined || ready.length < NAMES.length) return;
    console.log(`\n--- kill -9 of ${node.name} (pid ${node.pid})`);
    node.kill("SIGKILL");
  }

  /** Shuts all nodes down gracefully. */
  async end(): Promise<void> {
    this.#isEnding = true;
    const nodes = [...this.#nodes.values()];
    for (const node of nodes) node.kill("SIGTERM");
    await Promise.all(nodes.map((node) => node.ended()));
  }

  #start(name: string): void {
    const node = new NodeProcess(this.#url, name, (line) => console.log(`${name}: ${line}`));
    console.log(`${name}: started (pid ${node.pid})`);
    this.#nodes.set(name, node);
    void node.ended().then(({ signal, code }) => {
      if (this.#isEnding) return;
      console.log(
        `${name}: ended (${signal ?? `code ${code}`}); restarts in ${RESTART_AFTER / 1_000} s`,
      );
      this.#nodes.delete(name);
      setTimeout(() => this.#isEnding || this.#start(name), RESTART_AFTER);
    });
  }
}

/** Counts the commands that are stored more than once. Each command stores one event at most. */
async function countStoredTwice(url: string): Promise<number> {
  const connection = await connect({ servers: [url] });
  const backend = await jetstream({ connection });
  const counts = new Map<string, number>();
  for await (const { commitId } of backend.store("cinema").readAll()) {
    counts.set(commitId, (counts.get(commitId) ?? 0) + 1);
  }
  await backend.close();
  await connection.close();
  return [...counts.values()].filter((count) => count > 1).length;
}

/** @throws {UsageError} If no NATS server answers at the URL. */
async function checkServer(url: string): Promise<void> {
  try {
    const connection = await connect({ servers: [url] });
    await connection.close();
  } catch (cause) {
    throw new UsageError(`Cannot run the example: no NATS server answers at ${url}. Start one, or leave out --nats`, {
      cause,
    });
  }
}

async function run(): Promise<number> {
  const { help, nats, kill, seconds } = parseArguments(Deno.args);
  if (help) {
    console.log(USAGE);
    return 0;
  }
  await checkServer(nats);
  const supervisor = new Supervisor(nats);
  const load = new LoadGenerator(CLIENTS, () => supervisor.ports);
  const timers = [setInterval(() => {
    const { sent, answered, repeated, slowest } = load;
    console.log(`clients: ${sent} sent, ${answered} answered, ${repeated} repeated, slowest ${Math.round(slowest)} ms`);
    load.slowest = 0;
  }, 1_000)];
  if (kill !== undefined) timers.push(setInterval(() => supervisor.killOne(), kill * 1_000));
  await new Promise<void>((resolve) => {
    Deno.addSignalListener("SIGINT", resolve);
    Deno.addSignalListener("SIGTERM", resolve);
    if (seconds !== undefined) timers.push(setTimeout(resolve, seconds * 1_000));
  });
  for (const timer of timers) clearInterval(timer);
  await load.stop();
  await supervisor.end();
  const storedTwice = await countStoredTwice(nats);
  console.log(
    `\n${load.sent} commands: ${load.answered} answered, ${
      load.sent - load.answered
    } lost, ${storedTwice} stored twice`,
  );
  return load.sent === load.answered && storedTwice === 0 ? 0 : 1;
}

try {
  Deno.exit(await run());
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(error.message);
  Deno.exit(1);
}
