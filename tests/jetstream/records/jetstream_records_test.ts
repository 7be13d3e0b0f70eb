import { isAetherError } from "@flowmade-one/aether";
import type { Records, RecordScan } from "@flowmade-one/aether/adapter";
import { assert, assertEquals, assertNotEquals, assertStringIncludes } from "@std/assert";
import { checkRecordsStream, recordsConfig } from "../../../adapters/jetstream/records/records_stream.ts";
import type { StreamConfig } from "../../../adapters/jetstream/streams/stream_settings.ts";
import { NATS_SERVER_VERSIONS } from "../../../tools/nats_server.ts";
import { ask, lastMessage } from "../_support/ask_server.ts";
import { Backup } from "../_support/backup.ts";
import { deleteStream } from "../_support/delete_stream.ts";
import { codeOf } from "../_support/failure_of.ts";
import { encode, openDriver, openRecords } from "../_support/open_records.ts";
import { TcpProxy } from "../_support/tcp_proxy.ts";
import { testOnServer } from "../_support/test_server.ts";

/** Options of a connection that reconnects without end. */
const RECONNECT = { reconnectTimeWait: 20, maxReconnectAttempts: -1 };

async function put(records: Records, key: string, value: string, expected: number): Promise<number> {
  const revision = await records.put(key, encode(value), expected);
  assert(revision !== undefined, `the put of ${key} over ${expected} was refused`);
  return revision;
}

async function valuesOf(scan: RecordScan | Promise<RecordScan>): Promise<string[]> {
  return (await scan).entries.map(({ key, value }) => `${key}=${new TextDecoder().decode(value)}`);
}

for (const version of NATS_SERVER_VERSIONS) {
  await testOnServer(
    "put() returns the stored revision if its acknowledgement was lost",
    async ({ server, connect }) => {
      await using proxy = new TcpProxy(server.port);
      const connection = await connect({ servers: proxy.url, ...RECONNECT });
      const records = openRecords(connection, "t", { timeout: 60_000 });
      const first = await put(records, "a", "1", 0);
      proxy.onRequest = (request) => {
        if (!request.includes("HPUB aether.records.t.")) return;
        proxy.onRequest = () => {};
        proxy.loseAnswers(() => proxy.cut());
      };
      const second = await put(records, "a", "2", first);
      assertEquals((await records.scan("", 0)).entries.map(({ revision }) => revision), [second]);
    },
    { version },
  );

  await testOnServer(
    "scan() returns a new generation after a recreated stream has refused a put()",
    async ({ server, connect }) => {
      const connection = await connect();
      const [one, two] = [openRecords(connection, "t"), openRecords(await connect(), "t")];
      const before = await put(one, "a", "1", 0);
      const known = (await two.scan("", 0)).generation;
      const { generation } = await one.scan("", 0);
      await deleteStream(server, connection, "t_records");
      await openRecords(connection, "t").put("b", encode("2"), 0);
      // `two` still has the facts of the deleted stream. Its put goes to the new one, and its next scan detects that.
      const last = await put(two, "c", "3", 0);
      assertNotEquals((await two.scan("", last - 1)).generation, known);
      assertEquals(await one.put("a", encode("3"), before), undefined);
      const scan = await one.scan("", 0);
      assertNotEquals(scan.generation, generation);
      assertEquals(await valuesOf(scan), ["b=2", "c=3"]);
      assert(scan.entries[0]!.revision > before, "a new stream has greater revisions");
      assertEquals((await one.scan("", 0)).generation, scan.generation);
    },
    { version },
  );

  await testOnServer(
    "scan() returns a new generation of a stream that was restored from an older backup",
    async ({ server, connect }) => {
      const connection = await connect();
      const records = openRecords(await connect(), "t");
      const first = await put(records, "a", "1", 0);
      const backup = await Backup.of(connection, "t_records");
      const second = await put(records, "a", "2", first);
      const { generation } = await records.scan("", 0);
      await backup.restore(server, connection);
      assertEquals(await records.put("a", encode("3"), second), undefined);
      const scan = await records.scan("", 0);
      assertNotEquals(scan.generation, generation);
      assertEquals(await valuesOf(scan), ["a=1"]);
      assertEquals(scan.entries[0]!.revision, first);
    },
    { version },
  );

  await testOnServer(
    "JetStreamRecords keeps records and revisions after the server was killed",
    async ({ server, connect }) => {
      const records = openRecords(await connect(RECONNECT), "t", { timeout: 60_000 });
      const revisions = [await put(records, "a", "1", 0), await put(records, "b", "2", 0)];
      await server.kill9();
      await server.restart();
      const { entries } = await records.scan("", 0);
      assertEquals(entries.map(({ revision }) => revision), revisions);
      await put(records, "a", "3", revisions[0]!);
    },
    { version },
  );

  await testOnServer("delete() deletes nothing if the revision belongs to another key", async ({ connect }) => {
    const records = openRecords(await connect(), "t");
    const [, b] = [await put(records, "a", "1", 0), await put(records, "b", "2", 0)];
    await records.delete("a", b);
    await records.delete("a", b + 10);
    assertEquals(await valuesOf(records.scan("", 0)), ["a=1", "b=2"]);
  }, { version });
}

await testOnServer("JetStreamRecords stores a record as the last message of its subject", async ({ connect }) => {
  const connection = await connect();
  const driver = openDriver(connection);
  const revision = await put(driver.records, "claims.leaders.nightly", "one", 0);
  await put(driver.records, "claims.leaders.nightly", "two", revision);
  const { config } = await ask<{ config: StreamConfig }>(connection, "STREAM.INFO.aether_cluster");
  assertEquals(config.subjects, [`aether.cluster.${revision - 1}.>`]);
  const subject = `aether.cluster.${revision - 1}.claims.leaders.nightly`;
  const message = await lastMessage(connection, "aether_cluster", subject);
  assertEquals(new TextDecoder().decode(message?.body), "two");
  assertStringIncludes(message!.headers, "Nats-Expected-Last-Subject-Sequence: 1\r\n");
});

await testOnServer(
  "JetStreamRecords stores the cluster's records in files, also if namespaces are stored in memory",
  async ({ connect }) => {
    const connection = await connect();
    const driver = openDriver(connection, { storage: "memory" });
    await put(driver.records, "a", "1", 0);
    const { config } = await ask<{ config: StreamConfig }>(connection, "STREAM.INFO.aether_cluster");
    assertEquals(config.storage, "file");
  },
);

await testOnServer("put() and scan() refuse a stream that has another description", async ({ connect }) => {
  const connection = await connect();
  await ask(connection, "STREAM.CREATE.t_records", { name: "t_records", subjects: ["aether.records.t.>"] });
  const records = openRecords(connection, "t");
  const uses = [() => records.put("a", encode("1"), 0), () => records.scan("", 0), () => records.delete("a", 1)];
  for (const use of uses) assertEquals(await codeOf(Promise.resolve(use())), "unsupported-storage", String(use));
});

const names = { scope: 'namespace "t"', name: "t_records", prefix: "aether.records.t.", marker: "aether records v1" };
const epoch = 1_767_225_600_000;
const valid = {
  ...recordsConfig(names, { replicas: 1, storage: "file" }),
  subjects: [`aether.records.t.${epoch}.>`],
};

const configs: [change: Partial<StreamConfig>, version: string, problem: string | undefined][] = [
  [{}, "2.15.1", undefined],
  [{}, "2.9.10", undefined],
  [{ storage: "memory", num_replicas: 3 }, "2.9.21", undefined],
  [{ num_replicas: 3 }, "2.9.20", "has 3 replicas, and nats-server 2.9.20"],
  [{ description: "aether records v2" }, "2.15.1", 'is described as "aether records v2"'],
  [{ subjects: [`other.records.t.${epoch}.>`] }, "2.15.1", `has the subjects ["other.records.t.${epoch}.>"]`],
  [{ subjects: [`aether.records.t.${epoch}.>`, "b"] }, "2.15.1", "has the subjects"],
  [{ subjects: ["aether.records.t.>"] }, "2.15.1", "has the subjects"],
  [{ subjects: ["aether.records.t.0.>"] }, "2.15.1", "has the subjects"],
  [{ subjects: [`aether.records.t.${epoch}.a`] }, "2.15.1", "has the subjects"],
  [{ subjects: [] }, "2.15.1", "has the subjects"],
  [{ allow_direct: false }, "2.15.1", "has disabled direct gets"],
  [{ max_msgs_per_subject: 2 }, "2.15.1", "max_msgs_per_subject: 2"],
  [{ max_msgs_per_subject: -1 }, "2.15.1", "max_msgs_per_subject: -1"],
  [{ retention: "interest" }, "2.15.1", "retention: interest"],
  [{ max_age: 1 }, "2.15.1", "max_age"],
  [{ max_msgs: 1 }, "2.15.1", "max_msgs"],
  [{ max_bytes: 1 }, "2.15.1", "max_bytes"],
  [{ max_msgs: -1, max_bytes: -1, max_age: 0 }, "2.15.1", undefined],
];

for (const [change, version, problem] of configs) {
  const title = `${JSON.stringify(change)} on nats-server ${version}`;
  Deno.test(`checkRecordsStream() ${problem === undefined ? "accepts" : "refuses"} ${title}`, () => {
    const check = () => checkRecordsStream(names, { ...valid, ...change }, version);
    if (problem === undefined) return assertEquals(check(), epoch);
    try {
      check();
    } catch (error) {
      assert(isAetherError(error, "unsupported-storage"), String(error));
      assertStringIncludes(error.message, `Cannot use the records of namespace "t": the stream "t_records" `);
      return assertStringIncludes(error.message, problem);
    }
    throw new Error("checkRecordsStream() accepted it");
  });
}
