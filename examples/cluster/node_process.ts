/** A child process that runs node.ts. */
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
    // Without --config, Deno finds deno.json by itself.
    if (config !== undefined) args.push("--config", config);
    this.#child = new Deno.Command(Deno.execPath(), {
      args: [...args, script, url, name],
      stdin: "null",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    this.#output = this.#readOutput(log);
  }

  /** The port of the node; `undefined` while the node is not ready. */
  get port(): number | undefined {
    return this.#port;
  }

  get pid(): number {
    return this.#child.pid;
  }

  /** Resolves when the process has ended and its output was read. */
  async ended(): Promise<Deno.CommandStatus> {
    const status = await this.#child.status;
    this.#port = undefined;
    await this.#output;
    return status;
  }

  kill(signal: "SIGKILL" | "SIGTERM"): void {
    try {
      this.#child.kill(signal);
    } catch {
      // The process has ended.
    }
  }

  async #readOutput(log: (line: string) => void): Promise<void> {
    let rest = "";
    for await (const chunk of this.#child.stdout.pipeThrough(new TextDecoderStream())) {
      const lines = (rest + chunk).split("\n");
      rest = lines.pop()!;
      for (const line of lines) {
        const port = /^listens on port (\d+)$/.exec(line)?.[1];
        if (port !== undefined) this.#port = Number(port);
        log(line);
      }
    }
  }
}
