import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { USAGE } from "../../../examples/booking/arguments.ts";
import { denoCommand } from "../../_support/deno.ts";
import { type ExampleResult, runExample, WITH_NETWORK } from "../run_example.ts";
import { Client } from "./client.ts";

const MAIN = "examples/booking/main.ts";
const NETWORK_ONLY = ["--allow-net"];

function run(...args: string[]): Promise<ExampleResult> {
  return runExample(MAIN, args, NETWORK_ONLY);
}

/** The booking service in a child process. {@link Process.start} resolves when the service listens. */
class Process {
  readonly #child: Deno.ChildProcess;
  readonly #listening: PromiseWithResolvers<void> = Promise.withResolvers();
  readonly #ended: Promise<void>;
  #output = "";

  private constructor(child: Deno.ChildProcess) {
    this.#child = child;
    this.#ended = this.#readOutput(child.stdout);
  }

  static async start(...command: [string, ...string[]]): Promise<Process> {
    const options = { stdin: "null", stdout: "piped", stderr: "inherit", env: { NO_COLOR: "1" } } as const;
    const process = new Process(denoCommand(command, options).spawn());
    await process.#listening.promise;
    return process;
  }

  get url(): string {
    return /http:\/\/[\d.:]+/.exec(this.#output)?.[0] ?? this.#output;
  }

  /** Sends the signal and waits for the end of the process. Returns its exit code and its whole standard output. */
  async end(signal: Deno.Signal): Promise<{ code: number; stdout: string }> {
    this.#child.kill(signal);
    const { code } = await this.#child.status;
    await this.#ended;
    return { code, stdout: this.#output };
  }

  async #readOutput(output: ReadableStream<Uint8Array>): Promise<void> {
    for await (const chunk of output.pipeThrough(new TextDecoderStream())) {
      this.#output += chunk;
      if (this.#output.includes("Ctrl-C")) this.#listening.resolve();
    }
    this.#listening.reject(new Error(`Cannot start the service: it ended. Its output: ${this.#output}`));
  }
}

const ended: [title: string, signal: Deno.Signal, command: [string, ...string[]]][] = [
  ["main() with network permission only", "SIGINT", ["run", "--no-prompt", "--allow-net", MAIN]],
  ["deno task booking", "SIGTERM", ["task", "--quiet", "booking"]],
];

for (const [title, signal, command] of ended) {
  Deno.test({
    name: `${title} ends its feeds and exits with code 0 on ${signal}`,
    ignore: Deno.build.os === "windows",
    fn: async () => {
      const process = await Process.start(...command, "--port", "0", "--tenants", "east,west");
      const east = new Client(`${process.url}/east`);
      assertEquals((await east.open("s", 2)).status, 201);
      using feed = await east.feed();
      assertEquals((await feed.next())?.event, "ScreeningOpened");
      const rest = feed.next();
      const { code, stdout } = await process.end(signal);
      assertEquals([code, await rest], [0, undefined]);
      assertStringIncludes(stdout, `Booking seats for east and west, stored in memory: ${process.url}\n`);
      assertStringIncludes(stdout, `Try: curl ${process.url}/east/screenings\n`);
      assertMatch(stdout, new RegExp(`\n\n${signal}: accepting no more connections; [^\n]*\nEnded\\.\n$`));
    },
  });
}

const refused: [title: string, args: string[], message: string][] = [
  ["an unknown option", ["--fast"], `There is no option "--fast". See --help`],
  ["an argument without dashes", ["fast"], `There is no option "fast"`],
  ["--port without a value", ["--port"], "--port needs a value"],
  ["a port above 65535", ["--port", "65536"], `"65536" is not a port`],
  ["a port that is not a number", ["--port", "http"], `"http" is not a port`],
  ["a tenant of two tokens", ["--port", "0", "--tenants", "a.b"], `"a.b" is not the name of a tenant: it contains`],
  ["an empty tenant name", ["--port", "0", "--tenants", "a,"], "empty"],
  ["--data without a value", ["--data"], "--data needs a value"],
];

Deno.test("main() refuses wrong options in one line", async (t) => {
  for (const [title, args, message] of refused) {
    await t.step(title, async () => {
      const { code, stdout, stderr } = await run(...args);
      assertEquals([code, stdout], [1, ""]);
      assertMatch(stderr, /^[^\p{Cc}]+\n$/u);
      assertStringIncludes(stderr, message);
    });
  }
});

Deno.test("main() reports in one line that its port is in use", async () => {
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { code, stdout, stderr } = await run("--port", String(taken.addr.port));
  assertEquals([code, stdout], [1, ""]);
  assertMatch(stderr, /^[^\p{Cc}]+\n$/u);
  assertStringIncludes(stderr, `Cannot listen on port ${taken.addr.port}: `);
});

Deno.test("main() reports in one line that it cannot reach the NATS server", async () => {
  using closedPort = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const url = `nats://127.0.0.1:${closedPort.addr.port}`;
  closedPort.close();
  const { code, stdout, stderr } = await runExample(MAIN, ["--port", "0", "--nats", url], WITH_NETWORK);
  assertEquals([code, stdout], [1, ""]);
  assertMatch(stderr, /^[^\p{Cc}]+\n$/u);
  assertStringIncludes(stderr, `Cannot connect to a NATS server at ${url}: `);
});

Deno.test("main() prints only the usage if one argument is --help", async () => {
  const result = await runExample(MAIN, ["--port", "0", "--help"], []);
  assertEquals(result, { code: 0, stdout: `${USAGE}\n`, stderr: "" });
});
