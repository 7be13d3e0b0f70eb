import type { BusEvent } from "@flowmade-one/aether";
import { UnavailableError } from "@flowmade-one/aether/errors";
import { sqlite } from "@flowmade-one/aether/sqlite";
import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { BusEvents, KEPT_MS, stringifyPublished } from "../../adapters/sqlite/bus/bus_events.ts";
import { SESSION_TIMEOUT_MS } from "../../adapters/sqlite/bus/bus_sessions.ts";
import { SCHEMA_VERSION } from "../../adapters/sqlite/database/schema.ts";
import { atOnce, turns, until } from "../_support/until.ts";
import { breakReads } from "./break_reads.ts";
import { recordLockAttempts } from "./lock_attempts.ts";
import { openBackend, openStoreFile } from "./open_file.ts";
import { appendAsOther, deleteBusEvents, executeSql, lockFile, queryValue } from "./other_process.ts";
import { publishedEvent } from "./published_event.ts";
import { TempFolder } from "./temp_folder.ts";

/** Lets all bus events in the file seem older than a receiver may lag. */
function ageBusEvents(path: string): void {
  executeSql(path, `UPDATE bus_events SET sent = sent - ${KEPT_MS}`);
}

Deno.test("BusCarrier deletes the published events of closed backends at heartbeats, and all events at the last close", async () => {
  await using folder = await TempFolder.create();
  const path = folder.newPath();
  const listener = await sqlite({ path, durability: "process" });
  let received = 0;
  listener.bus.within("t").subscribe(() => received++);
  const send = async () => {
    await using writer = await sqlite({ path, durability: "process" });
    for (let n = 0; n < 100; n++) writer.bus.within("t").publish("order.1", { type: "Viewed", data: n });
  };
  for (let n = 0; n < 12; n++) await send();
  await until("all events are received", () => received === 1_200);
  const bodies = "SELECT count(*) FROM bus_events WHERE body IS NOT NULL";
  assertEquals(queryValue(path, bodies), 1_200);
  ageBusEvents(path);
  await until("the events are deleted", () => queryValue(path, bodies) === 0);
  await send();
  assertEquals(queryValue(path, bodies), 100);
  await listener.close();
  assertEquals([queryValue(path, bodies), queryValue(path, "SELECT count(*) FROM bus_events")], [0, 1]);
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
  assertEquals(queryValue(path, "SELECT count(*) FROM bus_events"), 0);
  const received: BusEvent[] = [];
  const subscription = one.bus.within("t").subscribe((event) => received.push(event));
  await work();
  assertEquals(queryValue(path, "SELECT count(*) FROM bus_events"), 3);
  await until("three events are received", () => received.length === 3);
  subscription.close();
  await until("the session has ended", () => queryValue(path, "SELECT count(*) FROM bus_sessions") === 1);
  await work();
  assertEquals(queryValue(path, "SELECT count(*) FROM bus_events"), 3);
});

Deno.test("BusCarrier leaves no session in the file after its backend was closed", async () => {
  await using folder = await TempFolder.create();
  const path = folder.newPath();
  const backend = await sqlite({ path });
  backend.bus.within("t").subscribe(() => {});
  assertEquals(queryValue(path, "SELECT count(*) FROM bus_sessions"), 1);
  await backend.close();
  assertEquals(queryValue(path, "SELECT count(*) FROM bus_sessions"), 0);
});

Deno.test("bus.subscribe() blocks for 2 ms at most while another program keeps the file locked, and registers later", async () => {
  await using folder = await TempFolder.create();
  const path = folder.newPath();
  const file = await openStoreFile(path);
  await using one = openBackend(file, { path, pollInterval: 1 });
  await using two = await sqlite({ path });
  using lock = lockFile(path);
  const received: BusEvent[] = [];
  const attempts = recordLockAttempts(file.connection, "INTO bus_sessions");
  one.bus.within("t").subscribe((event) => received.push(event));
  assertEquals(attempts.map(({ timeout }) => timeout), [2]);
  lock[Symbol.dispose]();
  await until("the backend is registered", () => queryValue(path, "SELECT count(*) FROM bus_sessions") === 1);
  two.bus.within("t").publish("order.1", { type: "Viewed", data: 1 });
  await until("the event is received", () => received.length === 1);
});

Deno.test("sqlite() deletes old events of the bus after all backends crashed", async () => {
  await using folder = await TempFolder.create();
  const path = folder.newPath();
  const file = await openStoreFile(path);
  const events = new BusEvents(file, "crashed");
  for (let n = 0; n < 100; n++) events.sendPublished(publishedEvent(n), stringifyPublished(publishedEvent(n)));
  file.close();
  ageBusEvents(path);
  await (await sqlite({ path })).close();
  assertEquals(queryValue(path, "SELECT count(*) FROM bus_events WHERE body IS NOT NULL"), 0);
});

Deno.test("BusCarrier reports lost events to onError, and not events that it sent itself or rolled back", async () => {
  await using folder = await TempFolder.create();
  const path = folder.newPath();
  const [file, other] = [await openStoreFile(path), await openStoreFile(path)];
  const errors: Error[] = [];
  await using two = await sqlite({ path });
  two.bus.within("t").subscribe(() => {});
  await using backend = openBackend(file, { path, onError: (error) => errors.push(error as Error) });
  const received: (number | undefined)[] = [];
  backend.bus.within("t").subscribe(({ version }) => received.push(version));
  const append = () => backend.store("t").append("order.1", [{ type: "Made", data: {} }], { expectedVersion: "any" });
  await append();
  const run = file.connection.run.bind(file.connection);
  file.connection.run = (sql, ...values) => {
    if (sql === "COMMIT") throw Object.assign(new Error("disk I/O error"), { errcode: 10 });
    run(sql, ...values);
  };
  await assertRejects(append);
  file.connection.run = run;
  await append();
  await append();
  deleteBusEvents(other);
  appendAsOther(other, "order.1");
  await append();
  assertEquals([received, errors], [[1, 2, 3, 4, 5], []]);
  appendAsOther(other, "order.1");
  appendAsOther(other, "order.1");
  deleteBusEvents(other);
  appendAsOther(other, "order.1");
  deleteBusEvents(other);
  await append();
  assertEquals(received, [1, 2, 3, 4, 5, 8, 9]);
  assertEquals(errors.map(({ message }) => message), [
    "Cannot receive bus events of other processes: up to 2 published events and commits were deleted before this " +
    "process read them. Shorten the work of bus handlers, or keep more commits by retention",
  ]);
  other.close();
});

Deno.test("BusCarrier reports commits that retention deleted before this backend read them", async () => {
  await using folder = await TempFolder.create();
  const path = folder.newPath();
  const [file, other] = [await openStoreFile(path), await openStoreFile(path)];
  const errors: Error[] = [];
  await using backend = openBackend(file, { path, onError: (error) => errors.push(error as Error) });
  const received: (number | undefined)[] = [];
  backend.bus.within("t").subscribe(({ version }) => received.push(version));
  for (let n = 0; n < 4; n++) appendAsOther(other, "order.1");
  executeSql(path, "DELETE FROM commits WHERE last_version <= 3");
  await backend.store("t").append("order.1", [{ type: "Made", data: {} }], { expectedVersion: 4 });
  assertEquals(received, [4, 5]);
  assertEquals(errors.map(({ message }) => message.includes("up to 3 published events and commits")), [true]);
  other.close();
});

Deno.test("BusCarrier reports to onError a heartbeat that finds its session deleted or too old", async () => {
  await using folder = await TempFolder.create();
  const lost = [
    "DELETE FROM bus_sessions",
    `UPDATE bus_sessions SET seen = seen - ${SESSION_TIMEOUT_MS + 1}`,
    `UPDATE bus_sessions SET seen = seen + ${2 * SESSION_TIMEOUT_MS}`,
  ];
  await Promise.all(lost.map(async (sql) => {
    const path = folder.newPath();
    const errors: Error[] = [];
    await using backend = await sqlite({ path, onError: (error) => errors.push(error as Error) });
    backend.bus.within("t").subscribe(() => {});
    executeSql(path, sql);
    await until(`a heartbeat after ${sql}`, () => errors.length > 0);
    assertEquals(errors.map(({ message }) => message), [
      "Cannot receive bus events of other processes: this process has sent no heartbeat for 30 seconds, and other " +
      "processes may have sent it no events since. Do not block or suspend the process, and keep the transactions of " +
      "other programs short",
    ]);
    assertEquals((errors[0] as UnavailableError).code, "unavailable");
    assertEquals(queryValue(path, "SELECT count(*) FROM bus_sessions"), 1);
  }));
});

Deno.test("publish() throws UnavailableError after a newer release has migrated the file, and delivers nothing", async () => {
  await using folder = await TempFolder.create();
  const path = folder.newPath();
  await using backend = openBackend(await openStoreFile(path), { path });
  const bus = backend.bus.within("t");
  const received: BusEvent[] = [];
  bus.subscribe((event) => received.push(event));
  executeSql(path, `PRAGMA user_version = ${SCHEMA_VERSION + 1}`);
  const publish = () => bus.publish("order.1", { type: "Viewed", data: {} });
  const message =
    'Cannot publish an event of "order.1" to other processes in namespace "t": another process has migrated';
  for (let attempt = 0; attempt < 2; attempt++) assertThrows(publish, UnavailableError, message);
  assertEquals(received, []);
});

Deno.test("publish() reports to onError that the file cannot be read, and delivers the event in its own process", async () => {
  await using folder = await TempFolder.create();
  const path = folder.newPath();
  const file = await openStoreFile(path);
  const errors: Error[] = [];
  await using backend = openBackend(file, { path, onError: (error) => errors.push(error as Error) });
  const bus = backend.bus.within("t");
  const received: BusEvent[] = [];
  bus.subscribe((event) => received.push(event));
  const broken = breakReads(file.connection, "PRAGMA data_version");
  bus.publish("order.1", { type: "Viewed", data: {} });
  broken.isBroken = () => false;
  assertEquals(received.length, 1);
  assertEquals(errors.map(({ message }) => message), [
    'Cannot publish an event of "order.1" to other processes in namespace "t": the disk failed, or the file cannot be ' +
    "reached",
  ]);
});

Deno.test("append() in a bus handler keeps the order of versions if another process commits at that moment", async () => {
  await using folder = await TempFolder.create();
  const path = folder.newPath();
  const [file, other] = [await openStoreFile(path), await openStoreFile(path)];
  await using backend = openBackend(file, { path });
  const received: (number | undefined)[] = [];
  const append = (actorId: string) => {
    return backend.store("t").append(actorId, [{ type: "Made", data: {} }], { expectedVersion: "any" });
  };
  backend.bus.within("t").subscribe(({ actorId, version }) => {
    if (actorId === "order.1") received.push(version);
    if (actorId !== "trigger") return;
    append("reaction");
    appendAsOther(other, "order.1");
  });
  // The first rounds may be too slow for a transaction in a microtask.
  for (let round = 0; round < 10; round++) {
    await turns();
    appendAsOther(other, "trigger");
    await append("order.1");
  }
  await turns();
  assertEquals(received, Array.from({ length: 20 }, (_, i) => i + 1));
  other.close();
});

Deno.test("append() resolves at once while the bus cannot read the events of other processes", async () => {
  await using folder = await TempFolder.create();
  const path = folder.newPath();
  const [file, other] = [await openStoreFile(path), await openStoreFile(path)];
  const errors: Error[] = [];
  await using backend = openBackend(file, { path, onError: (error) => errors.push(error as Error) });
  backend.bus.within("t").subscribe(() => {});
  await turns();
  appendAsOther(other, "order.1");
  breakReads(file.connection, "FROM bus_events\n");
  await atOnce(backend.store("t").append("order.1", [{ type: "Made", data: {} }], { expectedVersion: "any" }));
  assertEquals(errors.map(({ message }) => message), [
    "Cannot receive bus events of other processes: disk I/O error",
  ]);
  other.close();
});

for (const call of [1, 2]) {
  Deno.test(`bus.subscribe() throws if read ${call} of the newest event fails, and leaves no timer or session`, async () => {
    await using folder = await TempFolder.create();
    const path = folder.newPath();
    const [file, other] = [await openStoreFile(path), await openStoreFile(path)];
    await using backend = openBackend(file, { path });
    const broken = breakReads(file.connection, "coalesce(max(id)");
    broken.isBroken = (n) => n === call;
    const subscribe = (pattern: string) => backend.bus.within(pattern).subscribe(() => {});
    if (call === 2) subscribe("a");
    assertThrows(() => subscribe("t"), UnavailableError, "Cannot subscribe to the bus of other processes: disk I/O");
    await turns();
    assertEquals(other.connection.row("SELECT count(*) FROM bus_sessions"), [call - 1]);
    other.close();
  });
}
