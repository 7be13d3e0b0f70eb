/** Positions of a log that is created again, restored, copied, or given another identity by an operator. */
import { isAetherError } from "@flowmade-one/aether";
import { logIdentityOf } from "@flowmade-one/aether/adapter";
import { adoptLogIdentity, jetstream, renewLogIdentity } from "@flowmade-one/aether/jetstream";
import type { NatsConnection } from "@nats-io/transport-node";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { NATS_SERVER_VERSIONS } from "../../../tools/nats_server.ts";
import { derivedIdentity } from "../../../adapters/jetstream/wire/log_identity.ts";
import { encodeHeaders } from "../../../adapters/jetstream/nats/encode_headers.ts";
import { ask } from "../_support/ask_server.ts";
import { Backup, StoreCopy } from "../_support/backup.ts";
import { deleteStream } from "../_support/delete_stream.ts";
import { codeOf, failureOf } from "../_support/failure_of.ts";
import { actorsAfter, appendTo, assertRefused } from "../_support/log_positions.ts";
import { MovedClock, openWithClock } from "../_support/moved_clock.ts";
import { reconnected } from "../_support/reconnected.ts";
import { clusterOfThree } from "../_support/test_cluster.ts";
import { testOnServer } from "../_support/test_server.ts";

for (const version of NATS_SERVER_VERSIONS) {
  await testOnServer(
    "a log that was created again refuses positions of the deleted one",
    async ({ server, connect }) => {
      const connection = await connect();
      await using backend = await jetstream({ connection });
      const store = backend.store("t");
      const before = await appendTo(store, "ab");
      await deleteStream(server, connection, "t_events");
      await assertRefused(store, before);
      const first = await appendTo(store, "cdef");
      await assertRefused(store, before);
      assertEquals(await actorsAfter(store, first), "");
    },
    { version },
  );

  await testOnServer(
    "a restored log refuses earlier positions after renewLogIdentity(), and accepts them after adoptLogIdentity()",
    async (scene) => {
      const connection = await scene.connect();
      await using one = await jetstream({ connection });
      await appendTo(one.store("t"), "a");
      const second = await appendTo(one.store("t"), "b");
      const backup = await Backup.of(connection, "t_events");
      const lost = await appendTo(one.store("t"), "xyz");
      await backup.restore(scene.server, connection);
      await using two = await jetstream({ connection: await scene.connect() });
      const store = two.store("t");
      // Older servers may keep the time at which the original was created.
      if (version === "2.15.1") await assertRefused(store, second);
      const beyond = await failureOf(adoptLogIdentity("t", lost, { connection }));
      assert(isAetherError(beyond, "invalid-argument") && beyond.argument === "position", String(beyond));
      assertStringIncludes(beyond.message, "Use renewLogIdentity");
      await renewLogIdentity(["t"], { connection });
      await assertRefused(store, second);
      const afterRenewal = await appendTo(store, "cdef");
      await assertRefused(store, second);
      await assertRefused(store, lost);
      await adoptLogIdentity("t", second, { connection });
      assertEquals(await actorsAfter(store, second), "cdef");
      // The position has the identity that the log had before.
      await assertRefused(store, afterRenewal);
      if (version !== "2.15.1") return;
      // The restored stream has another time of creation, so that the assigned identity does not apply to it.
      await (await Backup.of(connection, "t_events")).restore(scene.server, connection);
      await assertRefused(store, second);
    },
    { version },
  );

  await testOnServer(
    "renewLogIdentity() makes a log that was restored from a copy of the files refuse earlier positions",
    async (scene) => {
      const connection = await scene.connect({ reconnectTimeWait: 20, maxReconnectAttempts: -1 });
      const clock = new MovedClock();
      await using one = await openWithClock({ connection }, clock);
      const store = one.store("t");
      await appendTo(store, "ab");
      const afterCopy = reconnected(connection);
      await using copy = await StoreCopy.of(scene.server);
      await afterCopy;
      await using two = await jetstream({ connection: await scene.connect() });
      const lost = await appendTo(two.store("t"), "xy");
      const back = reconnected(connection);
      await copy.restore();
      await back;
      const regrown = await appendTo(store, "cdefg");
      assertEquals(
        await actorsAfter(store, lost),
        "efg",
        "a lost position cannot be distinguished from a position of the restored log",
      );
      await renewLogIdentity(["t"], { connection });
      await assertRefused(store, lost);
      await assertRefused(store, regrown);
      clock.advance();
      await appendTo(store, "h");
      const renewed = (await store.end())!;
      await renewLogIdentity(["t"], { connection });
      await assertRefused(store, renewed);
      await using three = await jetstream({ connection: await scene.connect() });
      const log = await three.store("t").readAll().toArray();
      assertEquals(await actorsAfter(three.store("t"), log[4]!.position), "fgh");
    },
    { version },
  );
}

await testOnServer(
  "derivedIdentity() derives the identity of a log from its stream name and time of creation",
  async ({ connect }) => {
    const connection = await connect();
    await using backend = await jetstream({ connection });
    const position = await appendTo(backend.store("t"), "a");
    const { created } = await ask<{ created: string }>(connection, "STREAM.INFO.t_events");
    assertEquals(logIdentityOf(position), derivedIdentity("t_events", created));
  },
);

/** Appends a commit with this value of Aether-Log, as another program may. */
async function publish(connection: NatsConnection, version: number, log: string | undefined): Promise<void> {
  const headers = encodeHeaders([
    ["Aether-Version", version],
    ["Aether-Count", 1],
    ["Aether-Commit", `c-${version}`],
    ["Content-Type", "application/json"],
    ...(log === undefined ? [] : [["Aether-Log", log] as const]),
  ]);
  const body = `{"time":1,"events":[{"id":"e","type":"T","data":1}]}`;
  await connection.request("aether.log.t.12.a", body, { timeout: 60_000, headers: headers as never });
}

await testOnServer(
  "the bus takes the log identity from the header of a commit, a reader takes it from the stream",
  async ({ connect }) => {
    const connection = await connect();
    const listening = await connect();
    const errors: unknown[] = [];
    await using one = await jetstream({ connection });
    await using two = await jetstream({ connection: listening, onError: (error) => errors.push(error) });
    const store = one.store("t");
    const received = two.bus.within("t").queue({ capacity: 10, overflow: "fail" })[Symbol.asyncIterator]();
    const nextPosition = async () => (await received.next()).value!.position!;
    await listening.flush();
    const first = await appendTo(store, "a");
    const identity = logIdentityOf(first);
    assertEquals(await nextPosition(), first);
    assertEquals(await actorsAfter(two.store("t"), first), "");
    const rows: [header: string | undefined, busIdentity: string | undefined][] = [
      [identity, identity],
      [undefined, "000000000000"],
      ["", "000000000000"],
      ["3f9c0a1b2c4d", "3f9c0a1b2c4d"],
      ["000000000000", undefined],
      ["3F9C0A1B2C4D", undefined],
      ["3f9c0a1b2c4", undefined],
      [identity, identity],
    ];
    for (const [i, [header, busIdentity]] of rows.entries()) {
      await publish(connection, i + 2, header);
      if (busIdentity === undefined) continue;
      const position = await nextPosition();
      assertEquals(logIdentityOf(position), busIdentity, `with ${header}`);
      const code = await codeOf(two.store("t").readAll({ after: position }).toArray());
      assertEquals(code, busIdentity === identity ? undefined : "unknown-position", `with ${header}`);
    }
    assertEquals(errors.map((error) => isAetherError(error, "corrupt-data") && error.message.includes("Aether-Log")), [
      true,
      true,
      true,
    ]);
    const log = await store.readAll().toArray();
    assertEquals(log.map(({ position }) => logIdentityOf(position)), Array(rows.length + 1).fill(identity));
  },
);

const tests = await clusterOfThree();

tests.test("a log keeps its identity when leaders and the number of replicas change", async ({ cluster, connect }) => {
  const connection = await connect();
  const clock = new MovedClock();
  await using backend = await openWithClock({ connection, replicas: 3, timeout: 60_000 }, clock);
  const store = backend.store("kept");
  const first = await appendTo(store, "a");
  const look = () => {
    clock.advance();
    return actorsAfter(store, first);
  };
  for (const replicas of [1, 3]) {
    const { config } = await ask<{ config: object }>(connection, "STREAM.INFO.kept_events");
    await ask(connection, "STREAM.UPDATE.kept_events", { ...config, num_replicas: replicas });
    assertEquals(await look(), "");
  }
  for (const server of cluster.servers) {
    await server.stop();
    await server.restart();
    await cluster.healthy();
    assertEquals(await look(), "");
  }
  await appendTo(store, "b");
  assertEquals(await look(), "b");
  await renewLogIdentity(["kept"], { connection });
  await assertRefused(store, first);
});
