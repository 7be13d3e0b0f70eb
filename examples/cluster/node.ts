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
import { screening, type ScreeningCommand, ScreeningEvents, SCREENINGS, SoldOut, toCommand } from "./screening.ts";

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

/** Aborted when the node begins to shut down. */
const ending = new AbortController();
const report = (error: unknown) => console.log(`error: ${error}`);

const connection = await connect({ servers: [url], name, maxReconnectAttempts: -1 });
const backend = await jetstream({ connection, onError: report });
const cluster = await backend.join({ name, ...TIMING });
const reports = backend.store("reports");
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
const leading = leadNights(cluster);
const shares = cluster.share("occupancy", SHARDS, watchOccupancy);

/** Shuts down gracefully, so that other nodes take over at once. */
Deno.addSignalListener("SIGTERM", async () => {
  console.log("shuts down");
  ending.abort();
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
  if (request.method !== "POST") return refuse(405, "Only POST is allowed", { allow: "POST" });
  const command = toCommand(await request.json().catch(() => undefined));
  if (command === undefined) return refuse(400, 'The body must be {"take":"<guest>"} or {"return":"<guest>"}');
  const commitId = request.headers.get("idempotency-key") ?? undefined;
  try {
    const actorId = decodeURIComponent(new URL(request.url).pathname.slice(1));
    const { version, answer: taken } = await host.execute(actorId, command, { commitId });
    return Response.json({ version, taken });
  } catch (error) {
    const status = statusOf(error);
    if (status === 500) report(error);
    return refuse(status, error);
  }
}

function refuse(status: number, error: unknown, headers: HeadersInit = {}): Response {
  return Response.json({ error: String(error) }, { status, headers });
}

/** `docs/errors.md` has the status of every error code. */
function statusOf(error: unknown): number {
  if (error instanceof SoldOut) return 409;
  if (error instanceof URIError) return 400;
  if (!isAetherError(error)) return 500;
  if (error.code === "invalid-actor-id" || error.code === "invalid-argument") return 400;
  if (error.code === "outcome-unknown") return 504;
  return error.isRetryable ? 503 : 500;
}

/** Stands for election until the node shuts down. After a failed report, the node first waits one night. */
async function leadNights(cluster: Cluster): Promise<void> {
  const { signal } = ending;
  while (!signal.aborted) {
    try {
      await cluster.lead("nightly", reportNights, { signal });
    } catch (error) {
      if (signal.aborted) return;
      report(error);
      await pause(NIGHT, signal);
    }
  }
}

/** Writes a report each night while this node is the leader. */
async function reportNights(term: Term): Promise<void> {
  console.log(`leads the nightly report in term ${term.term}`);
  try {
    for (; term.held; await pause(NIGHT, term.signal)) await reportNight(term.signal);
  } finally {
    console.log("no longer leads the nightly report");
  }
}

/** Two processes cannot both write the report of a night, because each append expects a version. */
async function reportNight(signal: AbortSignal): Promise<void> {
  const reported = await reports.latestVersion("nightly", { signal });
  const end = await store.end({ signal }) ?? "";
  try {
    await reports.append("nightly", [{ type: "Reported", data: { end } }], { expectedVersion: reported, signal });
    console.log(`reported night ${reported + 1}`);
  } catch (error) {
    if (!isAetherError(error, "version-conflict")) throw error;
    console.log(`another process reported night ${reported + 1}`);
  }
}

/** Reads the screenings of one shard in each round. If it throws, the node calls it again one heartbeat later. */
async function watchOccupancy(shard: number, { signal }: Term): Promise<void> {
  // A node that receives several shards at a time prints them in one line.
  if (shares.owned.at(-1) === shard) console.log(`owns shards ${shares.owned.join(", ")}`);
  const actorIds = SCREENINGS.filter((_, i) => i % SHARDS === shard);
  while (!signal.aborted) {
    for (const actorId of actorIds) await store.latestVersion(actorId, { signal });
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
