import { compilePattern, parseActorPattern } from "@flowmade-one/aether/patterns";
import { isAetherError, type ReadAllOptions, type RecordedEvent } from "@flowmade-one/aether";
import { jetstream } from "@flowmade-one/aether/jetstream";
import { assert, assertEquals } from "@std/assert";
import type { NatsConnection } from "@nats-io/transport-node";
import { NATS_SERVER_VERSIONS } from "../../../tools/nats_server.ts";
import { encodeHeaders } from "../../../adapters/jetstream/nats/encode_headers.ts";
import { appendAll } from "../_support/append_all.ts";
import { untilNoConsumers } from "../_support/ask_server.ts";
import { failureOf } from "../_support/failure_of.ts";
import { testOnServer } from "../_support/test_server.ts";

const BACKWARDS = { direction: "backwards" } as const;

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
}

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
