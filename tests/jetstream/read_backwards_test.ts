import {
  compilePattern,
  type EventStore,
  isAetherError,
  parseActorPattern,
  type ReadAllOptions,
} from "@flowmade-one/aether";
import { jetstream } from "@flowmade-one/aether/jetstream";
import { assert, assertEquals } from "@std/assert";
import type { NatsConnection } from "@nats-io/transport-node";
import { NATS_SERVER_VERSIONS } from "../../tools/nats_server.ts";
import { wireHeaders } from "../../adapters/jetstream/nats/wire_headers.ts";
import { ask, untilNoConsumers } from "./ask_server.ts";
import { failureOf } from "./failure_of.ts";
import { makePurgeableLog } from "./purgeable_log.ts";
import { testOnServer } from "./test_server.ts";

const BACKWARDS = { direction: "backwards" } as const;

/** Appends commits of one event to actors, several at once; the same actor one by one. */
async function appendAll(store: EventStore, actorIds: readonly string[], data: unknown = 0): Promise<void> {
  for (let i = 0; i < actorIds.length; i += 100) {
    await Promise.all(
      actorIds.slice(i, i + 100).map((actorId) =>
        store.append(actorId, [{ type: "T", data: data as number }], { expectedVersion: "any" })
      ),
    );
  }
}

function repeat(count: number, actorId: (i: number) => string): string[] {
  return Array.from({ length: count }, (_, i) => actorId(i));
}

/** Publishes a message at the subject of actor "a", as another program would. */
async function publish(connection: NatsConnection, headers: Record<string, string>, body: string): Promise<void> {
  const options = { headers: wireHeaders(Object.entries(headers)), timeout: 60_000 };
  await connection.request("aether.log.t.12.a", body, options as unknown as { timeout: number });
}

for (const version of NATS_SERVER_VERSIONS) {
  await testOnServer("readAll() backwards finds rare and dense actors wherever they are", async ({ connect }, t) => {
    const connection = await connect();
    await using backend = await jetstream({ connection });
    const store = backend.store("t");
    await appendAll(store, repeat(1_800, (i) => `dense.${i}`));
    await appendAll(store, ["rare"]);
    await appendAll(store, repeat(1_500, (i) => `other.${i}`));
    await appendAll(store, ["rare"]);
    await appendAll(store, repeat(300, (i) => `mixed.${i % 7}`));
    const all = await store.readAll().collect();
    const rows: [actors: string | undefined, most: number][] = [
      [undefined, 40],
      ["rare", 25],
      ["dense.*", 60],
      ["other.*", 60],
      ["mixed.*", 40],
      ["dense.3", 25],
      ["never", 12],
    ];
    for (const [actors, most] of rows) {
      await t.step(actors ?? "all actors", async () => {
        const { outMsgs } = connection.stats();
        const read = await store.readAll({ actors, ...BACKWARDS }).collect();
        const isWanted = compilePattern(parseActorPattern(actors ?? ">"));
        assertEquals(read, all.filter(({ actorId }) => isWanted(actorId)).reverse());
        const requests = connection.stats().outMsgs - outMsgs;
        // A server before 2.11 gives single messages, or a consumer, which takes and confirms several.
        if (version.startsWith("2.15")) assert(requests <= most, `${requests} requests`);
      });
    }
    await t.step("a short page takes a request or two", async () => {
      const { outMsgs } = connection.stats();
      const page = await store.readAll({ ...BACKWARDS, limit: 20 }).collect();
      assertEquals(page, all.slice(-20).reverse());
      if (version.startsWith("2.15")) assert(connection.stats().outMsgs - outMsgs <= 3);
    });
    await untilNoConsumers(connection, "t_events");
  }, { version });

  await testOnServer("readAll() backwards says what an operator has purged", async ({ connect }) => {
    const connection = await connect();
    await makePurgeableLog(connection);
    await using backend = await jetstream({ connection });
    const store = backend.store("t");
    await appendAll(store, ["a", "b", "a", "b", "a", "b"]);
    const log = await store.readAll().collect();
    await ask(connection, "STREAM.PURGE.t_events", { seq: 3 });
    const expiry = async (options: ReadAllOptions): Promise<[places: string[], firstAvailable: unknown]> => {
      const seen: string[] = [];
      const read = store.readAll({ ...options, ...BACKWARDS });
      const error = await failureOf(Array.fromAsync(read, ({ actorId, version }) => void seen.push(actorId + version)));
      assert(isAetherError(error, "events-expired"), String(error));
      return [seen, error.firstAvailable];
    };
    const first = log[2]!.position;
    assertEquals(await expiry({}), [["b3", "a3", "b2", "a2"], first]);
    assertEquals(await expiry({ actors: "a" }), [["a3", "a2"], first]);
    assertEquals(await expiry({ after: log[0]!.position }), [["b3", "a3", "b2", "a2"], first]);
    assertEquals((await store.readAll({ ...BACKWARDS, after: log[1]!.position }).collect()).length, 4);
    assertEquals((await store.readAll({ ...BACKWARDS, after: "expired", actors: "b" }).collect()).length, 2);
    // A message that is missing within the log has expired too.
    await ask(connection, "STREAM.MSG.DELETE.t_events", { seq: 4 });
    assertEquals(await expiry({}), [["b3", "a3"], log[4]!.position]);
    assertEquals(await store.end(), log[5]!.position);
    await ask(connection, "STREAM.PURGE.t_events");
    assertEquals(await expiry({}), [[], undefined]);
    assertEquals(await store.end(), log[5]!.position);
  }, { version });
}

await testOnServer("readAll() backwards whose rest is purged under it says so", async ({ connect }, t) => {
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
});

await testOnServer("readAll() backwards of commits of 900 kB gives them all", async ({ connect }) => {
  await using backend = await jetstream({ connection: await connect() });
  const store = backend.store("t");
  await appendAll(store, repeat(200, (i) => `small.${i}`));
  for (let n = 0; n < 40; n++) {
    await store.append("a", [{ type: "T", data: "x".repeat(900_000) + n }], { expectedVersion: n });
  }
  await appendAll(store, repeat(400, (i) => `small.${i}`));
  const all = await store.readAll().collect();
  const read = await store.readAll(BACKWARDS).collect();
  assertEquals(read.map(({ position }) => position), all.map(({ position }) => position).reverse());
});

await testOnServer(
  "readAll() backwards gives the events after an unreadable message before it fails",
  async (scene) => {
    const connection = await scene.connect();
    await using backend = await jetstream({ connection });
    const store = backend.store("t");
    await appendAll(store, ["b", "c"]);
    await publish(connection, { "Content-Type": "application/json" }, "{");
    await appendAll(store, ["b", "c"]);
    for (const actors of [undefined, "*"]) {
      const seen: string[] = [];
      const read = store.readAll({ ...BACKWARDS, actors });
      const error = await failureOf(Array.fromAsync(read, ({ actorId, version }) => void seen.push(actorId + version)));
      assert(isAetherError(error, "unreadable"), String(error));
      assertEquals(seen, ["c2", "b2"]);
    }
  },
);

await testOnServer("end() passes over frames that count as never stored", async ({ connect }) => {
  const connection = await connect();
  await using backend = await jetstream({ connection });
  const store = backend.store("t");
  await appendAll(store, repeat(1_100, (i) => `b.${i}`));
  const end = (await store.readAll({ ...BACKWARDS, limit: 1 }).collect())[0]!.position;
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
  assertEquals((await store.readAll({ ...BACKWARDS, limit: 1 }).collect())[0]!.position, end);
});
