/** A log with retention whose commits are purged, also with two writers of one actor. */
import { type EventStore, isAetherError } from "@flowmade-one/aether";
import { jetstream } from "@flowmade-one/aether/jetstream";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { NatsConnection } from "@nats-io/transport-node";
import { NATS_SERVER_VERSIONS } from "../../../tools/nats_server.ts";
import { poll } from "../../../tools/nats/poll.ts";
import { ask, storedMessage } from "../_support/ask_server.ts";
import { codeOf, failureOf } from "../_support/failure_of.ts";
import { HeldConnection } from "../_support/held_connection.ts";
import { testOnServer } from "../_support/test_server.ts";

const one = [{ type: "T", data: {} }];
/** The timeout is long: thousands of appends at once are slow on a busy machine. */
const options = { retention: { maxCommits: 5 }, timeout: 60_000 };

/** Appends this number of commits to other actors. */
async function fill(store: EventStore, count: number): Promise<void> {
  const actors = Array.from({ length: count }, (_, i) => `other.${i % 512}`);
  await Promise.all(actors.map((actorId) => store.append(actorId, one, { expectedVersion: "any" })));
}

/** The sequence of the first stored commit. */
function firstStored(connection: NatsConnection): Promise<number> {
  return ask<{ state: { first_seq: number } }>(connection, "STREAM.INFO.t_events").then(({ state }) => state.first_seq);
}

/** Waits until the commits up to a sequence are purged. */
async function untilPurged(connection: NatsConnection, sequence: number): Promise<void> {
  const isPurged = await poll(async () => await firstStored(connection) > sequence);
  assert(isPurged, `sequence ${sequence} is still stored`);
}

for (const version of NATS_SERVER_VERSIONS) {
  await testOnServer(
    "an actor whose commits have expired keeps its version, and a repeated commit is a conflict",
    async ({ connect }) => {
      const connection = await connect();
      await using backend = await jetstream({ connection, ...options });
      const store = backend.store("t");
      await store.append("a", [...one, ...one], { expectedVersion: 0, commitId: "c-1" });
      await store.snapshots.put("a", { version: 2, schema: 1, eventId: "e", state: {} });
      await fill(store, 1_279);
      await untilPurged(connection, 1);

      // A backend with empty caches.
      await using other = await jetstream({ connection: await connect() });
      for (const reader of [other.store("t"), store]) {
        assertEquals(await reader.latestVersion("a"), 2);
        assertEquals(await reader.latestVersion("b"), 0);
        for (
          const range of [{}, { from: 2 }, { direction: "backwards" }, { direction: "backwards", limit: 1 }] as const
        ) {
          const error = await failureOf(reader.read("a", range).toArray());
          assert(isAetherError(error, "events-expired"), `${JSON.stringify(range)}: ${error}`);
          assertEquals([error.actorId, error.firstAvailable], ["a", 3]);
        }
        assertEquals(await reader.read("a", { from: 3 }).toArray(), []);
        assertEquals((await reader.snapshots.latest("a"))?.version, 2);
        const conflict = await failureOf(reader.append("a", one, { expectedVersion: 0, commitId: "c-1" }));
        assert(isAetherError(conflict, "version-conflict") && conflict.actual === 2, String(conflict));
      }
      assertEquals((await other.store("t").append("a", one, { expectedVersion: 2 })).version, 3);
      assertEquals((await store.append("a", one, { expectedVersion: "exists" })).version, 4);
      assertEquals((await store.read("a", { from: 3 }).toArray()).map((event) => event.version), [3, 4]);
      assertEquals((await Array.fromAsync(backend.namespaces(backend.grant(">", { reason: "test" })))).length, 1);
    },
    { version },
  );

  await testOnServer(
    "append() sends its commit again, as the next version, if the first message arrives 1,025 or more commits late",
    async ({ connect }) => {
      const slow = new HeldConnection(await connect());
      await using late = await jetstream({ connection: slow.connection, ...options });
      const connection = await connect();
      await using backend = await jetstream({ connection, ...options });
      const store = backend.store("t");
      await store.append("a", one, { expectedVersion: 0 });
      await fill(store, 1_279);
      await untilPurged(connection, 1);

      // One backend finds version 1 and sends version 2. Meanwhile another one stores a version 2, which is purged.
      const held = slow.hold("aether.log.");
      const appending = late.store("t").append("a", [{ type: "T", data: "late" }], { expectedVersion: "any" });
      await held.reached;
      const second = await store.append("a", [{ type: "T", data: "second" }], { expectedVersion: 1 });
      assertEquals(second.version, 2);
      await fill(store, 1_536);
      await untilPurged(connection, 1_281);
      const firstOfB = late.store("t").append("b", one, { expectedVersion: 0 });
      held.release();
      assertEquals((await appending).version, 3);
      assertEquals((await firstOfB).version, 1);

      // The commit is stored twice: superseded as version 2, and again as version 3.
      const { state } = await ask<{ state: { last_seq: number } }>(connection, "STREAM.INFO.t_events");
      const storedVersions = [];
      for (let sequence = 2_817; sequence <= state.last_seq; sequence++) {
        const { subject, headers } = await storedMessage(connection, "t_events", sequence);
        if (subject.endsWith(".a")) storedVersions.push(Number(/Aether-Version: (\d+)/.exec(headers)?.[1]));
      }
      assertEquals(storedVersions, [2, 3]);
      assertEquals((await store.read("a", { from: 3 }).toArray()).map(({ data }) => data), ["late"]);
      const left = await store.readAll({ after: "oldest-available" }).toArray();
      assertEquals(left.filter(({ actorId }) => actorId === "a").map((event) => event.version), [3]);
      assertEquals((await store.append("a", one, { expectedVersion: 3 })).version, 4);
    },
    { version },
  );
}

const INFO = "$JS.API.STREAM.INFO.t_events";
const LAST = "$JS.API.DIRECT.GET.t_events.aether.log.t.12.a";
/**
 * Requests that are held one after another, and the number of commits that are stored during each hold. Before the
 * last request is released, version 2 of the actor is purged.
 */
const readOrders: [name: string, holds: [request: string, commits: number][]][] = [
  ["findLatestCommit() asks for the end of the log before it looks for the actor", [[INFO, 1_536]]],
  // Version 2 is stored before the end of the log is read. The late commit arrives within its window.
  ["findLatestCommit() looks for the actor before it reads the version floor", [[INFO, 512], [LAST, 768]]],
];

for (const [name, holds] of readOrders) {
  await testOnServer(name, async ({ connect }) => {
    const slow = new HeldConnection(await connect());
    await using late = await jetstream({ connection: slow.connection, ...options });
    const connection = await connect();
    await using backend = await jetstream({ connection, ...options });
    const store = backend.store("t");
    await store.append("a", one, { expectedVersion: 0 });
    await fill(store, 1_279);
    await untilPurged(connection, 1);
    await late.store("t").latestVersion("b");

    let held = slow.hold(holds[0]![0]);
    const appending = late.store("t").append("a", [{ type: "T", data: "late" }], { expectedVersion: "any" });
    await held.reached;
    assertEquals((await store.append("a", one, { expectedVersion: 1 })).version, 2);
    for (const [i, [, commits]] of holds.entries()) {
      await held.reached;
      await fill(store, commits);
      if (i === holds.length - 1) await untilPurged(connection, 1_281);
      const before = held;
      if (i < holds.length - 1) held = slow.hold(holds[i + 1]![0]);
      before.release();
    }
    assertEquals((await appending).version, 3);
    assertEquals((await store.read("a", { from: 3 }).toArray()).map(({ data }) => data), ["late"]);
  });
}

await testOnServer(
  "append() to 4,000 new actors at the same time starts each at version 1, although their window has 1,024 commits",
  async ({ connect }) => {
    await using backend = await jetstream({ connection: await connect(), ...options });
    const store = backend.store("t");
    const actors = Array.from({ length: 4_000 }, (_, i) => `a.${i}`);
    const results = await Promise.all(actors.map((actorId) => store.append(actorId, one, { expectedVersion: 0 })));
    assertEquals(new Set(results.map(({ version }) => version)), new Set([1]));
  },
);

await testOnServer(
  "Purger keeps an unreadable message of an actor, reports it once, and appends continue",
  async (scene) => {
    const connection = await scene.connect();
    const reported: unknown[] = [];
    const onError = (error: unknown, event: unknown) => reported.push(error, event);
    await using backend = await jetstream({ connection, ...options, onError });
    await using withoutOnError = await jetstream({ connection, ...options });
    const store = backend.store("t");
    await store.append("a", [...one, ...one], { expectedVersion: 0 });
    await connection.request("aether.log.t.12.a", "of another program", { timeout: 60_000 });
    await fill(store, 1_278);
    await untilPurged(connection, 1);
    // Further purges are due in both backends, with onError and without.
    await fill(store, 256);
    await fill(withoutOnError.store("t"), 256);
    assertEquals((await store.append("b", one, { expectedVersion: 0 })).version, 1);
    await withoutOnError.close();
    await backend.close();
    const [error, event, ...more] = reported;
    assert(isAetherError(error, "corrupt-data"), String(error));
    assertEquals([error.namespace as string, event, more], ["t", undefined, []]);
    for (const message of ["sequence 2", `stream "t_events"`, "--seq 3"]) assertStringIncludes(error.message, message);
    assertEquals(await firstStored(connection), 2);
    // The fix that the error names.
    await ask(connection, "STREAM.PURGE.t_events", { seq: 3 });
    await using after = await jetstream({ connection, ...options });
    await fill(after.store("t"), 256);
    await untilPurged(connection, 3);
    assertEquals(await after.store("t").latestVersion("a"), 2);
  },
);

for (const denied of ["$JS.API.STREAM.PURGE.>", "aether.heads.>"]) {
  await testOnServer(
    `Purger reports once that it may not publish to ${denied}, and appends continue`,
    async ({ connect }) => {
      const admin = await connect({ user: "admin", pass: "p" });
      const connection = await connect({ user: "writer", pass: "p" });
      const reported: unknown[] = [];
      const onError = (error: unknown, event: unknown) => reported.push(error, event);
      await using backend = await jetstream({ connection, ...options, onError });
      await using withoutOnError = await jetstream({ connection, ...options });
      for (const writer of [backend, withoutOnError]) {
        for (let i = 0; i < 3; i++) await fill(writer.store("t"), 1_280);
      }
      assertEquals((await backend.store("t").append("b", one, { expectedVersion: 0 })).version, 1);
      await backend.close();
      const [error, event, ...more] = reported;
      assert(isAetherError(error, "unsupported-storage"), String(error));
      assertStringIncludes(error.message, 'purge expired commits of namespace "t"');
      assertEquals([event, more], [undefined, []]);
      assertEquals(await firstStored(admin), 1);

      // A writer with the permission purges the commits that the others could not purge.
      await using permitted = await jetstream({ connection: admin, ...options });
      await fill(permitted.store("t"), 256);
      await untilPurged(admin, 1_280);
    },
    {
      config: `authorization { users: [
    { user: admin, password: p }
    { user: writer, password: p, permissions: { publish: { deny: ["${denied}"] } } }
  ] }`,
    },
  );
}

await testOnServer(
  "jetstream({ retention }) refuses a log that was created with another retention",
  async ({ connect }) => {
    const connection = await connect();
    await using backend = await jetstream({ connection, retention: { maxCommits: 3, maxAge: 3_600_000 } });
    for (let i = 0; i < 5; i++) await backend.store("t").append("a", one, { expectedVersion: i });
    // A backend without a retention uses the retention of the log.
    await using plain = await jetstream({ connection });
    assertEquals(await codeOf(plain.store("t").read("a").toArray()), "events-expired");
    const refused: [options: object, message: string][] = [
      [{ retention: { maxCommits: 3 } }, "max-age=3600000 max-commits=3"],
      [{ retention: { maxCommits: 4, maxAge: 3_600_000 } }, "max-commits=4"],
      [{ quota: { maxCommits: 3 } }, "a retention instead"],
    ];
    for (const [options, message] of refused) {
      await using other = await jetstream({ connection, ...options });
      const error = await failureOf(other.store("t").latestVersion("a"));
      assert(isAetherError(error, "unsupported-storage"), String(error));
      assertStringIncludes(error.message, message);
    }
    await plain.store("u").append("a", one, { expectedVersion: 0 });
    const error = await failureOf(backend.store("u").append("a", one, { expectedVersion: 1 }));
    assert(isAetherError(error, "unsupported-storage"), String(error));
    assertStringIncludes(error.message, "created without retention");
  },
);

await testOnServer(
  "jetstream({ retention: { maxAge } }) refuses a server that does not report its time",
  async ({ connect }) => {
    const connection = await connect();
    const error = await failureOf(jetstream({ connection, retention: { maxAge: 1_000 } }));
    assert(isAetherError(error, "unsupported-storage"), String(error));
    assertStringIncludes(error.message, "retention.maxAge");
  },
  { version: "2.9.10" },
);

await testOnServer("messageSize() counts bytes as the server does", async ({ connect }) => {
  const connection = await connect();
  await using reference = await jetstream({ connection, retention: { maxBytes: 1_000_000 } });
  const data = "x".repeat(700);
  const append = async (store: EventStore) => {
    for (let i = 0; i < 40; i++) {
      const metadata = i % 3 === 0 ? { traceparent: "00-4bf9-00f0-01" } : {};
      await store.append(`a/é.${i % 7}`, [{ type: "T", data, metadata }], { expectedVersion: "any" });
    }
  };
  await append(reference.store("reference"));
  const { state } = await ask<{ state: { bytes: number } }>(connection, "STREAM.INFO.reference_events");
  for (const [i, less] of [0, 1, Math.floor(state.bytes / 2)].entries()) {
    // The name of the namespace is as long as "reference". Each message contains the name in its subject and in
    // `Nats-Expected-Stream`, so that the messages have the same size.
    await using backend = await jetstream({ connection, retention: { maxBytes: state.bytes - less } });
    const store = backend.store(`limited-${i}`);
    await append(store);
    const left = await store.readAll({ after: "oldest-available" }).toArray();
    assertEquals(left.length, less === 0 ? 40 : less === 1 ? 39 : 20, `${less} bytes less`);
  }
});
