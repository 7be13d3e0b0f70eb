import { type BusEvent, parseNamespace, type PublishedEvent } from "@flowmade-one/aether";
import { sqlite } from "@flowmade-one/aether/sqlite";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { BusEvents, DELETION_INTERVAL, KEPT_MS } from "../../adapters/sqlite/bus/bus_events.ts";
import { BusSessions, SESSION_TIMEOUT_MS } from "../../adapters/sqlite/bus/bus_sessions.ts";
import { openStoreFile } from "./open_file.ts";
import { TempFolder } from "./temp_folder.ts";

const namespace = parseNamespace("t");

function published(n: number): PublishedEvent {
  return {
    id: `e${n}`,
    type: "Viewed",
    schemaVersion: 1,
    namespace,
    actorId: "order.1",
    timestamp: n,
    data: n,
    metadata: {},
  };
}

/** Reads a value from the file, as another program does. */
function query(path: string, sql: string): unknown {
  const database = new DatabaseSync(path);
  const row = database.prepare(`SELECT (${sql}) AS value`).get();
  database.close();
  return row?.["value"];
}

Deno.test("BusSessions.hasOthers() counts other sessions until their timeout, and never its own", async () => {
  await using folder = await TempFolder.create();
  const path = folder.newPath();
  const [fileOne, fileTwo] = [await openStoreFile(path), await openStoreFile(path)];
  let time = 1_000_000;
  const [one, two] = [new BusSessions(fileOne, () => time), new BusSessions(fileTwo, () => time)];
  const hasOthers = () => {
    fileOne.refresh();
    return one.hasOthers();
  };
  one.touch();
  assertEquals(hasOthers(), false);
  two.touch();
  assertEquals(hasOthers(), true);
  time += SESSION_TIMEOUT_MS;
  assertEquals(hasOthers(), true);
  time += 1;
  assertEquals(hasOthers(), false);
  two.touch();
  assertEquals(hasOthers(), true);
  assertEquals(query(path, "SELECT count(*) FROM bus_sessions"), 1, "touch() removes sessions after their timeout");
  two.remove();
  assertEquals(hasOthers(), false);
  fileOne.close();
  fileTwo.close();
});

Deno.test("BusEvents.sendPublished() deletes old events, and new ids continue after the last one", async () => {
  await using folder = await TempFolder.create();
  const path = folder.newPath();
  const [fileOne, fileTwo] = [await openStoreFile(path), await openStoreFile(path)];
  let time = 1_000_000;
  const [one, two] = [new BusEvents(fileOne, "one", () => time), new BusEvents(fileTwo, "two", () => time)];
  for (let n = 1; n < DELETION_INTERVAL; n++) one.sendPublished(published(n));
  assertEquals(two.receive().length, DELETION_INTERVAL - 1);
  time += KEPT_MS + 1;
  one.sendPublished(published(DELETION_INTERVAL));
  assertEquals(query(path, "SELECT count(*) FROM bus_events"), 1);
  time += KEPT_MS + 1;
  for (let n = 1; n <= DELETION_INTERVAL; n++) one.sendCommit(namespace, "order.1", n);
  assertEquals(query(path, "SELECT max(id) FROM bus_events"), 2 * DELETION_INTERVAL);
  assertEquals(two.receive().length, DELETION_INTERVAL, "a slow receiver misses the deleted events");
  assertEquals(two.receive(), []);
  assertEquals(one.receive(), [], "own events are not received");
  fileOne.close();
  fileTwo.close();
});

Deno.test("BusEvents.skip() skips events that were sent before", async () => {
  await using folder = await TempFolder.create();
  const file = await openStoreFile(folder.newPath());
  const [one, two] = [new BusEvents(file, "one"), new BusEvents(file, "two")];
  one.sendPublished(published(1));
  two.skip();
  one.sendPublished(published(2));
  assertEquals(two.receive().map((row) => two.decode(row)), [[published(2)]]);
  file.close();
});

Deno.test("BusEvents.decode() returns no events for a deleted commit, and refuses a damaged event", async () => {
  await using folder = await TempFolder.create();
  const file = await openStoreFile(folder.newPath());
  const events = new BusEvents(file, "one");
  assertEquals(events.decode({ namespace, actorId: "a", commitOffset: 7, body: null }), []);
  for (const body of [null, "", "{}", '{"time":1,"events":[]}']) {
    assertThrows(() => events.decode({ namespace, actorId: "a", commitOffset: null, body }), Error, "Cannot read");
  }
  file.close();
});

Deno.test("BusCarrier writes no bus event while no other backend listens", async () => {
  await using folder = await TempFolder.create();
  const path = folder.newPath();
  await using one = await sqlite({ path });
  await using two = await sqlite({ path });
  const work = async () => {
    await two.store("t").append("order.1", [{ type: "Made", data: {} }], { expectedVersion: "any" });
    two.bus.within("t").publish("order.1", { type: "Viewed", data: {} });
    await two.store("t").append("order.1", [{ type: "Made", data: {} }], { expectedVersion: "any" });
  };
  two.bus.within("t").subscribe(() => {});
  await work();
  assertEquals(query(path, "SELECT count(*) FROM bus_events"), 0);
  const received: BusEvent[] = [];
  const subscription = one.bus.within("t").subscribe((event) => received.push(event));
  await work();
  assertEquals(query(path, "SELECT count(*) FROM bus_events"), 3);
  while (received.length < 3) await new Promise((resolve) => setTimeout(resolve, 1));
  subscription.close();
  while (query(path, "SELECT count(*) FROM bus_sessions") !== 1) await new Promise((resolve) => setTimeout(resolve, 1));
  await work();
  assertEquals(query(path, "SELECT count(*) FROM bus_events"), 3);
});

Deno.test("BusCarrier leaves no session in the file after its backend was closed", async () => {
  await using folder = await TempFolder.create();
  const path = folder.newPath();
  const backend = await sqlite({ path });
  backend.bus.within("t").subscribe(() => {});
  assertEquals(query(path, "SELECT count(*) FROM bus_sessions"), 1);
  await backend.close();
  assertEquals(query(path, "SELECT count(*) FROM bus_sessions"), 0);
});

Deno.test("publish() delivers an event to another backend after another program releases its lock", async () => {
  await using folder = await TempFolder.create();
  const path = folder.newPath();
  await using one = await sqlite({ path });
  await using two = await sqlite({ path });
  const received: BusEvent[] = [];
  one.bus.within("t").subscribe((event) => received.push(event));
  const database = new DatabaseSync(path);
  database.exec("BEGIN IMMEDIATE");
  two.bus.within("t").publish("order.1", { type: "Viewed", data: 1 });
  await new Promise((resolve) => setImmediate(resolve));
  assertEquals(received, []);
  database.close();
  while (received.length < 1) await new Promise((resolve) => setTimeout(resolve, 1));
  assertEquals(received[0]?.data, 1);
});

Deno.test("publish() reports to onError an event that was not sent before the timeout", async () => {
  await using folder = await TempFolder.create();
  const path = folder.newPath();
  await using one = await sqlite({ path });
  one.bus.within("t").subscribe(() => {});
  const errors: unknown[] = [];
  await using two = await sqlite({ path, timeout: 10, onError: (error) => errors.push(error) });
  const database = new DatabaseSync(path);
  database.exec("BEGIN IMMEDIATE");
  two.bus.within("t").publish("order.1", { type: "Viewed", data: 1 });
  while (errors.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  database.close();
  assert(String(errors[0]).includes("publish an event of"), String(errors[0]));
});
