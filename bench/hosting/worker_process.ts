import { inRoot } from "../../tools/root.ts";
import { lines } from "./lines.ts";
import type { Order, Report } from "./worker.ts";

/** Milliseconds that a bench waits for other processes. */
const WAIT_TIMEOUT = 120_000;

/** A running worker.ts, and the state that it has reported. */
export class WorkerProcess implements AsyncDisposable {
  readonly name: string;
  members = 0;
  isLeader = false;
  owned = 0;
  readonly #child: Deno.ChildProcess;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #reading: Promise<void>;
  #finished: PromiseWithResolvers<number> = Promise.withResolvers();

  constructor(url: string, name: string, { heartbeat, ttl }: { readonly heartbeat: number; readonly ttl: number }) {
    this.name = name;
    // A machine that cannot reach JSR has this configuration, which names local packages.
    const isOffline = import.meta.resolve("@std/assert").startsWith("file:");
    const config = isOffline ? ["--config", inRoot("deno.offline.json")] : [];
    const script = inRoot("bench/hosting/worker.ts");
    this.#child = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--quiet", "--no-check", ...config, script, url, name, `${heartbeat}`, `${ttl}`],
      stdin: "piped",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    this.#writer = this.#child.stdin.getWriter();
    this.#reading = this.#read();
  }

  /** Runs commands. Resolves to the number of failed commands. */
  run(kind: "plain" | "hosted", prefix: string, commands: number, flight: number): Promise<number> {
    this.#finished = Promise.withResolvers();
    this.send({ run: kind, prefix, commands, flight });
    return this.#finished.promise;
  }

  send(order: Order): void {
    void this.#writer.write(new TextEncoder().encode(`${JSON.stringify(order)}\n`)).catch(() => {});
  }

  kill(): void {
    this.#child.kill("SIGKILL");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.kill();
    } catch {
      // The process has ended.
    }
    await this.#child.status;
    await this.#writer.close().catch(() => {});
    await this.#reading;
  }

  async #read(): Promise<void> {
    for await (const line of lines(this.#child.stdout)) {
      const { members, failed, isLeader, owned }: Report = JSON.parse(line);
      this.members = members ?? this.members;
      this.isLeader = isLeader ?? this.isLeader;
      this.owned = owned ?? this.owned;
      if (failed !== undefined) this.#finished.resolve(failed);
    }
  }
}

/** Waits until a condition holds. Returns the milliseconds that it took. */
export async function until(condition: string, holds: () => boolean): Promise<number> {
  const began = performance.now();
  while (!holds()) {
    if (performance.now() - began > WAIT_TIMEOUT) {
      throw new Error(`Cannot continue: after ${WAIT_TIMEOUT} ms it does not hold that ${condition}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return performance.now() - began;
}
