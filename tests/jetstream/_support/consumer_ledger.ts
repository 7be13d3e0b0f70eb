import { assert, assertEquals } from "@std/assert";
import { denoCommand } from "../../_support/deno.ts";

/** The settings of a member process. */
export interface ConsumerProcessSettings {
  readonly ledger: string;
  readonly name: string;
  readonly servers: readonly string[];
  readonly replicas: number;
  readonly ttl: number;
  readonly saveEvery: number;
}

/** One line of a member process in the ledger. */
export interface HandlingLine {
  readonly process: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly joined?: true;
  /** The event that a handler begins or ends, as `actor@version`. */
  readonly begins?: string;
  readonly ends?: string;
  readonly error?: string;
}

/** Member processes of one consumer, and the file to which they append what they handle, in true order. */
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

  /** Sends a signal to a process, and waits for its end if it is killed. */
  async signal(name: string, signal: "SIGKILL" | "SIGSTOP" | "SIGCONT"): Promise<void> {
    const process = this.#processes.get(name)!;
    process.kill(signal);
    if (signal !== "SIGKILL") return;
    this.#processes.delete(name);
    await process.status;
    await process.stdin.close().catch(() => {});
  }

  /** Ends the standard input of a process, and returns its exit code. */
  async leave(name: string): Promise<number> {
    const process = this.#processes.get(name)!;
    this.#processes.delete(name);
    await process.stdin.close();
    return (await process.status).code;
  }

  /** All whole lines so far. */
  async lines(): Promise<HandlingLine[]> {
    const content = await Deno.readTextFile(this.#path);
    return content.split("\n").slice(0, -1).map((line) => JSON.parse(line));
  }

  /** Waits until the lines meet a condition. */
  async until(isTrue: (lines: readonly HandlingLine[]) => boolean): Promise<void> {
    while (!isTrue(await this.lines())) await new Promise((resolve) => setTimeout(resolve, 50));
  }

  /** Waits until as many different events have ended. */
  async handled(count: number): Promise<void> {
    await this.until((lines) => new Set(lines.flatMap(({ ends }) => ends ?? [])).size >= count);
  }

  /**
   * Checks that no event is missing and that each began only after the lower versions of its actor had ended.
   *
   * @param versions The last version of each actor.
   * @returns The events that ended more than once, with the time of their first end.
   */
  async check(versions: ReadonlyMap<string, number>): Promise<{ readonly event: string; readonly at: number }[]> {
    const endedAt = new Map<string, number>();
    const repeats: { event: string; at: number }[] = [];
    for (const { begins, ends, at, process } of await this.lines()) {
      if (begins !== undefined) {
        const [actorId = "", version = ""] = begins.split("@");
        for (let lower = 1; lower < Number(version); lower++) {
          assert(endedAt.has(`${actorId}@${lower}`), `${process} began ${begins} before version ${lower} had ended`);
        }
      }
      if (ends === undefined) continue;
      if (endedAt.has(ends)) repeats.push({ event: ends, at: endedAt.get(ends)! });
      else endedAt.set(ends, at);
    }
    const expected = [...versions].flatMap(([actorId, last]) =>
      Array.from({ length: last }, (_, i) => `${actorId}@${i + 1}`)
    );
    assertEquals([...endedAt.keys()].toSorted(), expected.toSorted());
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
