import { assertEquals } from "@std/assert";
import { denoCommand } from "../_support/deno.ts";
import type { ReleaseName } from "./releases.ts";

/** A running process of one release. */
export class ReleaseProcess implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #lines: AsyncIterator<string>;

  constructor(release: ReleaseName, adapter: "sqlite" | "jetstream", place: string) {
    const args = ["run", "-A", "--quiet", "tests/events/release_main.ts", release, adapter, place] as const;
    this.#child = denoCommand([...args], { stdin: "piped", stdout: "piped", stderr: "inherit" }).spawn();
    this.#writer = this.#child.stdin.getWriter();
    this.#lines = linesOf(this.#child.stdout);
  }

  /** Sends a command, and returns the answer. */
  async ask(command: string): Promise<unknown> {
    await this.#writer.write(new TextEncoder().encode(`${command}\n`));
    const { done, value } = await this.#lines.next();
    if (done) throw new Error(`The process ended before it answered "${command}"`);
    return JSON.parse(value);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#writer.close();
    assertEquals((await this.#lines.next()).done, true);
    assertEquals((await this.#child.status).code, 0);
  }
}

async function* linesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<string, void, void> {
  let rest = "";
  const decoder = new TextDecoder();
  for await (const bytes of stream) {
    const complete = (rest + decoder.decode(bytes, { stream: true })).split("\n");
    rest = complete.pop()!;
    yield* complete;
  }
}
