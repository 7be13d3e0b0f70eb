/**
 * A process of the hosting benches: it hosts counters, leads and shares shards, and runs commands as `WorkerProcess` says.
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

/** A line from the bench. */
export type Order =
  | { readonly run: "plain" | "hosted"; readonly prefix: string; readonly commands: number; readonly flight: number }
  | { readonly claim: true }
  | { readonly leave: true };

/** A line to the bench. */
export interface Report {
  /** Hosting nodes that it sees. */
  readonly members?: number;
  /** Commands that failed. */
  readonly failed?: number;
  /** Whether it leads, and the number of shards that it owns. */
  readonly isLeader?: boolean;
  readonly owned?: number;
}

/** Actors of the benches with several processes. */
const ACTORS = 10;
const SHARDS = 16;
/** Executions of a plain command, which conflicts with others. */
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
say({ members: members() });
cluster.onChange(() => say({ members: members() }));

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
  say({ failed });
}

function claim(): void {
  void cluster.lead("bench", async ({ signal }) => {
    say({ isLeader: isLeader = true, owned });
    await aborted(signal);
    isLeader = false;
  }).catch(() => {});
  cluster.share("bench", SHARDS, async (_, { signal }) => {
    say({ isLeader, owned: ++owned });
    await aborted(signal);
    say({ isLeader, owned: --owned });
  });
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

function say(report: Report): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${JSON.stringify(report)}\n`));
}
