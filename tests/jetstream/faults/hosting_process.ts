import type { HostStats } from "@flowmade-one/aether/hosting";
import { assertEquals } from "@std/assert";
import { denoCommand } from "../../_support/deno.ts";
import { textLines } from "./text_lines.ts";

/** The report of a hosting process about the commands that it has executed. */
export interface RunReport {
  readonly executed: number;
  readonly errors: readonly string[];
  readonly stats: HostStats;
}

/** A process that runs hosting_worker.ts. */
export class HostingProcess implements AsyncDisposable {
  readonly name: string;
  readonly build: 1 | 2;
  readonly #child: Deno.ChildProcess;
  readonly #lines: AsyncGenerator<string>;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;

  /** Starts a process, and resolves when it sees `size` hosting processes, itself included. */
  static async start(url: string, name: string, build: 1 | 2, size: number): Promise<HostingProcess> {
    const process = new HostingProcess(url, name, build, size);
    await process.#read();
    return process;
  }

  private constructor(url: string, name: string, build: 1 | 2, size: number) {
    const script = "tests/jetstream/faults/hosting_worker.ts";
    const args = ["run", "-A", "--quiet", "--no-check", script, url, name, `${build}`, `${size}`] as const;
    this.name = name;
    this.build = build;
    this.#child = denoCommand([...args], { stdin: "piped", stdout: "piped", stderr: "inherit" }).spawn();
    this.#lines = textLines(this.#child.stdout);
    this.#writer = this.#child.stdin.getWriter();
  }

  /** Has the process begin to execute commands: `concurrency` at a time, over this number of actors. */
  run(actors: number, commands: number, concurrency: number): void {
    this.#write({ run: { actors, commands, concurrency } });
  }

  /** Resolves to the report when all commands are executed. */
  async report(): Promise<RunReport> {
    return await this.#read() as RunReport;
  }

  /** Has the process start no further commands. Resolves to its report. */
  async stop(): Promise<RunReport> {
    this.#write({ stop: true });
    return await this.report();
  }

  /** Has the process leave the cluster and exit. */
  async leave(): Promise<void> {
    this.#write({ leave: true });
    assertEquals((await this.#child.status).code, 0, this.name);
    await this.#end();
  }

  /** Suspends the process: it keeps its connection, and answers nothing. */
  suspend(): void {
    this.#child.kill("SIGSTOP");
  }

  /** Continues a suspended process. */
  resume(): void {
    this.#child.kill("SIGCONT");
  }

  /** Kills the process. */
  async kill(): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#child.status;
    await this.#end();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#child.kill("SIGKILL");
    } catch {
      // The process has ended already.
    }
    await this.#child.status;
    await this.#end();
  }

  async #end(): Promise<void> {
    await this.#writer.close().catch(() => {});
    await this.#lines.return(undefined);
  }

  async #read(): Promise<unknown> {
    const { value, done } = await this.#lines.next();
    if (done) throw new Error(`Cannot read a report of ${this.name}: its process has ended.`);
    return JSON.parse(value);
  }

  #write(instruction: object): void {
    void this.#writer.write(new TextEncoder().encode(`${JSON.stringify(instruction)}\n`)).catch(() => {});
  }
}
