import { conformanceCases } from "@flowmade-one/aether/conformance";
import { type CommitCodec, jetstream, type JetStreamOptions } from "@flowmade-one/aether/jetstream";
import { connect, type NatsConnection } from "@nats-io/transport-node";
import {
  NATS_SERVER_VERSIONS,
  natsServerForTests,
  type NatsServerVersion,
  startNatsCluster,
  startNatsServer,
} from "../../../tools/nats_server.ts";
import { ShiftedServerTime } from "./shifted_server_time.ts";
import { openDriver } from "./open_records.ts";
import { CONNECTION, QUICK, TEST_TIMEOUT_MS } from "./test_server.ts";

/** `maxAge` in milliseconds: far longer than a case, so that commits expire only when the case advances the time. */
const MAX_AGE_MS = 3_600_000;

/** Maximum milliseconds of a case: far more than it takes on a busy machine. */
const CASE_TIMEOUT_MS = 180_000;
/** Maximum milliseconds of one operation: far more than it takes on a busy machine. */
const OPERATION_TIMEOUT_MS = 60_000;

/** The servers on which the cases run. */
export interface ConformanceTarget {
  readonly name: string;
  readonly version: NatsServerVersion;
  /** The number of replicas, and of servers: more than 1 is a cluster. */
  readonly replicas: number;
  /** The codec of stored commits; by default JSON. */
  readonly codec?: CommitCodec;
  /**
   * `false` if the server does not republish commits. Cases of the bus between processes need republished commits, and
   * have them on every target.
   */
  readonly republish?: false;
}

/** The running servers of each target. */
const running = new Map<ConformanceTarget, AsyncDisposable & { readonly urls: readonly string[] }>();
/** The connections of the running case. */
const connections: NatsConnection[] = [];

/** Makes a connection. Each backend of a case has its own, as backends of different processes do. */
async function connectTo(target: ConformanceTarget): Promise<NatsConnection> {
  const connection = await connect({ servers: [...running.get(target)!.urls], ...CONNECTION });
  connections.push(connection);
  return connection;
}

async function start(target: ConformanceTarget, binary: string): Promise<void> {
  if (target.replicas > 1) return void running.set(target, await startNatsCluster(target.replicas, { binary }));
  const server = await startNatsServer({ binary });
  running.set(target, { urls: [server.url], [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() });
}

/**
 * Registers the conformance cases for a target.
 *
 * @param isIncluded Whether the case at an index is registered. Two files can thus run halves of the cases in parallel.
 */
export async function testConformance(
  target: ConformanceTarget,
  isIncluded: (index: number) => boolean = () => true,
): Promise<void> {
  if (QUICK && (target.version !== NATS_SERVER_VERSIONS[0] || target.replicas > 1)) return;
  const { name, version, replicas, codec, republish } = target;
  const answer = await natsServerForTests(version);

  Deno.test.beforeAll(async () => {
    if (!("skip" in answer)) await start(target, answer.binary);
  });
  Deno.test.afterEach(async () => {
    await Promise.all(connections.splice(0).map((connection) => connection.close()));
  });
  Deno.test.afterAll(async () => {
    await running.get(target)?.[Symbol.asyncDispose]();
  });

  const open = async (options: Partial<JetStreamOptions> = {}) =>
    jetstream({
      connection: options.connection ?? await connectTo(target),
      replicas,
      codec,
      republish,
      timeout: OPERATION_TIMEOUT_MS,
      ...options,
    });
  const cases = conformanceCases({
    open,
    sharedStorage: () => () => open(),
    sharedBus: () => () => open({ republish: true }),
    records: () => async () => openDriver(await connectTo(target), { replicas, timeout: OPERATION_TIMEOUT_MS }),
    calls: () => async () => openDriver(await connectTo(target), { replicas, timeout: OPERATION_TIMEOUT_MS }),
    retainCommits: (maxCommits) => open({ retention: { maxCommits } }),
    retainBytes: (maxBytes) => open({ retention: { maxBytes } }),
    retainAge: version === "2.9.10" ? { reason: "a server before 2.10 does not report its time" } : async () => {
      const time = new ShiftedServerTime(await connectTo(target));
      return {
        backend: await open({ connection: time.connection, retention: { maxAge: MAX_AGE_MS } }),
        advanceTime: (lifetimes) => time.advance(lifetimes * MAX_AGE_MS),
      };
    },
    quotaCommits: (maxCommits) => open({ quota: { maxCommits } }),
    quotaBytes: version === "2.9.10"
      ? { reason: "before 2.10, a stream with a limit of bytes loses messages" }
      : (maxBytes) => open({ quota: { maxBytes } }),
    timeout: CASE_TIMEOUT_MS,
  });
  for (const [index, { title, skip, run }] of cases.entries()) {
    if (!isIncluded(index)) continue;
    Deno.test({
      name: `${title} (${name})`,
      ignore: skip !== undefined || "skip" in answer,
      timeout: TEST_TIMEOUT_MS,
      fn: run,
    });
  }
}
