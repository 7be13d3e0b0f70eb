/** A running node.ts, as its supervisor sees it. */
export class NodeProcess {
  readonly name: string;
  readonly #child: Deno.ChildProcess;
  readonly #output: Promise<void>;
  #port: number | undefined;

  /** @param log Called with each line that the node prints. */
  constructor(url: string, name: string, log: (line: string) => void) {
    this.name = name;
    const script = new URL("./node.ts", import.meta.url).href;
    const config = Deno.env.get("CLUSTER_CONFIG");
    const args = ["run", "--quiet", "--allow-net", "--allow-env", "--allow-read", "--allow-sys"];
    // By default Deno finds the configuration by itself.
    if (config !== undefined) args.push("--config", config);
    this.#child = new Deno.Command(Deno.execPath(), {
      args: [...args, script, url, name],
      stdin: "null",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    this.#output = this.#read(log);
  }

  /** The port that it listens on, once it is ready. */
  get port(): number | undefined {
    return this.#port;
  }

  get pid(): number {
    return this.#child.pid;
  }

  /** Resolves when it has ended. */
  async ended(): Promise<Deno.CommandStatus> {
    const status = await this.#child.status;
    this.#port = undefined;
    await this.#output;
    return status;
  }

  /** Sends it a signal. */
  kill(signal: "SIGKILL" | "SIGTERM"): void {
    try {
      this.#child.kill(signal);
    } catch {
      // It has ended.
    }
  }

  async #read(log: (line: string) => void): Promise<void> {
    let rest = "";
    for await (const text of this.#child.stdout.pipeThrough(new TextDecoderStream())) {
      const lines = (rest + text).split("\n");
      rest = lines.pop()!;
      for (const line of lines) {
        const port = /^listens on port (\d+)$/.exec(line)?.[1];
        if (port !== undefined) this.#port = Number(port);
        log(line);
      }
    }
  }
}
