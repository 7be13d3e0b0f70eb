/** A leadership and 16 shards move to other processes when the leader leaves, and when the leader is killed. */
import type { Row } from "../report.ts";
import type { Scale } from "../scale.ts";
import { until, WorkerProcess } from "./worker_process.ts";

const SHARDS = 16;
/** Milliseconds. */
const HEARTBEAT = 1_000;
/** Milliseconds. */
const TTL = 5_000;

/** See the top of this file. */
export async function* benchFailover(url: string, scale: Scale): AsyncGenerator<Row, void, void> {
  const pace = scale.isFull ? { heartbeat: HEARTBEAT, ttl: TTL } : { heartbeat: 100, ttl: 1_000 };
  const workers = ["f0", "f1", "f2", "f3"].map((name) => new WorkerProcess(url, name, pace));
  await using stack = new AsyncDisposableStack();
  for (const worker of workers) stack.use(worker);
  await until("all processes host", () => workers.every(({ members }) => members === workers.length));
  for (const worker of workers) worker.send({ claim: true });
  const isOwnedBy = (owners: readonly WorkerProcess[]) => () =>
    owners.some(({ isLeader }) => isLeader) && owners.reduce((sum, { owned }) => sum + owned, 0) === SHARDS;
  await until("everything is owned", isOwnedBy(workers));
  const group = "a leader and 16 shards, heartbeat 1 s, ttl 5 s";

  const leaving = removeLeader(workers);
  leaving.send({ leave: true });
  const left = await until("everything is owned after a process has left", isOwnedBy(workers));
  yield { group, name: "owned again after their node left", measured: left, unit: "ms", reach: 2_000, stretch: 500 };

  const killed = removeLeader(workers);
  killed.kill();
  const failover = await until("everything is owned after a process was killed", isOwnedBy(workers));
  yield {
    group,
    name: "owned again after kill -9 of their node",
    measured: failover,
    unit: "ms",
    reach: TTL + 4 * HEARTBEAT,
    note: "at most ttl and 4 heartbeats: 9 s",
  };
}

/** Removes the leader from a list of processes, and returns it. */
function removeLeader(workers: WorkerProcess[]): WorkerProcess {
  const [leader] = workers.splice(workers.findIndex(({ isLeader }) => isLeader), 1);
  return leader!;
}
