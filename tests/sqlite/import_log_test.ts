import { createBackend, importLog } from "@flowmade-one/aether/adapter";
import { memoryDriver } from "@flowmade-one/aether/memory";
import { sqliteDriver } from "@flowmade-one/aether/sqlite";
import { assertEquals } from "@std/assert";
import { consume, consumer } from "@flowmade-one/aether/consumers";
import { type EventStore, parseNamespace, type Position, type RecordedEvent } from "@flowmade-one/aether";
import { until } from "../_support/until.ts";
import { TempFolder } from "./temp_folder.ts";

const namespace = "prod.orders";

Deno.test("importLog() deletes records in a SQLite file that were deleted in the source since an earlier import", async () => {
  await using folder = await TempFolder.create();
  const [from, to] = [memoryDriver(), await sqliteDriver({ path: folder.newPath(), durability: "process" })];
  await createBackend(from).store(namespace).append("order.1", [{ type: "Made", data: {} }], { expectedVersion: 0 });
  const { records } = from.open(parseNamespace(namespace));
  for (const key of ["a", "b"]) await records!.put(key, new TextEncoder().encode(key), 0);
  assertEquals((await importLog(from, to, { namespace })).records, 2);
  const [first] = (await records!.scan("a", 0)).entries;
  await records!.delete(first!.key, first!.revision);
  assertEquals((await importLog(from, to, { namespace })).records, 1);
  const { entries } = await to.open(parseNamespace(namespace)).records!.scan("", 0);
  assertEquals(entries.map(({ key }) => key), ["b"]);
  await to.close();
});

Deno.test("consume() on an imported log stops with unknown-position, and continues after reset() to translated positions", async () => {
  await using folder = await TempFolder.create();
  const [from, to] = [await sqliteDriver({ path: folder.newPath(), durability: "process" }), memoryDriver()];
  await using source = createBackend(from);
  const append = (store: EventStore, data: number) => {
    return store.append(`order.${data}`, [{ type: "Placed", data }, { type: "Shipped", data }], { expectedVersion: 0 });
  };
  const filters = [{ types: ["Placed"] }, { order: "actor" }, { from: "now" }] as const;
  const positions: Position[] = [];
  const store = source.store(namespace);
  for (let n = 0; n < 3; n++) await append(store, n);
  for (const [i, filter] of filters.entries()) {
    await using member = await consume(store, { name: `c${i}`, saveEvery: 0, ttl: 3_000, ...filter }, () => {});
    await member.caughtUp();
    const { lanes } = await consumer(store, `c${i}`).status();
    for (const { position } of lanes) if (position !== undefined) positions.push(position);
  }
  const imported = await importLog(from, to, { namespace, positions });
  assertEquals([...imported.positions.keys()].sort(), [...new Set(positions)].sort());
  await using target = createBackend(to);
  for (const [i, filter] of filters.entries()) {
    const received: unknown[] = [];
    const handler = ({ data }: RecordedEvent) => void received.push(data);
    await using member = await consume(
      target.store(namespace),
      { name: `c${i}`, saveEvery: 0, ttl: 3_000, ...filter, onError: () => {} },
      handler,
    );
    const stopped = async () => {
      const { lanes } = await member.status();
      return lanes.some(({ failure }) => failure?.code === "unknown-position");
    };
    await until("a lane has stopped", stopped);
    const [lowest] = [...imported.positions.values()].sort();
    await member.reset(lowest!);
    const { position } = await append(target.store(namespace), 10 + i);
    await member.reached(position);
    assertEquals(received.includes(10 + i), true);
  }
});
