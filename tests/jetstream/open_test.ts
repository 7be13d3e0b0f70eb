import { isAetherError } from "@flowmade-one/aether";
import {
  jetstream,
  type JetStreamConnection,
  type JetStreamOptions,
  provision,
  renewLogIdentity,
} from "@flowmade-one/aether/jetstream";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { NatsConnection } from "@nats-io/transport-node";
import { NATS_SERVER_VERSIONS } from "../../tools/nats_server.ts";
import { ask } from "./_support/ask_server.ts";
import { codeOf, failureOf } from "./_support/failure_of.ts";
import { testOnServer } from "./_support/test_server.ts";

/** A check by the compiler: a connection of nats.js has the type that the adapter requires. */
export function accept(connection: NatsConnection): JetStreamConnection {
  return connection;
}

for (const version of NATS_SERVER_VERSIONS) {
  await testOnServer("jetstream() refuses a server without JetStream, and names the fix", async ({ connect }) => {
    const error = await failureOf(jetstream({ connection: await connect() }));
    assert(isAetherError(error, "unsupported-storage"), String(error));
    assertStringIncludes(error.message, "JetStream is disabled");
    assertStringIncludes(error.message, "Start nats-server with -js");
  }, { version, jetstream: false });
}

const accounts = `
  accounts {
    plain { users: [{ user: plain, password: p }] }
    streams { jetstream: enabled, users: [{ user: streams, password: p }] }
  }
  no_auth_user: plain
`;

await testOnServer(
  "jetstream() refuses an account without JetStream, and accepts another account of the same server",
  async ({ connect }) => {
    const plain = await connect({ user: "plain", pass: "p" });
    assertEquals(await codeOf(jetstream({ connection: plain })), "unsupported-storage");
    const streams = await connect({ user: "streams", pass: "p" });
    await using backend = await jetstream({ connection: streams });
    assertEquals(backend.capabilities.durability, "process");
  },
  { config: accounts },
);

await testOnServer("jetstream() refuses a closed connection", async ({ connect }) => {
  const connection = await connect();
  await connection.close();
  assertEquals(await codeOf(jetstream({ connection })), "unavailable");
});

await testOnServer("jetstream() and provision() refuse invalid options before any request", async ({ connect }) => {
  const connection = await connect();
  const refused: [options: unknown, argument: string, reason: string][] = [
    [{}, "connection", "it is missing"],
    [{ connection: {} }, "connection", "it has no methods of a connection"],
    [{ connection: null }, "connection", "it is null"],
    [{ connection, prefix: "" }, "prefix", "it is empty"],
    [{ connection, prefix: "a.b" }, "prefix", "it has two tokens"],
    [{ connection, prefix: "a*" }, "prefix", "it has a wildcard"],
    [{ connection, prefix: "a".repeat(33) }, "prefix", "it is too long"],
    [{ connection, prefix: 7 }, "prefix", "it is not a string"],
    [{ connection, replicas: 0 }, "replicas", "a stream has one replica at least"],
    [{ connection, replicas: 6 }, "replicas", "JetStream stores 5 replicas at most"],
    [{ connection, replicas: "3" }, "replicas", "it is not a number"],
    [{ connection, republish: "off" }, "republish", "it is neither true nor false"],
    [{ connection, storage: "disk" }, "storage", "the storage does not exist"],
    [{ connection, storage: null }, "storage", "it is null"],
    [{ connection, maxCommitBytes: 0 }, "maxCommitBytes", "no commit would fit"],
    [{ connection, cachedActors: -1 }, "cachedActors", "it is negative"],
    [{ connection, timeout: 0 }, "timeout", "it is zero"],
    [{ connection, timeout: 2 ** 31 }, "timeout", "it is longer than the longest timer"],
    [{ connection, timeout: 1.5 }, "timeout", "it is not whole"],
    [{ connection, prefx: "a" }, "prefx", "the option does not exist"],
    [{ connection, now: 7 }, "now", "it is not a function"],
    [{ connection, newId: "id" }, "newId", "it is not a function"],
    [{ connection, onGrantUsed: {} }, "onGrantUsed", "it is not a function"],
    [{ connection, onError: null }, "onError", "it is not a function"],
    [{ connection, quota: {} }, "quota", "it has no limit"],
    [{ connection, quota: { maxCommits: 0 } }, "quota.maxCommits", "no commit would fit"],
    [{ connection, quota: { maxBytes: 1.5 } }, "quota.maxBytes", "it is not whole"],
    [{ connection, quota: { maxAge: 1 } }, "maxAge", "a quota has no limit of age"],
    [undefined, "options", "they are missing"],
  ];
  const { outMsgs } = connection.stats();
  for (const [options, argument, reason] of refused) {
    for (const open of [jetstream, (options: JetStreamOptions) => provision(["t"], options)]) {
      const error = await failureOf(open(options as JetStreamOptions));
      assert(isAetherError(error, "invalid-argument"), `${reason}: ${error}`);
      assertEquals(error.argument, argument, reason);
    }
  }
  assertEquals(connection.stats().outMsgs, outMsgs, "no request was sent");
  for (const prefix of ["a", "A-z_9", "a".repeat(32)]) await (await jetstream({ connection, prefix })).close();
});

Deno.test("jetstream() refuses an invalid option, and its error names the valid values", async () => {
  const nothing = () => {};
  const connection = { isClosed: nothing, publish: nothing, rtt: nothing, status: nothing, subscribe: nothing };
  const rows: [options: unknown, message: string][] = [
    [connection, "jetstream takes options, not a connection: pass { connection }"],
    [undefined, "The options of jetstream are missing: pass an object with connection, prefix"],
    [{}, "connection is missing: it must be a connection of nats.js"],
    [{ connection: {} }, "connection must be a connection of nats.js"],
    [{ connection, timeout: "15s" }, 'timeout must be a whole number of milliseconds, 1 to 2147483647, not "15s"'],
    [{ connection, maxCommitBytes: 0 }, "maxCommitBytes must be a whole number of bytes, 1 or more, not 0"],
    [{ connection, storage: 1n }, 'storage must be "file" or "memory", not the bigint 1'],
    [{ connection, prefix: 1n }, "prefix must be one token of 1 to 32 characters A-Z a-z 0-9 _ -, not the bigint 1"],
    [
      { connection, retention: { maxAge: "30d" } },
      "retention.maxAge must be a whole number of milliseconds, 1 or more",
    ],
  ];
  for (const [options, message] of rows) {
    assertStringIncludes(String(await failureOf(jetstream(options as JetStreamOptions))), message);
  }
});

for (const call of [provision, renewLogIdentity]) {
  for (const namespaces of [undefined, "t", {}]) {
    Deno.test(`${call.name}() refuses ${JSON.stringify(namespaces)} as its namespaces`, async () => {
      const error = await failureOf((call as (...args: unknown[]) => Promise<void>)(namespaces, {}));
      assert(isAetherError(error, "invalid-argument") && error.argument === "namespaces", String(error));
    });
  }
}

await testOnServer("jetstream() refuses more replicas than the server can store", async ({ connect }) => {
  const opening = jetstream({ connection: await connect(), replicas: 2 });
  const error = await failureOf(opening);
  assert(isAetherError(error, "unsupported-storage"), String(error));
  assertStringIncludes(error.message, "not part of a cluster");
});

await testOnServer("jetstream() refuses replicas on nats-server 2.9.20 and older", async ({ connect }) => {
  // On these servers, two appends with the same expected sequence may both succeed.
  const error = await failureOf(jetstream({ connection: await connect(), replicas: 3 }));
  assert(isAetherError(error, "unsupported-storage"), String(error));
  assertStringIncludes(error.message, "2.9.21 or newer");
}, { version: "2.9.10" });

await testOnServer(
  'jetstream({ storage: "memory" }) declares durability "none", and stores in memory',
  async ({ connect }) => {
    const connection = await connect();
    await using backend = await jetstream({ connection, storage: "memory", cachedActors: 0 });
    assertEquals(backend.capabilities.durability, "none");
    const store = backend.store("t");
    for (const expectedVersion of [0, 1]) await store.append("a", [{ type: "T", data: 1 }], { expectedVersion });
    await store.snapshots.put("a", { version: 1, schema: 1, eventId: "e", state: 1 });
    for (const stream of ["t_events", "t_snapshots"]) {
      const { config } = await ask<{ config: { storage: string } }>(connection, `STREAM.INFO.${stream}`);
      assertEquals(config.storage, "memory");
    }
  },
);
