/**
 * One node of the cluster. It receives commands over HTTP, hosts screenings, and takes part in the nightly report and
 * in the background job. `main.ts` starts three nodes.
 *
 * ```sh
 * node.ts <NATS URL> <name>
 * ```
 *
 * @module
 */
import { isAetherError } from "@flowmade-one/aether";
import type { Cluster, Term } from "@flowmade-one/aether/cluster";
import { type ActorHost, hostActors } from "@flowmade-one/aether/hosting";
import { jetstream } from "@flowmade-one/aether/jetstream";
import { connect } from "@nats-io/transport-node";
import { screening, type ScreeningCommand, ScreeningEvents, SCREENINGS, SoldOut } from "./screening.ts";

const [url = "", name = ""] = Deno.args;

/** Milliseconds. They are shorter than the defaults, so that a demonstration shows a failover within seconds. */
const TIMING = { heartbeat: 500, ttl: 3_000 } as const;

/** Milliseconds between two nightly reports. */
const NIGHT = 2_000;
/** Milliseconds between two rounds of the background job. */
const ROUND = 1_000;

/** The number of shards of the background job. */
const SHARDS = 6;

/** A terminal sends SIGINT to all processes on Ctrl-C. A node ignores it: main.ts ends the nodes with SIGTERM later. */
Deno.addSignalListener("SIGINT", () => {});

const connection = await connect({ servers: [url], name, maxReconnectAttempts: -1 });
const backend = await jetstream({ connection });
const cluster = await backend.join({ name, ...TIMING, onError: (error) => console.log(`cluster error: ${error}`) });
const store = backend.store("cinema", ScreeningEvents);
const screenings = hostActors(store, screening, {
  cluster,
  name: "screenings",
  answer: ({ guests }) => Object.keys(guests).length,
});

const server = Deno.serve(
  { port: 0, hostname: "127.0.0.1", onListen: ({ port }) => console.log(`listens on port ${port}`) },
  (request) => answer(screenings, request),
);
const leading = leadNights(cluster).catch(() => {}); // It rejects when the cluster is closed.
const shares = cluster.share("occupancy", SHARDS, watchOccupancy);

/** Shuts down gracefully, so that other nodes take over at once. */
Deno.addSignalListener("SIGTERM", async () => {
  console.log("shuts down");
  await server.shutdown();
  await screenings.close();
  await cluster.close();
  await leading;
  await backend.close();
  await connection.close();
  console.log("has left");
  Deno.exit(0);
});

/**
 * Executes the command of a request. Its idempotency key is the commit id, so that a client may repeat it at any node.
 */
async function answer(
  host: ActorHost<ScreeningCommand, ScreeningEvents, number>,
  request: Request,
): Promise<Response> {
  const actorId = new URL(request.url).pathname.slice(1);
  const commitId = request.headers.get("idempotency-key") ?? undefined;
  try {
    const command: ScreeningCommand = await request.json();
    const { version, answer: taken } = await host.execute(actorId, command, { commitId });
    return Response.json({ version, taken });
  } catch (error) {
    if (error instanceof SoldOut) return Response.json({ error: error.message }, { status: 409 });
    const isRetryable = isAetherError(error) && error.isRetryable;
    return Response.json({ error: String(error) }, { status: isRetryable ? 503 : 500 });
  }
}

/**
 * Writes a report each night while this node is the leader. Two leaders cannot both write the report of a night,
 * because each append expects a version.
 */
async function leadNights(cluster: Cluster): Promise<void> {
  await cluster.lead("nightly", async (term: Term) => {
    const { signal } = term;
    console.log(`leads the nightly report in term ${term.term}`);
    const reports = backend.store("reports");
    while (term.held) {
      const night = await reports.latestVersion("nightly");
      const end = await store.end();
      await reports.append("nightly", [{ type: "Reported", data: { end: end ?? "" } }], {
        expectedVersion: night,
      });
      console.log(`reported night ${night + 1}`);
      await pause(NIGHT, signal);
    }
    console.log("no longer leads the nightly report");
  });
}

/** Reads the screenings of one shard in each round. */
async function watchOccupancy(shard: number, { signal }: Term): Promise<void> {
  // A node that receives several shards at a time prints them in one line.
  if (shares.owned.at(-1) === shard) console.log(`owns shards ${shares.owned.join(", ")}`);
  while (!signal.aborted) {
    for (const actorId of SCREENINGS.filter((_, i) => i % SHARDS === shard)) await store.latestVersion(actorId);
    await pause(ROUND, signal);
  }
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener("abort", () => (clearTimeout(timer), resolve()), { once: true });
  });
}
