/**
 * A process of the hosting benches. It hosts counters, leads and shares shards, and runs commands that `WorkerProcess`
 * sends.
 *
 * ```sh
 * worker.ts <url> <name> <heartbeat> <ttl>
 * ```
 *
 * @module
 */
import { connect } from "@nats-io/transport-node";
import { jetstream } from "../../adapters/jetstream/mod.ts";
import { hostActors } from "../../hosting.ts";
import { execute } from "../../mod.ts";
import { counter, CounterEvents } from "../state/counter.ts";
import { lines } from "./lines.ts";

/** An instruction from the bench: one line of JSON. */
export type Order =
  | { readonly run: "plain" | "hosted"; readonly prefix: string; readonly commands: number; readonly flight: number }
  | { readonly claim: true }
  | { readonly leave: true };

/** A message to the bench: one line of JSON. */
export interface Report {
  /** The number of hosting nodes that the process knows. */
  readonly members?: number;
  /** The number of failed commands. */
  readonly failed?: number;
  /** Whether the process is the leader. */
  readonly isLeader?: boolean;
  /** The number of shards that the process owns. */
  readonly owned?: number;
}

/** The number of actors that all processes share. */
const ACTORS = 10;
const SHARDS = 16;
/** The maximum number of executions of a plain command, which conflicts with other commands. */
const ATTEMPTS = 1_000;

const [url = "", name = "", heartbeat = "", ttl = ""] = Deno.args;
const connection = await connect({ servers: [url], noAsyncTraces: true });
const backend = await jetstream({ connection, timeout: 60_000 });
const pace = { heartbeat: Number(heartbeat), ttl: Number(ttl) };
const cluster = await backend.join({ name, ...pace, onError: () => {} });
const store = backend.store("hosting", CounterEvents);
const host = hostActors(store, counter, { cluster, name: "counters", maxRequestAge: 10_000 });

let isLeader = false;
let owned = 0;

const members = () =>
  cluster.members.filter(({ services }) => services.some((one) => one.startsWith("actors:"))).length;
report({ members: members() });
cluster.onChange(() => report({ members: members() }));

for await (const line of lines(Deno.stdin.readable)) {
  const order: Order = JSON.parse(line);
  if ("run" in order) await run(order.run, order.prefix, order.commands, order.flight);
  else if ("claim" in order) claim();
  else break;
}
await host.close();
await cluster.close();
Deno.exit(0);

async function run(kind: "plain" | "hosted", prefix: string, commands: number, flight: number): Promise<void> {
  let left = commands;
  let failed = 0;
  await Promise.all(Array.from({ length: flight }, async () => {
    while (left-- > 0) {
      const actorId = `${prefix}.${Math.floor(Math.random() * ACTORS)}`;
      try {
        if (kind === "hosted") await host.execute(actorId, 1);
        else await execute(store, counter, actorId, 1, { attempts: ATTEMPTS });
      } catch {
        failed++;
      }
    }
  }));
  report({ failed });
}

function claim(): void {
  void cluster.lead("bench", async ({ signal }) => {
    report({ isLeader: isLeader = true, owned });
    await aborted(signal);
    isLeader = false;
  }).catch(() => {});
  cluster.share("bench", SHARDS, async (_, { signal }) => {
    report({ isLeader, owned: ++owned });
    await aborted(signal);
    report({ isLeader, owned: --owned });
  });
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

function report(message: Report): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${JSON.stringify(message)}\n`));
}
