/**
 * One node of a cluster, as a process. It runs for the leadership "boss", shares the 6 shards of "work", and appends a
 * line to the ledger for each step as an owner. It leaves when its standard input ends.
 */
import type { Backend } from "@flowmade-one/aether";
import type { Cluster, Term } from "@flowmade-one/aether/cluster";
import type { LedgerLine, NodeSettings } from "./cluster_ledger.ts";

/** Milliseconds between two steps of an owner. */
const STEP_INTERVAL_MS = 20;

const { ledger, name, storage, replicas, heartbeat, ttl, hasOnError }: NodeSettings = JSON.parse(Deno.args[0]!);

/** A backend, and a function that closes it. */
interface Opened {
  readonly backend: Backend;
  close(): Promise<void>;
}

async function openFile(url: string): Promise<Opened> {
  const { sqlite } = await import("@flowmade-one/aether/sqlite");
  const backend = await sqlite({ path: new URL(url).pathname });
  return { backend, close: () => backend.close() };
}

async function connectTo(servers: readonly string[]): Promise<Opened> {
  const { jetstream } = await import("@flowmade-one/aether/jetstream");
  const { connect } = await import("@nats-io/transport-node");
  const { CONNECTION } = await import("../jetstream/_support/test_server.ts");
  const lasting = { ...CONNECTION, maxReconnectAttempts: -1, reconnectTimeWait: 50 };
  const connection = await connect({ servers: [...servers], ...lasting });
  const backend = await jetstream({ connection, replicas, timeout: 5_000 });
  const close = async () => {
    await backend.close();
    await connection.close();
  };
  return { backend, close };
}

function write(line: Omit<LedgerLine, "node" | "at">): void {
  Deno.writeTextFileSync(ledger, `${JSON.stringify({ node: name, at: Date.now(), ...line })}\n`, { append: true });
}

/** Makes a step every {@link STEP_INTERVAL_MS} until the term ends. */
async function own(key: string, term: Term): Promise<void> {
  while (!term.signal.aborted) {
    if (term.held) {
      write({ key, term: term.term });
      // SIGSTOP may have stopped the process between the check and the write.
      if (!term.held) write({ key, late: term.term });
    }
    await new Promise((resolve) => setTimeout(resolve, STEP_INTERVAL_MS));
  }
}

async function lead(cluster: Cluster): Promise<void> {
  await cluster.lead("boss", (term) => own("boss", term)).catch((error) => write({ error: `${error}` }));
}

const { backend, close } = await (storage[0]!.startsWith("file:") ? openFile(storage[0]!) : connectTo(storage));
const onError = hasOnError ? (error: unknown) => write({ error: `${error}` }) : undefined;
const cluster = await backend.join({ name, heartbeat, ttl, onError });
let session: string | undefined;
const watch = setInterval(() => {
  if (cluster.session === session) return;
  session = cluster.session;
  write({ session: session ?? "none" });
}, 10);
const leading = lead(cluster);
cluster.share("work", 6, (shard, term) => own(`shard.${shard}`, term));

for await (const _ of Deno.stdin.readable);
clearInterval(watch);
await cluster.close();
await leading;
await close();
