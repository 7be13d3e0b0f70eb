import { assertEquals } from "@std/assert";
import { denoCommand } from "../../_support/deno.ts";

/** The settings of a node process. */
export interface NodeSettings {
  readonly ledger: string;
  readonly name: string;
  readonly servers: readonly string[];
  readonly replicas: number;
  readonly heartbeat: number;
  readonly ttl: number;
  readonly hasOnError: boolean;
}

/** One line of a node in the ledger: a step as the owner of a key, a new session, or an error. */
export interface LedgerLine {
  readonly node: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly key?: string;
  readonly term?: number;
  /** The term of the step before this line. It ended while the step was made. */
  readonly late?: number;
  readonly session?: string;
  readonly error?: string;
}

/** All keys that nodes own: a leader and 6 shards. */
export const KEYS: readonly string[] = ["boss", ...Array.from({ length: 6 }, (_, shard) => `shard.${shard}`)];

/** Node processes of one cluster, and the file to which they append their steps in true order. */
export class ClusterLedger implements AsyncDisposable {
  readonly #path: string;
  readonly #nodes: Map<string, Deno.ChildProcess> = new Map();
  readonly #settings: Omit<NodeSettings, "ledger" | "name" | "servers">;

  private constructor(path: string, settings: Omit<NodeSettings, "ledger" | "name" | "servers">) {
    this.#path = path;
    this.#settings = settings;
  }

  static async create(settings: Partial<NodeSettings> = {}): Promise<ClusterLedger> {
    const defaults = { replicas: 1, heartbeat: 200, ttl: 2_000, hasOnError: true };
    return new ClusterLedger(await Deno.makeTempFile({ prefix: "aether-ledger-" }), { ...defaults, ...settings });
  }

  /** Makes a new storage usable: the first claim in it waits for one ttl, here a short one. */
  async openStorage(servers: readonly string[]): Promise<void> {
    this.start("opener", servers, { heartbeat: 200, ttl: 2_000 });
    await this.ownedBy(["opener"]);
    assertEquals(await this.leave("opener"), 0);
  }

  /** Starts a node process. */
  start(name: string, servers: readonly string[], others: Partial<NodeSettings> = {}): void {
    const settings: NodeSettings = { ...this.#settings, ledger: this.#path, name, servers, ...others };
    const args = ["run", "-A", "--quiet", "tests/jetstream/_support/cluster_node_main.ts"] as const;
    const options = { stdin: "piped", stdout: "null", stderr: "inherit" } as const;
    this.#nodes.set(name, denoCommand([...args, JSON.stringify(settings)], options).spawn());
  }

  /** Sends a signal to a node process, and waits for its end if it is killed. */
  async signal(name: string, signal: "SIGKILL" | "SIGSTOP" | "SIGCONT"): Promise<void> {
    const node = this.#nodes.get(name)!;
    node.kill(signal);
    if (signal !== "SIGKILL") return;
    this.#nodes.delete(name);
    await node.status;
    await node.stdin.close().catch(() => {});
  }

  /** Ends the standard input of a node process, and returns its exit code. */
  async leave(name: string): Promise<number> {
    const node = this.#nodes.get(name)!;
    this.#nodes.delete(name);
    await node.stdin.close();
    return (await node.status).code;
  }

  /** All whole lines so far. */
  async lines(): Promise<LedgerLine[]> {
    const content = await Deno.readTextFile(this.#path);
    return content.split("\n").slice(0, -1).map((line) => JSON.parse(line));
  }

  /** Waits until the lines after the first `after` meet a condition, and returns the number of all lines. */
  async until(after: number, isSo: (lines: readonly LedgerLine[]) => boolean): Promise<number> {
    while (true) {
      const lines = await this.lines();
      if (isSo(lines.slice(after))) return lines.length;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** Waits until the named nodes own all keys, judged by lines that follow, and each owns something. */
  async ownedBy(names: readonly string[], after = 0): Promise<number> {
    return await this.until(after, (lines) => {
      const owners = ownersOf(lines);
      const used = new Set(owners.values());
      return owners.size === KEYS.length && [...used].every((node) => names.includes(node)) &&
        used.size === names.length;
    });
  }

  /** Checks that the terms of each key never fell, and that one node made all steps of a term. */
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

/** The last owner of each key. */
export function ownersOf(lines: readonly LedgerLine[]): Map<string, string> {
  return new Map(lines.flatMap(({ key, term, node }) => term === undefined ? [] : [[key!, node]]));
}

/** Whether the next line of the same node says that the term ended during this step. */
function isLate(lines: readonly LedgerLine[], index: number): boolean {
  const { node, key, term } = lines[index]!;
  const next = lines.slice(index + 1).find((line) => line.node === node);
  return next?.key === key && next?.late === term;
}

function show(...lines: readonly LedgerLine[]): string {
  return lines.map((line) => JSON.stringify(line)).join(" ");
}
