/**
 * Hosted commands between processes. The first bench compares an owner in another process with an owner in this
 * process. In the second bench, seven processes execute commands on the same ten actors, by hosts and by `execute` with
 * retries.
 */
import type { Cluster } from "../../cluster.ts";
import { hostActors } from "../../hosting.ts";
import type { EventStore } from "../../mod.ts";
import { hashOf, ownerOf } from "../../src/coordination/placement.ts";
import { type AsyncCandidate, measureAsync } from "../measure.ts";
import { figure, type Row } from "../report.ts";
import type { Scale } from "../scale.ts";
import { counter, type CounterEvents } from "../state/counter.ts";
import { until, WorkerProcess } from "./worker_process.ts";

const PROCESSES = 7;
/** The number of concurrent commands of each process. */
const FLIGHT = 8;
/** Milliseconds. Sessions survive the load of all processes on few processors. */
const PACE = { heartbeat: 2_000, ttl: 60_000 } as const;

/** See the top of this file. */
export async function* benchProcesses(
  url: string,
  store: EventStore<CounterEvents>,
  cluster: Cluster,
  scale: Scale,
): AsyncGenerator<Row, void, void> {
  yield await benchOtherProcess(url, store, cluster, scale);
  yield await benchContention(url, store, scale);
}

async function benchOtherProcess(
  url: string,
  store: EventStore<CounterEvents>,
  cluster: Cluster,
  scale: Scale,
): Promise<Row> {
  await using worker = new WorkerProcess(url, "w0", PACE);
  await using host = hostActors(store, counter, { cluster, name: "counters" });
  await until(
    "both processes host",
    () =>
      worker.members === 2 &&
      cluster.members.filter(({ services }) => services.includes("actors:hosting:counters")).length === 2,
  );
  const members = [cluster.name, worker.name].sort().map((name) => ({ name, hash: hashOf(name) }));
  const actors = Array.from({ length: 200 }, (_, i) => `other.${i}`);
  const ownedBy = (name: string) => actors.find((id) => ownerOf(members, hashOf(id))!.name === name)!;
  const operations = scale.count(200);
  const candidate = (name: string, actorId: string): AsyncCandidate<number> => ({
    name,
    operations,
    prepare: async () => (await host.execute(actorId, 1)).version,
    async run(before) {
      let version = before;
      for (let i = 0; i < operations; i++) ({ version } = await host.execute(actorId, 1));
      return version - before;
    },
  });
  const measured = await measureAsync(scale.rounds(11), [
    candidate("there", ownedBy(worker.name)),
    candidate("here", ownedBy(cluster.name)),
  ]);
  if (host.stats.fallbacks > 0) {
    throw new Error(`Cannot measure: ${host.stats.fallbacks} commands were not executed by their owner`);
  }
  return {
    group: "a hosted command",
    name: "owner in another process / owner in this process",
    measured: measured.timeRatio("there", "here"),
    unit: "of the time",
    reach: 4,
    stretch: 3,
    note: `${figure(measured.nanoseconds("there") / 1_000)}, ${figure(measured.nanoseconds("here") / 1_000)} µs`,
  };
}

async function benchContention(url: string, store: EventStore<CounterEvents>, scale: Scale): Promise<Row> {
  const names = Array.from({ length: PROCESSES }, (_, i) => `w${i + 1}`);
  const workers = names.map((name) => new WorkerProcess(url, name, PACE));
  await using stack = new AsyncDisposableStack();
  for (const worker of workers) stack.use(worker);
  await until("all processes host", () => workers.every(({ members }) => members === PROCESSES));
  const commands = scale.count(150);
  const ratesOf: Record<"plain" | "hosted", number[]> = { plain: [], hosted: [] };
  for (let round = 0; round < scale.rounds(4); round++) {
    const order = round % 2 === 0 ? ["plain", "hosted"] as const : ["hosted", "plain"] as const;
    for (const kind of order) {
      const prefix = `shared.${kind}.${round}`;
      const began = performance.now();
      const failed = await Promise.all(workers.map((worker) => worker.run(kind, prefix, commands, FLIGHT)));
      const seconds = (performance.now() - began) / 1_000;
      const lost = failed.reduce((sum, count) => sum + count, 0);
      if (lost > 0) throw new Error(`Cannot measure: ${lost} ${kind} commands failed`);
      const versions = await Promise.all(Array.from({ length: 10 }, (_, i) => store.latestVersion(`${prefix}.${i}`)));
      const stored = versions.reduce((sum, version) => sum + version, 0);
      if (stored !== PROCESSES * commands) {
        throw new Error(`Cannot measure: ${stored} of ${PROCESSES * commands} commands are stored`);
      }
      ratesOf[kind].push(stored / seconds);
    }
  }
  const rate = (kind: "plain" | "hosted") => ratesOf[kind].toSorted((a, b) => a - b)[ratesOf[kind].length >> 1]!;
  return {
    group: "7 processes with 8 commands in flight each, on 10 actors",
    name: "hosted commands vs execute with retries",
    measured: rate("hosted") / rate("plain"),
    unit: "x",
    reach: 6,
    stretch: 15,
    note: `${figure(rate("hosted"))} and ${figure(rate("plain"))} commands a second`,
  };
}
