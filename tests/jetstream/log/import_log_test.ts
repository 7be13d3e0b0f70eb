import { createBackend, type Driver, importLog, type RecordEntry } from "@flowmade-one/aether/adapter";
import { jetstreamDriver } from "@flowmade-one/aether/jetstream";
import { memoryDriver } from "@flowmade-one/aether/memory";
import { sqliteDriver } from "@flowmade-one/aether/sqlite";
import { parseNamespace } from "@flowmade-one/aether";
import { assert, assertEquals } from "@std/assert";
import { testOnServer } from "../_support/test_server.ts";

const NAMESPACES = ["prod.orders", "Prod.Orders"];

/** Stores 40 commits, a snapshot and a record in each namespace. The id of one actor needs encoding. */
async function fill(driver: Driver): Promise<void> {
  const backend = createBackend(driver);
  for (const name of NAMESPACES) {
    const store = backend.store(name as "prod.orders");
    for (let n = 0; n < 40; n++) {
      const events = Array.from({ length: 1 + n % 4 }, (_, i) => ({
        type: "Made 😀",
        data: { name, n, i, "é": [null, -0.5, { deep: "x".repeat(n * 100) }] },
        metadata: { correlationId: `r${n}`, traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01" },
      }));
      await store.append(n % 3 === 0 ? "user/7.é" : `order.${n % 3}`, events, { expectedVersion: "any" });
    }
    await store.snapshots.put("order.1", { version: 3, schema: 1, eventId: "e", state: { name } });
    await driver.open(parseNamespace(name)).records!.put("mark.1", new Uint8Array([0, 255]), 0);
  }
}

/** The events of a namespace without their positions, which differ between logs. */
async function eventsOf(driver: Driver, name: string): Promise<unknown[]> {
  const events = await createBackend(driver).store(name as "prod.orders").readAll().toArray();
  return events.map(({ position: _, ...event }) => event);
}

async function recordsOf(driver: Driver, name: string): Promise<readonly RecordEntry[]> {
  return (await driver.open(parseNamespace(name)).records!.scan("", 0)).entries;
}

await testOnServer(
  "importLog() copies logs and deletions of records from SQLite to JetStream, to memory, and to SQLite again",
  async ({ connect }) => {
    const folder = await Deno.makeTempDir({ prefix: "aether-import-" });
    const original = await sqliteDriver({ path: `${folder}/one.db` });
    await fill(original);
    const connection = await connect();
    const server = await jetstreamDriver({ connection });
    const copy = await sqliteDriver({ path: `${folder}/two.db`, durability: "process" });
    const chain: readonly [Driver, Driver, Driver, Driver] = [original, server, memoryDriver(), copy];
    for (const namespace of NAMESPACES) {
      const events = await eventsOf(original, namespace);
      const positions = (await createBackend(original).store(namespace as "prod.orders").readAll().toArray())
        .map(({ position }) => position);
      for (const [i, to] of chain.slice(1).entries()) {
        const result = await importLog(chain[i]!, to, { namespace, positions });
        assertEquals([result.commits, result.appended, result.snapshots, result.records], [40, 40, 1, 1]);
        if (i === 0) assertEquals([...result.positions.keys()], positions);
        assertEquals(await eventsOf(to, namespace), events);
        assertEquals((await importLog(chain[i]!, to, { namespace })).appended, 0);
      }
      const [mark] = await recordsOf(original, namespace);
      await original.open(parseNamespace(namespace)).records!.delete(mark!.key, mark!.revision);
      for (const [i, to] of chain.slice(1).entries()) {
        assertEquals((await recordsOf(to, namespace)).length, 1);
        assertEquals((await importLog(chain[i]!, to, { namespace })).records, 0);
        assertEquals(await recordsOf(to, namespace), []);
      }
    }
    const { state } = (await createBackend(server).store("prod.orders").snapshots.latest("order.1"))!;
    assertEquals(state, { name: "prod.orders" });
    // An imported log is used like any other: versions continue, and repeated commit ids are found.
    const store = createBackend(server).store("prod.orders");
    const [first] = await store.read("order.1", { limit: 1 }).toArray();
    const repeated = await store.append("order.1", [{ type: "Made", data: {} }], {
      expectedVersion: 0,
      commitId: first!.commitId,
    });
    assert(repeated.duplicate);
    const version = await store.latestVersion("order.1");
    assertEquals(
      (await store.append("order.1", [{ type: "Made", data: {} }], { expectedVersion: version })).version,
      version + 1,
    );
    for (const driver of chain) await driver.close();
    await Deno.remove(folder, { recursive: true });
  },
);
