import { assert, assertEquals } from "@std/assert";
import { denoCommand } from "../../_support/deno.ts";

/** The settings of a member process, which it gets as its argument. */
export interface ConsumerProcessSettings {
  readonly ledger: string;
  readonly name: string;
  readonly servers: readonly string[];
  readonly replicas: number;
  readonly ttl: number;
  readonly saveEvery: number;
}

/** One line of the ledger, written by a member process. */
export interface HandlingLine {
  readonly process: string;
  readonly joined?: true;
  /** The event that the handler begins to handle, as `actor@version`. */
  readonly begins?: string;
  /** The event that the handler has handled, as `actor@version`. */
  readonly ends?: string;
  readonly error?: string;
}

/** The member processes of one consumer, and a file to which all of them append what they handle as it happens. */
export class ConsumerLedger implements AsyncDisposable {
  readonly #path: string;
  readonly #processes: Map<string, Deno.ChildProcess> = new Map();
  readonly #settings: Pick<ConsumerProcessSettings, "replicas" | "ttl" | "saveEvery">;

  private constructor(path: string, settings: Pick<ConsumerProcessSettings, "replicas" | "ttl" | "saveEvery">) {
    this.#path = path;
    this.#settings = settings;
  }

  static async create(settings: Partial<ConsumerProcessSettings> = {}): Promise<ConsumerLedger> {
    const path = await Deno.makeTempFile({ prefix: "aether-consumers-" });
    return new ConsumerLedger(path, { replicas: 1, ttl: 3_000, saveEvery: 200, ...settings });
  }

  /** Starts member processes, and waits until they have joined. */
  async start(names: readonly string[], servers: readonly string[]): Promise<void> {
    for (const name of names) {
      const settings: ConsumerProcessSettings = { ...this.#settings, ledger: this.#path, name, servers };
      const args = ["run", "-A", "--quiet", "tests/jetstream/_support/consumer_process_main.ts"] as const;
      const options = { stdin: "piped", stdout: "null", stderr: "inherit" } as const;
      this.#processes.set(name, denoCommand([...args, JSON.stringify(settings)], options).spawn());
    }
    await this.until((lines) => names.every((name) => lines.some(({ process, joined }) => process === name && joined)));
  }

  /** Sends a signal to a process. After SIGKILL, waits for the end of the process. */
  async signal(name: string, signal: "SIGKILL" | "SIGSTOP" | "SIGCONT"): Promise<void> {
    const process = this.#processes.get(name)!;
    process.kill(signal);
    if (signal !== "SIGKILL") return;
    this.#processes.delete(name);
    await process.status;
    await process.stdin.close().catch(() => {});
  }

  /** Makes a member close, by the end of its standard input. Returns the exit code of its process. */
  async leave(name: string): Promise<number> {
    const process = this.#processes.get(name)!;
    this.#processes.delete(name);
    await process.stdin.close();
    return (await process.status).code;
  }

  /** All complete lines. A process may be writing the last one. */
  async lines(): Promise<HandlingLine[]> {
    const content = await Deno.readTextFile(this.#path);
    return content.split("\n").slice(0, -1).map((line) => JSON.parse(line));
  }

  /** Waits until the lines meet a condition. */
  async until(isMet: (lines: readonly HandlingLine[]) => boolean): Promise<void> {
    while (!isMet(await this.lines())) await new Promise((resolve) => setTimeout(resolve, 50));
  }

  /** Waits until a number of different events have been handled. */
  async handled(count: number): Promise<void> {
    await this.until((lines) => new Set(lines.flatMap(({ ends }) => ends ?? [])).size >= count);
  }

  /**
   * Checks that every event was handled, and that no event began before all lower versions of its actor had ended.
   *
   * @param versions The last version of each actor.
   * @returns The repeated events, as `actor@version`.
   */
  async check(versions: ReadonlyMap<string, number>): Promise<string[]> {
    const ended = new Set<string>();
    const repeats: string[] = [];
    for (const { begins, ends, process } of await this.lines()) {
      if (begins !== undefined) {
        const [actorId = "", version = ""] = begins.split("@");
        for (let lower = 1; lower < Number(version); lower++) {
          assert(ended.has(`${actorId}@${lower}`), `${process} began ${begins} before version ${lower} had ended`);
        }
      }
      if (ends === undefined) continue;
      if (ended.has(ends)) repeats.push(ends);
      ended.add(ends);
    }
    const expected = [...versions].flatMap(([actorId, last]) =>
      Array.from({ length: last }, (_, i) => `${actorId}@${i + 1}`)
    );
    assertEquals([...ended].toSorted(), expected.toSorted());
    return repeats;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const [name, process] of this.#processes) {
      process.kill("SIGCONT");
      await this.signal(name, "SIGKILL");
    }
    await Deno.remove(this.#path);
  }
}
