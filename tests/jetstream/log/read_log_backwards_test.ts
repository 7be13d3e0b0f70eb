import { compilePattern, parseActorPattern } from "@flowmade-one/aether/patterns";
import { type EventStore, isAetherError, type ReadAllOptions, type RecordedEvent } from "@flowmade-one/aether";
import { jetstream } from "@flowmade-one/aether/jetstream";
import { assert, assertEquals } from "@std/assert";
import type { Msg, MsgCallback, NatsConnection } from "@nats-io/transport-node";
import { NATS_SERVER_VERSIONS } from "../../../tools/nats_server.ts";
import { encodeHeaders } from "../../../adapters/jetstream/nats/encode_headers.ts";
import { ask, untilNoConsumers } from "../_support/ask_server.ts";
import { failureOf } from "../_support/failure_of.ts";
import { makePurgeableLog } from "../_support/purgeable_log.ts";
import { testOnServer } from "../_support/test_server.ts";

const BACKWARDS = { direction: "backwards" } as const;

/**
 * Appends one commit of one event to each of these actors, up to 100 at the same time. Their order in the log is not
 * fixed.
 */
async function appendAll(store: EventStore, actorIds: readonly string[], data: unknown = 0): Promise<void> {
  for (let i = 0; i < actorIds.length; i += 100) {
    await Promise.all(
      actorIds.slice(i, i + 100).map((actorId) =>
        store.append(actorId, [{ type: "T", data: data as number }], { expectedVersion: "any" })
      ),
    );
  }
}

/** Actor ids, one for each index below `count`. */
function actorIdsOf(count: number, actorId: (i: number) => string): string[] {
  return Array.from({ length: count }, (_, i) => actorId(i));
}

/** Publishes a message at the subject of actor "a", as another program would. */
async function publish(connection: NatsConnection, headers: Record<string, string>, body: string): Promise<void> {
  const options = { headers: encodeHeaders(Object.entries(headers)), timeout: 60_000 };
  await connection.request("aether.log.t.12.a", body, options as unknown as { timeout: number });
}

for (const version of NATS_SERVER_VERSIONS) {
  await testOnServer("readAll() backwards finds rare and dense actors wherever they are", async ({ connect }, t) => {
    const connection = await connect();
    await using backend = await jetstream({ connection });
    const store = backend.store("t");
    await appendAll(store, actorIdsOf(1_800, (i) => `dense.${i}`));
    await appendAll(store, ["rare"]);
    await appendAll(store, actorIdsOf(1_500, (i) => `other.${i}`));
    await appendAll(store, ["rare"]);
    await appendAll(store, actorIdsOf(300, (i) => `mixed.${i % 7}`));
    const all = await store.readAll().toArray();
    const rows: [actors: string | undefined, maxRequests: number][] = [
      [undefined, 20],
      ["rare", 8],
      ["dense.*", 14],
      ["other.*", 14],
      ["mixed.*", 8],
      ["dense.3", 5],
      ["never", 3],
    ];
    for (const [actors, maxRequests] of rows) {
      await t.step(actors ?? "all actors", async () => {
        const { outMsgs } = connection.stats();
        const read = await store.readAll({ actors, ...BACKWARDS }).toArray();
        const isWanted = compilePattern(parseActorPattern(actors ?? ">"));
        assertEquals(read, all.filter(({ actorId }) => isWanted(actorId)).reverse());
        const requests = connection.stats().outMsgs - outMsgs;
        // A server before 2.11 has no batches: each message is a request, or a consumer needs several requests.
        if (version.startsWith("2.15")) assert(requests <= maxRequests, `${requests} requests`);
      });
    }
    const pages: [title: string, options: ReadAllOptions, expected: RecordedEvent[]][] = [
      ["the newest page", { ...BACKWARDS, limit: 20 }, all.slice(-20).reverse()],
      ["a page in the middle", { ...BACKWARDS, limit: 20, before: all[900]!.position }, all.slice(880, 900).reverse()],
      ["the page up to a position", { before: all[20]!.position }, all.slice(0, 20)],
    ];
    for (const [title, options, expected] of pages) {
      await t.step(`${title} takes at most 3 requests`, async () => {
        const { outMsgs } = connection.stats();
        assertEquals(await store.readAll(options).toArray(), expected);
        const requests = connection.stats().outMsgs - outMsgs;
        if (version.startsWith("2.15")) assert(requests <= 3, `${requests} requests`);
      });
    }
    await untilNoConsumers(connection, "t_events");
  }, { version });

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

await testOnServer(
  "readAll() backwards fails with events-expired if the rest is purged while it reads",
  async ({ connect }, t) => {
    const connection = await connect();
    for (const [i, actors] of [undefined, "a"].entries()) {
      await t.step(actors ?? "all actors", async () => {
        const namespace = `t${i}`;
        await makePurgeableLog(connection, namespace);
        await using backend = await jetstream({ connection });
        const store = backend.store(namespace);
        for (let n = 0; n < 60; n++) {
          await store.append("a", [{ type: "T", data: "x".repeat(500_000) }], { expectedVersion: n });
        }
        const seen: number[] = [];
        const error = await failureOf((async () => {
          for await (const { version } of store.readAll({ ...BACKWARDS, actors })) {
            if (version === 55) await ask(connection, `STREAM.PURGE.${namespace}_events`, { seq: 60 });
            seen.push(version);
          }
        })());
        assert(isAetherError(error, "events-expired"), `${error} after ${seen.length}`);
        assertEquals(seen, Array.from({ length: seen.length }, (_, i) => 60 - i));
        assert(seen.length < 60, `${seen.length} events`);
      });
    }
  },
);

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
    const purgedAfterBatch = new Proxy(connection, {
      get(target, name) {
        const value = Reflect.get(target, name, target);
        if (name !== "subscribe") return typeof value === "function" ? value.bind(target) : value;
        return (subject: string, { callback }: { callback: MsgCallback<Msg> }) =>
          target.subscribe(subject, {
            callback: (error, message) => {
              // Status 204 ends a batch. The log is purged before the adapter receives the end of the first batch.
              if (message?.headers?.code !== 204 || batches++ > 0) return callback(error, message);
              void ask(purging, "STREAM.PURGE.t_events").then(() => callback(error, message));
            },
          });
      },
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
  'readAll() backwards after "oldest-available" ends where an operator purges while it reads',
  async ({ connect }, t) => {
    const connection = await connect();
    for (const [i, actors] of [undefined, "a"].entries()) {
      await t.step(actors ?? "all actors", async () => {
        const namespace = `t${i}`;
        await makePurgeableLog(connection, namespace);
        await using backend = await jetstream({ connection });
        const store = backend.store(namespace);
        for (let n = 0; n < 60; n++) await appendAll(store, ["a"], "x".repeat(500_000));
        const seen: number[] = [];
        for await (const { version } of store.readAll({ ...BACKWARDS, actors, after: "oldest-available" })) {
          if (version === 55) await ask(connection, `STREAM.PURGE.${namespace}_events`, { seq: 60 });
          seen.push(version);
        }
        assertEquals(seen, Array.from({ length: seen.length }, (_, i) => 60 - i));
        assert(seen.length < 60, `${seen.length} events`);
      });
    }
  },
);

await testOnServer(
  'readAll() backwards after "oldest-available" fails with events-expired if the stream is replaced while it reads',
  async ({ connect }) => {
    const connection = await connect();
    const replacing = await connect();
    await makePurgeableLog(connection);
    await using backend = await jetstream({ connection });
    const store = backend.store("t");
    for (let n = 0; n < 60; n++) await appendAll(store, ["a"], "x".repeat(500_000));
    const seen: unknown[] = [];
    const error = await failureOf((async () => {
      for await (const { version, data } of store.readAll({ ...BACKWARDS, after: "oldest-available" })) {
        if (version === 55) {
          await ask(replacing, "STREAM.DELETE.t_events");
          await using other = await jetstream({ connection: replacing });
          for (let n = 0; n < 10; n++) await appendAll(other.store("t"), ["a"], "new");
        }
        seen.push(data);
      }
    })());
    assert(isAetherError(error, "events-expired"), `${error} after ${seen.length}`);
    assert(!seen.includes("new"));
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
      /** Purges all commits, or replaces the stream. */
      const purge = async () => {
        isPurged = true;
        if (!isReplaced) return await ask(purging, "STREAM.PURGE.t_events");
        await ask(purging, "STREAM.DELETE.t_events");
        await using other = await jetstream({ connection: purging });
        for (let n = 0; n < 10; n++) await appendAll(other.store("t"), ["b"]);
      };
      const purgedAfterBatch = new Proxy(connection, {
        get(target, name) {
          const value = Reflect.get(target, name, target);
          if (name !== "subscribe") return typeof value === "function" ? value.bind(target) : value;
          return (subject: string, { callback }: { callback: MsgCallback<Msg> }) =>
            target.subscribe(subject, {
              callback: (error, message) => {
                // The log changes before the adapter receives the end of the first batch after the first event.
                if (message?.headers?.code !== 204 || isPurged || seen.length === 0) return callback(error, message);
                void purge().then(() => callback(error, message));
              },
            });
        },
      });
      await using backend = await jetstream({ connection: purgedAfterBatch });
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

await testOnServer(
  "readAll() backwards returns a commit that is larger than a chunk",
  async ({ connect }) => {
    await using backend = await jetstream({ connection: await connect(), maxCommitBytes: 10_000_000 });
    const store = backend.store("t");
    await appendAll(store, ["a", "a"]);
    await store.append("b", [{ type: "T", data: "x".repeat(9_000_000) }], { expectedVersion: 0 });
    await appendAll(store, ["a"]);
    const read = await store.readAll(BACKWARDS).toArray();
    assertEquals(read.map(({ actorId, version }) => actorId + version), ["a3", "b1", "a2", "a1"]);
  },
  { config: "max_payload: 16MB" },
);

await testOnServer("readAll() backwards returns all commits of 900 kB", async ({ connect }) => {
  await using backend = await jetstream({ connection: await connect() });
  const store = backend.store("t");
  await appendAll(store, actorIdsOf(200, (i) => `small.${i}`));
  for (let n = 0; n < 40; n++) {
    await store.append("a", [{ type: "T", data: "x".repeat(900_000) + n }], { expectedVersion: n });
  }
  await appendAll(store, actorIdsOf(400, (i) => `small.${i}`));
  const all = await store.readAll().toArray();
  const read = await store.readAll(BACKWARDS).toArray();
  assertEquals(read.map(({ position }) => position), all.map(({ position }) => position).reverse());
});

await testOnServer(
  "readAll() backwards returns the events after an unreadable message before it fails",
  async (scene) => {
    const connection = await scene.connect();
    await using backend = await jetstream({ connection });
    const store = backend.store("t");
    await appendAll(store, ["b", "c"]);
    await publish(connection, { "Content-Type": "application/json" }, "{");
    for (const actorId of ["b", "c"]) await appendAll(store, [actorId]);
    for (const actors of [undefined, "*"]) {
      const seen: string[] = [];
      const read = store.readAll({ ...BACKWARDS, actors });
      const error = await failureOf(Array.fromAsync(read, ({ actorId, version }) => void seen.push(actorId + version)));
      assert(isAetherError(error, "corrupt-data"), String(error));
      assertEquals(seen, ["c2", "b2"]);
    }
  },
);

await testOnServer("end() skips superseded commits", async ({ connect }) => {
  const connection = await connect();
  await using backend = await jetstream({ connection });
  const store = backend.store("t");
  await appendAll(store, actorIdsOf(1_100, (i) => `b.${i}`));
  const end = (await store.readAll({ ...BACKWARDS, limit: 1 }).toArray())[0]!.position;
  const headers = {
    "Aether-Version": "1",
    "Aether-Count": "1",
    "Aether-Commit": "late",
    "Content-Type": "application/json",
    "Aether-Reached": "0",
  };
  for (let i = 0; i < 3; i++) {
    await publish(connection, headers, `{"time":1,"events":[{"id":"e","type":"T","data":1}]}`);
  }
  assertEquals(await store.latestVersion("a"), 0);
  assertEquals(await store.end(), end);
  assertEquals((await store.readAll({ ...BACKWARDS, limit: 1 }).toArray())[0]!.position, end);
});
