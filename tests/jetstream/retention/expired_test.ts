import { type EventStore, isAetherError, type Position, type RecordedEvent } from "@flowmade-one/aether";
import { jetstream } from "@flowmade-one/aether/jetstream";
import { assert, assertEquals } from "@std/assert";
import { NATS_SERVER_VERSIONS } from "../../../tools/nats_server.ts";
import { ask } from "../_support/ask_server.ts";
import { failureOf } from "../_support/failure_of.ts";
import { makePurgeableLog } from "../_support/purgeable_log.ts";
import { testOnServer } from "../_support/test_server.ts";

/** Appends versions 1 to 10 of two actors by turns, two events in each commit. Returns the position of each commit. */
async function fill(store: EventStore): Promise<Position[]> {
  const positions: Position[] = [];
  for (let version = 0; version < 10; version += 2) {
    for (const actorId of ["a", "b"]) {
      const events = [{ type: "T", data: version + 1 }, { type: "T", data: version + 2 }];
      positions.push((await store.append(actorId, events, { expectedVersion: version })).position);
    }
  }
  return positions;
}

/**
 * Reads until the read fails with events-expired. Returns the versions read before, and `firstAvailable` of the error:
 * a version in a read of an actor, a position in a read of the log.
 */
async function expiry(events: AsyncIterable<{ readonly version: number }>): Promise<[number[], unknown]> {
  const seen: number[] = [];
  const error = await failureOf(Array.fromAsync(events, ({ version }) => void seen.push(version)));
  assert(isAetherError(error, "events-expired"), String(error));
  return [seen, error.firstAvailable];
}

for (const version of NATS_SERVER_VERSIONS) {
  await testOnServer("reads report commits that an operator purged from the start as expired", async ({ connect }) => {
    const connection = await connect();
    await makePurgeableLog(connection);
    await using backend = await jetstream({ connection });
    const store = backend.store("t");
    const positions = await fill(store);
    // The first five commits: versions 1 to 6 of a, 1 to 4 of b.
    await ask(connection, "STREAM.PURGE.t_events", { seq: 6 });
    const [first] = await store.readAll({ after: "oldest-available" }).toArray();
    assertEquals([first?.actorId, first?.version], ["b", 5]);

    assertEquals(await expiry(store.read("a")), [[], 7]);
    assertEquals(await expiry(store.read("b", { from: 4 })), [[], 5]);
    assertEquals(await expiry(store.read("a", { from: 2, to: 3 })), [[], 7]);
    assertEquals((await store.read("b", { from: 5 }).toArray()).map(({ version }) => version), [5, 6, 7, 8, 9, 10]);
    assertEquals(await expiry(store.read("a", { direction: "backwards" })), [[10, 9, 8, 7], 7]);
    assertEquals(await expiry(store.read("a", { direction: "backwards", to: 5 })), [[], 7]);
    const available = await store.read("a", { direction: "backwards", from: 8 }).toArray();
    assertEquals(available.map(({ version }) => version), [10, 9, 8]);

    for (const actors of [undefined, ">", "a", "*"]) {
      assertEquals(await expiry(store.readAll({ actors })), [[], first?.position]);
      assertEquals(await expiry(store.subscribe({ actors })), [[], first?.position]);
      assertEquals(await expiry(store.readAll({ actors, after: positions[3]! })), [[], first?.position]);
    }
    assertEquals((await store.readAll({ after: positions[4]! }).toArray()).length, 10);
    assertEquals(await store.latestVersion("a"), 10);
    assertEquals((await store.append("a", [{ type: "T", data: 0 }], { expectedVersion: 10 })).version, 11);
  }, { version });

  await testOnServer("reads report a missing message within the log as expired", async ({ connect }) => {
    const connection = await connect();
    await makePurgeableLog(connection);
    await using backend = await jetstream({ connection });
    const store = backend.store("t");
    const positions = await fill(store);
    // Versions 5 and 6 of a.
    await ask(connection, "STREAM.MSG.DELETE.t_events", { seq: 5 });
    const [next] = await store.readAll({ after: positions[4]! }).toArray();
    assertEquals(await expiry(store.read("a")), [[1, 2, 3, 4], 7]);
    assertEquals(await expiry(store.read("a", { direction: "backwards" })), [[10, 9, 8, 7], 7]);
    const before = [1, 2, 1, 2, 3, 4, 3, 4];
    assertEquals(await expiry(store.readAll()), [before, next?.position]);
    assertEquals(await expiry(store.subscribe()), [before, next?.position]);
    // No commit of another actor is missing.
    assertEquals((await store.readAll({ actors: "b" }).toArray()).length, 10);
  }, { version });

  await testOnServer(
    "reads distinguish a log whose commits have all expired from an empty one",
    async ({ connect }) => {
      const connection = await connect();
      await makePurgeableLog(connection);
      await using backend = await jetstream({ connection });
      const store = backend.store("t");
      const positions = await fill(store);
      await ask(connection, "STREAM.PURGE.t_events");
      assertEquals(await expiry(store.readAll()), [[], undefined]);
      assertEquals(await expiry(store.subscribe()), [[], undefined]);
      assertEquals(await store.readAll({ after: "oldest-available" }).toArray(), []);
      assertEquals(await store.readAll({ after: positions.at(-1)! }).toArray(), []);
    },
    { version },
  );

  await testOnServer(
    "subscribe() fails with events-expired if commits are purged before it has read them",
    async ({ connect }) => {
      const connection = await connect();
      await makePurgeableLog(connection);
      const writer = await jetstream({ connection: await connect() });
      await using backend = await jetstream({ connection });
      // Far more bytes than the server sends before it waits for the client's flow control.
      const data = "x".repeat(200_000);
      for (let i = 0; i < 400; i++) {
        await writer.store("t").append("a", [{ type: "T", data }], { expectedVersion: i });
      }
      const seen: number[] = [];
      const error = await failureOf((async () => {
        for await (const { version } of backend.store("t").subscribe()) {
          if (version === 1) await ask(connection, "STREAM.PURGE.t_events", { seq: 400 });
          seen.push(version);
        }
      })());
      assert(isAetherError(error, "events-expired"), String(error));
      assertEquals(seen, Array.from({ length: seen.length }, (_, i) => i + 1));
      assert(seen.length < 399);
      await writer.close();
    },
    { version },
  );

  await testOnServer(
    "reads fail with events-expired if the rest is purged while they run",
    async ({ connect }, t) => {
      const connection = await connect();
      await using writer = await jetstream({ connection: await connect() });
      const data = "x".repeat(200_000);
      const rows: [title: string, read: (store: EventStore) => AsyncIterable<RecordedEvent>][] = [
        ["of an actor", (store) => store.read("a")],
        ["of some actors", (store) => store.readAll({ actors: "a" })],
        ["of the log", (store) => store.readAll()],
      ];
      for (const [i, [title, read]] of rows.entries()) {
        await t.step(title, async () => {
          const namespace = `t${i}`;
          await makePurgeableLog(connection, namespace);
          const store = writer.store(namespace);
          const versions = Array.from({ length: 200 }, (_, i) => i);
          for (const expectedVersion of versions) await store.append("a", [{ type: "T", data }], { expectedVersion });
          await store.append("b", [{ type: "T", data: 0 }], { expectedVersion: 0 });
          await using backend = await jetstream({ connection });
          const seen: number[] = [];
          const error = await failureOf((async () => {
            for await (const { version } of read(backend.store(namespace))) {
              // The purge removes all remaining commits of the actor.
              if (version === 20) await ask(connection, `STREAM.PURGE.${namespace}_events`, { seq: 201 });
              seen.push(version);
            }
          })());
          assert(isAetherError(error, "events-expired"), `${error} after ${seen.length}`);
          assertEquals(seen, Array.from({ length: seen.length }, (_, i) => i + 1));
          assert(seen.length < 200);
        });
      }
    },
    { version },
  );
}
