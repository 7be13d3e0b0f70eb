import { conformanceCases } from "@flowmade-one/aether/conformance";
import { jetstream } from "@flowmade-one/aether/jetstream";
import { connect, type NatsConnection } from "@nats-io/transport-node";
import {
  NATS_SERVER_VERSIONS,
  type NatsServer,
  natsServerForTests,
  type NatsServerVersion,
  startNatsServer,
} from "../../tools/nats_server.ts";

const notYet = { reason: "retention is not offered yet" };

/** The servers that run, and the connections of the case that runs. */
const servers = new Map<NatsServerVersion, NatsServer>();
const connections: NatsConnection[] = [];

/** A connection of its own for each backend, as processes have. */
async function connected(version: NatsServerVersion): Promise<NatsConnection> {
  const connection = await connect({ servers: servers.get(version)!.url, noAsyncTraces: true });
  connections.push(connection);
  return connection;
}

for (const version of NATS_SERVER_VERSIONS) {
  const answer = await natsServerForTests(version);

  Deno.test.beforeAll(async () => {
    if (!("skip" in answer)) servers.set(version, await startNatsServer({ binary: answer.binary }));
  });
  Deno.test.afterAll(async () => {
    await servers.get(version)?.[Symbol.asyncDispose]();
  });

  const cases = conformanceCases({
    open: async (options) => jetstream({ connection: await connected(version), ...options }),
    sharedStorage: () => async () => jetstream({ connection: await connected(version) }),
    retainCommits: notYet,
    retainBytes: notYet,
    retainAge: notYet,
    quotaCommits: async (maxCommits) => jetstream({ connection: await connected(version), quota: { maxCommits } }),
    quotaBytes: version === "2.9.10"
      ? { reason: "before 2.10, a stream with a limit of bytes loses messages" }
      : async (maxBytes) => jetstream({ connection: await connected(version), quota: { maxBytes } }),
  });
  for (const { title, skip, run } of cases) {
    Deno.test({ name: `${version}: ${title}`, ignore: skip !== undefined || "skip" in answer, fn: run });
  }
}

Deno.test.afterEach(async () => {
  await Promise.all(connections.splice(0).map((connection) => connection.close()));
});
