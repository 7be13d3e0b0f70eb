import { conformanceCases } from "@flowmade-one/aether/conformance";
import { type CommitCodec, jetstream, type JetStreamOptions } from "@flowmade-one/aether/jetstream";
import { connect, type NatsConnection } from "@nats-io/transport-node";
import {
  NATS_SERVER_VERSIONS,
  natsServerForTests,
  type NatsServerVersion,
  startNatsCluster,
  startNatsServer,
} from "../../tools/nats_server.ts";
import { LaterTime } from "./_support/later_time.ts";
import { masked } from "./_support/masked.ts";
import { openDriver } from "./_support/open_records.ts";
import { CONNECTION, QUICK, TEST_TIMEOUT_MS } from "./_support/test_server.ts";

/** Milliseconds that commits stay where they expire by age: what a case does between two waits takes far less. */
const AGE = 3_600_000;

/** Milliseconds, far more than anything takes on a busy machine: for a case, and for one operation. */
const PATIENCE = 180_000;
const TIMEOUT = 60_000;

/** The servers on which the cases run. */
interface Target {
  readonly name: string;
  readonly version: NatsServerVersion;
  /** More than 1: on a cluster of as many servers. */
  readonly replicas: number;
  /** The form in which commits are stored, where it is not JSON. */
  readonly codec?: CommitCodec;
  /** Absent: commits are republished. Cases of the bus between processes need that, and run with it on every target. */
  readonly republish?: false;
}

const TARGETS: readonly Target[] = [
  ...NATS_SERVER_VERSIONS.map((version) => ({ name: `nats-server ${version}`, version, replicas: 1 })),
  { name: "3 replicas", version: "2.15.1", replicas: 3 },
  { name: "commits of another form, not republished", version: "2.15.1", replicas: 1, codec: masked, republish: false },
];

/** The running servers, and the connections of the running case. */
const running = new Map<Target, AsyncDisposable & { readonly urls: readonly string[] }>();
const connections: NatsConnection[] = [];

/** A connection of its own for each backend, as processes have. */
async function connected(target: Target): Promise<NatsConnection> {
  const connection = await connect({ servers: [...running.get(target)!.urls], ...CONNECTION });
  connections.push(connection);
  return connection;
}

async function start(target: Target, binary: string): Promise<void> {
  if (target.replicas > 1) return void running.set(target, await startNatsCluster(target.replicas, { binary }));
  const server = await startNatsServer({ binary });
  running.set(target, { urls: [server.url], [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() });
}

for (const target of TARGETS) {
  if (QUICK && (target.version !== NATS_SERVER_VERSIONS[0] || target.replicas > 1)) continue;
  const { name, version, replicas, codec, republish } = target;
  const answer = await natsServerForTests(version);

  Deno.test.beforeAll(async () => {
    if (!("skip" in answer)) await start(target, answer.binary);
  });
  Deno.test.afterAll(async () => {
    await running.get(target)?.[Symbol.asyncDispose]();
  });

  const open = async (options: Partial<JetStreamOptions> = {}) =>
    jetstream({
      connection: options.connection ?? await connected(target),
      replicas,
      codec,
      republish,
      timeout: TIMEOUT,
      ...options,
    });
  const cases = conformanceCases({
    open,
    sharedStorage: () => () => open(),
    sharedBus: () => () => open({ republish: true }),
    records: () => async () => openDriver(await connected(target), { replicas, timeout: TIMEOUT }),
    calls: () => async () => openDriver(await connected(target), { replicas, timeout: TIMEOUT }),
    retainCommits: (maxCommits) => open({ retention: { maxCommits } }),
    retainBytes: (maxBytes) => open({ retention: { maxBytes } }),
    retainAge: version === "2.9.10" ? { reason: "before 2.10, a server does not tell its time" } : async () => {
      const time = new LaterTime(await connected(target));
      return {
        backend: await open({ connection: time.connection, retention: { maxAge: AGE } }),
        advanceTime: (lifetimes) => time.pass(lifetimes * AGE),
      };
    },
    quotaCommits: (maxCommits) => open({ quota: { maxCommits } }),
    quotaBytes: version === "2.9.10"
      ? { reason: "before 2.10, a stream with a limit of bytes loses messages" }
      : (maxBytes) => open({ quota: { maxBytes } }),
    timeout: PATIENCE,
  });
  for (const { title, skip, run } of cases) {
    Deno.test({
      name: `${title} (${name})`,
      ignore: skip !== undefined || "skip" in answer,
      timeout: TEST_TIMEOUT_MS,
      fn: run,
    });
  }
}

Deno.test.afterEach(async () => {
  await Promise.all(connections.splice(0).map((connection) => connection.close()));
});
