/** The messages of an idle cluster of three nodes, as the server counts them: heartbeats, scans and their replies. */
import type { NatsServer } from "../../tools/nats_server.ts";
import type { Row } from "../report.ts";
import type { Scale } from "../scale.ts";
import { until, WorkerProcess } from "./worker_process.ts";

const NODES = 3;
/** The defaults of `join`, in milliseconds. */
const PACE = { heartbeat: 2_000, ttl: 20_000 } as const;
/** Milliseconds of one measurement. */
const SPAN = 20_000;

/** The message counters of a server. */
interface Counts {
  readonly in_msgs: number;
  readonly out_msgs: number;
}

/** See the top of this file. */
export async function* benchTraffic(server: NatsServer, scale: Scale): AsyncGenerator<Row, void, void> {
  const workers = Array.from({ length: NODES }, (_, i) => new WorkerProcess(server.url, `t${i}`, PACE));
  await using stack = new AsyncDisposableStack();
  for (const worker of workers) stack.use(worker);
  await until("all processes host", () => workers.every(({ members }) => members === NODES));
  const span = scale.isFull ? SPAN : PACE.heartbeat;
  const before = await countsOf(server);
  const began = performance.now();
  await new Promise((resolve) => setTimeout(resolve, span));
  const after = await countsOf(server);
  const seconds = (performance.now() - began) / 1_000;
  const rate = (count: keyof Counts) => (after[count] - before[count]) / seconds / NODES;
  const group = "an idle cluster of 3 nodes, heartbeat 2 s, messages of one node";
  yield { group, name: "to the server", measured: rate("in_msgs"), unit: "/s", reach: 1.05 };
  yield { group, name: "from the server", measured: rate("out_msgs"), unit: "/s", reach: 3.15 };
}

async function countsOf(server: NatsServer): Promise<Counts> {
  return await (await fetch(`${server.monitoringUrl}/varz`)).json();
}
