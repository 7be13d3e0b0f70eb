/** Messages that a later release may write. This release reads them correctly, or refuses them. */
import { type BusEvent, isAetherError } from "@flowmade-one/aether";
import { jetstream } from "@flowmade-one/aether/jetstream";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { NatsConnection } from "@nats-io/transport-node";
import { NATS_SERVER_VERSIONS } from "../../../tools/nats_server.ts";
import { encodeHeaders } from "../../../adapters/jetstream/nats/encode_headers.ts";
import { codeOf, failureOf } from "../_support/failure_of.ts";
import { testOnServer } from "../_support/test_server.ts";

type Headers = Readonly<Record<string, string | number>>;

interface Row {
  readonly headers?: Headers;
  /** Further members of the commit. */
  readonly commit?: object;
  /** Further members of its event. */
  readonly event?: object;
}

function bodyOf({ commit, event }: Row): string {
  return JSON.stringify({ time: 1, events: [{ id: "e", type: "T", data: { n: 1 }, ...event }], ...commit });
}

/** Stores the second commit of the actor "a" of a namespace, as another release may write it. */
async function store(connection: NatsConnection, namespace: string, row: Row): Promise<void> {
  const headers = {
    "Aether-Version": 2,
    "Aether-Count": 1,
    "Aether-Commit": "c-2",
    "Content-Type": "application/json",
    ...row.headers,
  };
  const options: object = { timeout: 60_000, headers: encodeHeaders(Object.entries(headers)) };
  await connection.request(`aether.log.${namespace}.12.a`, bodyOf(row), options as { timeout: number });
}

/** Publishes an event of the actor "a", as another release may write it. */
function publish(connection: NatsConnection, namespace: string, row: Row): void {
  const headers = { "Aether-Actor": "a", "Content-Type": "application/json", ...row.headers };
  const options: object = { headers: encodeHeaders(Object.entries(headers)) };
  connection.publish(`aether.events.${namespace}`, bodyOf(row), options);
}

const understood: [title: string, row: Row, schemaVersion: number][] = [
  ["a schema version", { event: { v: 2 } }, 2],
  ["the schema version 1", { event: { v: 1 } }, 1],
  ["the greatest schema version", { event: { v: 65_535 } }, 65_535],
  ["a header that is not known", { headers: { "Aether-New": "x", "Other": 1 } }, 1],
  ["an empty list of critical names", { headers: { "Aether-Critical": "" } }, 1],
  ["members whose names begin with an underscore", { commit: { _new: 1 }, event: { _new: { a: 1 } } }, 1],
];

const refused: [title: string, row: Row, message: string][] = [
  ["a critical name", { headers: { "Aether-Critical": "Aether-New", "Aether-New": "x" } }, `"Aether-New"`],
  ["several critical names", { headers: { "Aether-Critical": "a, b" } }, `"a, b"`],
  ["a member of the commit that is not known", { commit: { crypt: {} } }, `"crypt"`],
  ["a member of the event that is not known", { event: { bytes: "AA==" } }, `"bytes"`],
  ["a schema version above the greatest", { event: { v: 65_536 } }, "events[0].v"],
  ["the schema version 0", { event: { v: 0 } }, "events[0].v"],
  ["a schema version that is a string", { event: { v: "2" } }, "events[0].v"],
  ["another content type", { headers: { "Content-Type": "application/new" } }, `"application/new"`],
  ["a content encoding", { headers: { "Content-Encoding": "zstd" } }, `"zstd"`],
];

for (const version of NATS_SERVER_VERSIONS) {
  await testOnServer("a commit of a later release is read if it has no critical names", async ({ connect }, t) => {
    const connection = await connect();
    await using backend = await jetstream({ connection });
    const listening = await connect();
    await using other = await jetstream({ connection: listening });
    for (const [i, [title, row, schemaVersion]] of understood.entries()) {
      await t.step(title, async () => {
        const namespace = `t${i}`;
        const received = other.bus.within(namespace).queue({ capacity: 10, overflow: "fail" })[Symbol.asyncIterator]();
        await listening.flush();
        const log = backend.store(namespace);
        await log.append("a", [{ type: "T", data: 1 }], { expectedVersion: 0 });
        await store(connection, namespace, row);
        publish(connection, namespace, row);
        const [, event] = await log.read("a").toArray();
        assertEquals([event?.version, event?.data, event?.schemaVersion], [2, { n: 1 }, schemaVersion]);
        await received.next();
        for (const _ of ["stored", "published"]) {
          const { value } = await received.next();
          assertEquals([value!.data, value!.schemaVersion], [{ n: 1 }, schemaVersion]);
        }
        assertEquals((await log.append("a", [event!], { expectedVersion: 2 })).version, 3);
        assertEquals((await log.read("a").toArray()).map((event) => event.schemaVersion), [
          1,
          schemaVersion,
          schemaVersion,
        ]);
      });
    }
  }, { version });

  await testOnServer(
    "a commit of a later release is refused if this release cannot understand it",
    async ({ connect }, t) => {
      const connection = await connect();
      await using backend = await jetstream({ connection });
      const listening = await connect();
      for (const [i, [title, row, message]] of refused.entries()) {
        await t.step(title, async () => {
          const namespace = `t${i}`;
          const errors: unknown[] = [];
          const received: BusEvent[] = [];
          await using other = await jetstream({ connection: listening, onError: (error) => void errors.push(error) });
          other.bus.within(namespace).subscribe((event) => void received.push(event));
          await listening.flush();
          const log = backend.store(namespace);
          await log.append("a", [{ type: "T", data: 1 }], { expectedVersion: 0 });
          await store(connection, namespace, row);
          publish(connection, namespace, row);
          await connection.flush();
          await listening.flush();
          for (const read of [log.read("a"), log.readAll(), log.readAll({ direction: "backwards" })]) {
            const error = await failureOf(read.toArray());
            assert(isAetherError(error, "corrupt-data"), String(error));
            assertStringIncludes(error.message, message);
          }
          await using subscription = log.subscribe();
          assertEquals(await codeOf(Array.fromAsync(subscription)), "corrupt-data");
          assertEquals(received.map(({ data }) => data), [1], "the data of received events");
          assertEquals(errors.map((error) => isAetherError(error, "corrupt-data") && error.message.includes(message)), [
            true,
            true,
          ]);
          // Other actors of the namespace are not affected.
          assertEquals((await log.append("b", [{ type: "T", data: 1 }], { expectedVersion: 0 })).version, 1);
          assertEquals((await log.read("b").toArray()).length, 1);
        });
      }
    },
    { version },
  );
}

await testOnServer("append() refuses an actor whose last commit has a critical name", async ({ connect }) => {
  const connection = await connect();
  await using one = await jetstream({ connection });
  await one.store("t").append("a", [{ type: "T", data: 1 }], { expectedVersion: 0 });
  await store(connection, "t", { headers: { "Aether-Critical": "Aether-New" } });
  await using two = await jetstream({ connection });
  const log = two.store("t");
  for (const expectedVersion of [1, 2, "any", "exists"] as const) {
    assertEquals(await codeOf(log.append("a", [{ type: "T", data: 1 }], { expectedVersion })), "corrupt-data");
  }
  assertEquals(await codeOf(log.latestVersion("a")), "corrupt-data");
});
