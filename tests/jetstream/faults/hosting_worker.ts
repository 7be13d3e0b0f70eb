/**
 * A process that hosts counters and executes commands for them. {@link HostingProcess} starts it. The process reads
 * lines of JSON from stdin and writes lines of JSON to stdout.
 *
 * ```sh
 * hosting_worker.ts <url> <name> <build: 1 or 2> <number of hosting processes to wait for, this one included>
 * ```
 *
 * @module
 */
import { hostActors } from "@flowmade-one/aether/hosting";
import { jetstream } from "@flowmade-one/aether/jetstream";
import { connect } from "@nats-io/transport-node";
import { counterOf, Counts } from "./counter.ts";
import { textLines } from "./text_lines.ts";

/** An instruction of the test: one line of stdin. */
type Instruction =
  | { readonly run: { readonly actors: number; readonly commands: number; readonly concurrency: number } }
  | { readonly stop: true }
  | { readonly leave: true };

const [url = "", name = "", build = "", size = ""] = Deno.args;

const connection = await connect({ servers: [url], noAsyncTraces: true, maxReconnectAttempts: -1 });
const backend = await jetstream({ connection, timeout: 60_000 });
const cluster = await backend.join({ name, heartbeat: 200, ttl: 20_000 });
const store = backend.store("counts", Counts);
const host = hostActors(store, counterOf(build === "2" ? 2 : 1), { cluster, name: "counters" });

const hostingNodes = () => cluster.members.filter(({ services }) => services.length > 0).length;
while (hostingNodes() < Number(size)) await new Promise((resolve) => setTimeout(resolve, 10));
write({ ready: true });

let isStopped = false;

/** Executes commands, `concurrency` of them at a time, and then reports. */
async function run(actors: number, commands: number, concurrency: number): Promise<void> {
  isStopped = false;
  let executed = 0;
  const errors: string[] = [];
  await Promise.all(Array.from({ length: concurrency }, async () => {
    while (executed < commands && !isStopped) {
      const n = executed++;
      const id = `${name}.${build}.${n}`;
      const command = build === "2" && n % 2 === 1 ? { double: id } : { count: id };
      try {
        await host.execute(`counter.${n % actors}`, command);
      } catch (error) {
        errors.push(String(error));
      }
    }
  }));
  write({ executed, errors, stats: host.stats });
}

for await (const line of textLines(Deno.stdin.readable)) {
  const instruction: Instruction = JSON.parse(line);
  if ("run" in instruction) {
    const { actors, commands, concurrency } = instruction.run;
    void run(actors, commands, concurrency);
  } else if ("stop" in instruction) isStopped = true;
  else break;
}
await host.close();
await cluster.close();
await backend.close();
await connection.close();

function write(message: object): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${JSON.stringify(message)}\n`));
}
