import { assertEquals } from "@std/assert";
import { denoCommand } from "./deno.ts";

/** The settings of a node process, which it gets as its argument. */
export interface NodeSettings {
  readonly ledger: string;
  readonly name: string;
  /** The URLs of nats-servers, or the `file:` URL of a SQLite file. */
  readonly storage: readonly string[];
  readonly replicas: number;
  readonly heartbeat: number;
  readonly ttl: number;
  readonly hasOnError: boolean;
}

/**
 * One line of the ledger. While a node owns a key, it writes a line for each of its steps. It also writes a line when
 * its session changes, and for an error.
 */
export interface LedgerLine {
  readonly node: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly key?: string;
  readonly term?: number;
  /**
   * If set, the node's previous line may be late: its term, given here, may have ended before the previous line was
   * written.
   */
  readonly late?: number;
  /** The id of the node's session; "none" if the session has ended. */
  readonly session?: string;
  readonly error?: string;
}

/** All keys that nodes can own: a leadership and 6 shards. */
export const KEYS: readonly string[] = ["boss", ...Array.from({ length: 6 }, (_, shard) => `shard.${shard}`)];

/** The node processes of one cluster, and a file to which all of them append their steps as they happen. */
export class ClusterLedger implements AsyncDisposable {
  readonly #path: string;
  readonly #nodes: Map<string, Deno.ChildProcess> = new Map();
  readonly #settings: Omit<NodeSettings, "ledger" | "name" | "storage">;

  private constructor(path: string, settings: Omit<NodeSettings, "ledger" | "name" | "storage">) {
    this.#path = path;
    this.#settings = settings;
  }

  static async create(settings: Partial<NodeSettings> = {}): Promise<ClusterLedger> {
    const defaults = { replicas: 1, heartbeat: 200, ttl: 2_000, hasOnError: true };
    return new ClusterLedger(await Deno.makeTempFile({ prefix: "aether-ledger-" }), { ...defaults, ...settings });
  }

  /**
   * Starts the node "opener" on an empty nats-server, waits until it owns all keys, and makes it leave. The first claim
   * on an empty server waits for one ttl, so the opener has a short ttl.
   */
  async openStorage(storage: readonly string[]): Promise<void> {
    this.start("opener", storage, { heartbeat: 200, ttl: 2_000 });
    await this.ownedBy(["opener"]);
    assertEquals(await this.leave("opener"), 0);
  }

  /** Starts a node process. See {@link NodeSettings.storage}. */
  start(name: string, storage: readonly string[], others: Partial<NodeSettings> = {}): void {
    const settings: NodeSettings = { ...this.#settings, ledger: this.#path, name, storage, ...others };
    const args = ["run", "-A", "--quiet", "tests/_support/cluster_node_main.ts"] as const;
    const options = { stdin: "piped", stdout: "null", stderr: "inherit" } as const;
    this.#nodes.set(name, denoCommand([...args, JSON.stringify(settings)], options).spawn());
  }

  /** Starts node processes, and waits until they own all keys. Returns the number of all lines. */
  async startAll(names: readonly string[], storage: readonly string[]): Promise<number> {
    for (const name of names) this.start(name, storage);
    return await this.ownedBy(names);
  }

  /** The name of the node that made the last step as the leader. */
  async leader(): Promise<string> {
    return ownersOf(await this.lines()).get("boss")!;
  }

  /** Sends a signal to a node process. After SIGKILL, waits for the end of the process. */
  async signal(name: string, signal: "SIGKILL" | "SIGSTOP" | "SIGCONT"): Promise<void> {
    const node = this.#nodes.get(name)!;
    node.kill(signal);
    if (signal !== "SIGKILL") return;
    this.#nodes.delete(name);
    await node.status;
    await node.stdin.close().catch(() => {});
  }

  /** Makes a node leave by closing its standard input. Returns the exit code of its process. */
  async leave(name: string): Promise<number> {
    const node = this.#nodes.get(name)!;
    this.#nodes.delete(name);
    await node.stdin.close();
    return (await node.status).code;
  }

  /** All complete lines. Omits a last line that a node is still writing. */
  async lines(): Promise<LedgerLine[]> {
    const content = await Deno.readTextFile(this.#path);
    return content.split("\n").slice(0, -1).map((line) => JSON.parse(line));
  }

  /** Waits until the lines, without the first `after` lines, meet a condition. Returns the number of all lines. */
  async until(after: number, isMet: (lines: readonly LedgerLine[]) => boolean): Promise<number> {
    while (true) {
      const lines = await this.lines();
      if (isMet(lines.slice(after))) return lines.length;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /**
   * Waits until the named nodes own all keys, and each of these nodes owns at least one. Ignores the first `after`
   * lines. Returns the number of all lines.
   */
  async ownedBy(names: readonly string[], after = 0): Promise<number> {
    return await this.until(after, (lines) => {
      const owners = ownersOf(lines);
      const nodes = new Set(owners.values());
      return owners.size === KEYS.length && [...nodes].every((node) => names.includes(node)) &&
        nodes.size === names.length;
    });
  }

  /** Checks that the terms of a key never decrease, and that all steps of a term were made by one node. */
  async check(): Promise<void> {
    const lines = await this.lines();
    const last = new Map<string, LedgerLine>();
    for (const [i, line] of lines.entries()) {
      const { key, term, node } = line;
      if (key === undefined || term === undefined || isLate(lines, i)) continue;
      const before = last.get(key);
      if (before !== undefined && term < before.term!) {
        throw new Error(`A step of an earlier term: ${show(before, line)}`);
      }
      if (term === before?.term) assertEquals(node, before.node, `two owners in one term: ${show(before, line)}`);
      last.set(key, line);
    }
    assertEquals([...last.keys()].toSorted(), KEYS.toSorted());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const [name, node] of this.#nodes) {
      node.kill("SIGCONT");
      await this.signal(name, "SIGKILL");
    }
    await Deno.remove(this.#path);
  }
}

/** By key, the node that made its last step. */
export function ownersOf(lines: readonly LedgerLine[]): Map<string, string> {
  return new Map(lines.flatMap(({ key, term, node }) => term === undefined ? [] : [[key!, node]]));
}

/** Whether the next line of the same node says that the term may have ended before this step was written. */
function isLate(lines: readonly LedgerLine[], index: number): boolean {
  const { node, key, term } = lines[index]!;
  const next = lines.slice(index + 1).find((line) => line.node === node);
  return next?.key === key && next?.late === term;
}

function show(...lines: readonly LedgerLine[]): string {
  return lines.map((line) => JSON.stringify(line)).join(" ");
}
