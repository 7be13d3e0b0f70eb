import { type EventStore, isAetherError, type ReadAllOptions } from "@flowmade-one/aether";
import { jetstream } from "@flowmade-one/aether/jetstream";
import { assert, assertEquals } from "@std/assert";
import type { NatsConnection } from "@nats-io/transport-node";
import { NATS_SERVER_VERSIONS } from "../../../tools/nats_server.ts";
import { appendAll } from "../_support/append_all.ts";
import { ask } from "../_support/ask_server.ts";
import { failureOf } from "../_support/failure_of.ts";
import { makePurgeableLog } from "../_support/purgeable_log.ts";
import { testOnServer } from "../_support/test_server.ts";
import { withMethod } from "../_support/with_method.ts";

const BACKWARDS = { direction: "backwards" } as const;

/** Deletes the stream of the namespace "t", and creates it again with ten commits of an actor. */
async function replaceLog(connection: NatsConnection, { actorId }: { readonly actorId: string }): Promise<void> {
  await ask(connection, "STREAM.DELETE.t_events");
  await using backend = await jetstream({ connection });
  for (let n = 0; n < 10; n++) await appendAll(backend.store("t"), [actorId], "new");
}

/** Creates a log with 60 commits of the actor "a". The adapter reads it in several chunks. */
async function fillLog(connection: NatsConnection, store: EventStore): Promise<void> {
  await makePurgeableLog(connection, store.namespace);
  for (let n = 0; n < 60; n++) await appendAll(store, ["a"], "x".repeat(500_000));
}

/** Reads a log of `fillLog()` backwards. Calls a function after five events. Returns the versions, and the failure. */
async function readDuring(store: EventStore, options: ReadAllOptions, change: () => Promise<unknown>) {
  const versions: number[] = [];
  const error = await failureOf((async () => {
    for await (const { version, data } of store.readAll({ ...options, ...BACKWARDS })) {
      assert(data !== "new", "the event is of the replaced log");
      if (version === 55) await change();
      versions.push(version);
    }
  })());
  return { versions, error };
}

/**
 * Wraps a connection. `change` is called when a batch ends, which is a message with the status 204. If it returns a
 * promise, the adapter receives that message after the promise has resolved.
 */
function beforeBatchEnds(connection: NatsConnection, change: () => Promise<unknown> | undefined): NatsConnection {
  return withMethod(connection, "subscribe", (subject, options) =>
    connection.subscribe(subject, {
      ...options,
      callback: (error, message) => {
        const changed = message?.headers?.code === 204 ? change() : undefined;
        if (changed === undefined) return options!.callback!(error, message);
        void changed.then(() => options!.callback!(error, message));
      },
    }));
}

for (const version of NATS_SERVER_VERSIONS) {
  await testOnServer(
    "readAll() backwards fails with events-expired where an operator has purged",
    async ({ connect }) => {
      const connection = await connect();
      await makePurgeableLog(connection);
      await using backend = await jetstream({ connection });
      const store = backend.store("t");
      for (const actorId of ["a", "b", "a", "b", "a", "b"]) await appendAll(store, [actorId]);
      const log = await store.readAll().toArray();
      await ask(connection, "STREAM.PURGE.t_events", { seq: 3 });
      const expiry = async (options: ReadAllOptions): Promise<[places: string[], firstAvailable: unknown]> => {
        const seen: string[] = [];
        const read = store.readAll({ ...options, ...BACKWARDS });
        const error = await failureOf(
          Array.fromAsync(read, ({ actorId, version }) => void seen.push(actorId + version)),
        );
        assert(isAetherError(error, "events-expired"), String(error));
        return [seen, error.firstAvailable];
      };
      const first = log[2]!.position;
      assertEquals(await expiry({}), [["b3", "a3", "b2", "a2"], first]);
      assertEquals(await expiry({ actors: "a" }), [["a3", "a2"], first]);
      assertEquals(await expiry({ after: log[0]!.position }), [["b3", "a3", "b2", "a2"], first]);
      assertEquals((await store.readAll({ ...BACKWARDS, after: log[1]!.position }).toArray()).length, 4);
      assertEquals((await store.readAll({ ...BACKWARDS, after: "oldest-available", actors: "b" }).toArray()).length, 2);
      // A message that is missing within the log has expired too.
      await ask(connection, "STREAM.MSG.DELETE.t_events", { seq: 4 });
      assertEquals(await expiry({}), [["b3", "a3"], log[4]!.position]);
      assertEquals(await store.end(), log[5]!.position);
      await ask(connection, "STREAM.PURGE.t_events");
      assertEquals(await expiry({}), [[], undefined]);
      assertEquals(await store.end(), log[5]!.position);
    },
    { version },
  );
}

for (const after of [undefined, "oldest-available"] as const) {
  await testOnServer(
    after === undefined
      ? "readAll() backwards fails with events-expired if the rest is purged while it reads"
      : 'readAll() backwards after "oldest-available" ends where an operator purges while it reads',
    async ({ connect }, t) => {
      const connection = await connect();
      await using backend = await jetstream({ connection });
      for (const [i, actors] of [undefined, "a"].entries()) {
        await t.step(actors ?? "all actors", async () => {
          const store = backend.store(`t${i}`);
          await fillLog(connection, store);
          const purge = () => ask(connection, `STREAM.PURGE.t${i}_events`, { seq: 60 });
          const { versions, error } = await readDuring(store, { actors, after }, purge);
          if (after === undefined) assert(isAetherError(error, "events-expired"), `${error} after ${versions.length}`);
          else assertEquals(error, undefined);
          assertEquals(versions, Array.from({ length: versions.length }, (_, i) => 60 - i));
          assert(versions.length < 60, `${versions.length} events`);
        });
      }
    },
  );
}

await testOnServer(
  "readAll() backwards fails with events-expired if a chunk is purged while it reads the chunk",
  async ({ connect }) => {
    const connection = await connect();
    const purging = await connect();
    await makePurgeableLog(connection);
    await using writer = await jetstream({ connection });
    for (let n = 0; n < 20; n++) {
      await writer.store("t").append("a", [{ type: "T", data: "x".repeat(500_000) }], { expectedVersion: n });
    }
    let batches = 0;
    const purgedAfterBatch = beforeBatchEnds(connection, () => {
      return batches++ === 0 ? ask(purging, "STREAM.PURGE.t_events") : undefined;
    });
    await using backend = await jetstream({ connection: purgedAfterBatch });
    const error = await failureOf(backend.store("t").readAll({ ...BACKWARDS, actors: "a" }).toArray());
    assert(isAetherError(error, "events-expired"), String(error));
    assert(batches > 0);
  },
);

await testOnServer(
  'readAll() backwards after "oldest-available" fails with events-expired if a message is missing that has not expired',
  async ({ connect }, t) => {
    const connection = await connect();
    for (const [namespace, retention] of [["kept", undefined], ["retained", { maxCommits: 8 }]] as const) {
      const description = `aether log v1 partitions=16${retention === undefined ? "" : " max-commits=8"}`;
      await makePurgeableLog(connection, namespace, { description });
      await using backend = await jetstream({ connection, retention });
      const store = backend.store(namespace);
      for (let n = 0; n < 10; n++) await appendAll(store, ["a"]);
      await ask(connection, `STREAM.MSG.DELETE.${namespace}_events`, { seq: 5 });
      await t.step(namespace, async () => {
        const versions: number[] = [];
        const read = store.readAll({ ...BACKWARDS, after: "oldest-available" });
        const error = await failureOf(Array.fromAsync(read, ({ version }) => void versions.push(version)));
        assert(isAetherError(error, "events-expired"), String(error));
        assertEquals(versions, [10, 9, 8, 7, 6]);
      });
    }
  },
);

await testOnServer(
  'readAll() backwards after "oldest-available" fails with events-expired if the stream is replaced while it reads',
  async ({ connect }) => {
    const connection = await connect();
    const replacing = await connect();
    await using backend = await jetstream({ connection });
    const store = backend.store("t");
    await fillLog(connection, store);
    const replace = () => replaceLog(replacing, { actorId: "a" });
    const { versions, error } = await readDuring(store, { after: "oldest-available" }, replace);
    assert(isAetherError(error, "events-expired"), `${error} after ${versions.length}`);
  },
);

for (const isReplaced of [false, true]) {
  await testOnServer(
    'readAll() backwards after "oldest-available" ' +
      (isReplaced
        ? "fails with events-expired if the stream is replaced while it reads a chunk"
        : "ends at a chunk that is purged while it reads the chunk"),
    async ({ connect }) => {
      const connection = await connect();
      const purging = await connect();
      await makePurgeableLog(connection);
      await using writer = await jetstream({ connection });
      // Three commits are in one batch, and four in one chunk.
      for (let n = 0; n < 20; n++) await appendAll(writer.store("t"), ["a"], "x".repeat(900_000));
      const seen: number[] = [];
      let isPurged = false;
      /** Purges all commits, or replaces the stream, at the end of the first batch after the first event. */
      const purge = () => {
        if (isPurged || seen.length === 0) return undefined;
        isPurged = true;
        return isReplaced ? replaceLog(purging, { actorId: "b" }) : ask(purging, "STREAM.PURGE.t_events");
      };
      await using backend = await jetstream({ connection: beforeBatchEnds(connection, purge) });
      const read = backend.store("t").readAll({ ...BACKWARDS, after: "oldest-available" });
      const all = Array.fromAsync(read, ({ version }) => void seen.push(version));
      if (isReplaced) {
        const error = await failureOf(all);
        assert(isAetherError(error, "events-expired"), String(error));
      } else {
        await all;
      }
      assert(isPurged);
      assertEquals(seen, [20, 19, 18, 17]);
    },
  );
}

await testOnServer(
  "readAll() of some actors before a position fails with events-expired if the rest is purged",
  async ({ connect }) => {
    const connection = await connect();
    await makePurgeableLog(connection);
    await using backend = await jetstream({ connection });
    const store = backend.store("t");
    const positions = [];
    for (let n = 0; n < 200; n++) {
      const events = [{ type: "T", data: "x".repeat(200_000) }];
      positions.push((await store.append("a", events, { expectedVersion: n })).position);
      if (n === 100) await appendAll(store, ["b"]);
    }
    const before = positions[150];
    assertEquals((await store.readAll({ actors: "a", before }).toArray()).length, 150);
    const seen: number[] = [];
    const error = await failureOf((async () => {
      for await (const { version } of store.readAll({ actors: "a", before })) {
        if (version === 20) await ask(connection, "STREAM.PURGE.t_events", { seq: 180 });
        seen.push(version);
      }
    })());
    assert(isAetherError(error, "events-expired"), `${error} after ${seen.length}`);
    assert(seen.length < 150);
  },
);
