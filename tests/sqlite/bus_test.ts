import { type Backend, type BusEvent, parseNamespace, type PublishedEvent } from "@flowmade-one/aether";
import { sqlite } from "@flowmade-one/aether/sqlite";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import {
  BusEvents,
  DELETION_INTERVAL,
  KEPT_MS,
  MAX_PAGE_EVENTS,
  stringifyPublished,
} from "../../adapters/sqlite/bus/bus_events.ts";
import { BusSessions, SESSION_TIMEOUT_MS } from "../../adapters/sqlite/bus/bus_sessions.ts";
import { PublishWrite } from "../../adapters/sqlite/bus/bus_writes.ts";
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

/** Lets all bus events in the file seem older than a receiver may lag. */
function age(path: string): void {
  const database = new DatabaseSync(path);
  database.prepare(`UPDATE bus_events SET sent = sent - ${KEPT_MS}`).run();
  database.close();
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

/** Sends a published event, without a transaction. */
function send(events: BusEvents, n: number): void {
  events.sendPublished(published(n), stringifyPublished(published(n)));
}

Deno.test("BusEvents.sendPublished() deletes old events, and new ids continue after the last one", async () => {
  await using folder = await TempFolder.create();
  const path = folder.newPath();
  const [fileOne, fileTwo] = [await openStoreFile(path), await openStoreFile(path)];
  let time = 1_000_000;
  const [one, two] = [new BusEvents(fileOne, "one", () => time), new BusEvents(fileTwo, "two", () => time)];
  for (let n = 1; n < DELETION_INTERVAL; n++) send(one, n);
  assertEquals(two.read(0, two.lastId()).length, DELETION_INTERVAL - 1);
  time += KEPT_MS + 1;
  send(one, DELETION_INTERVAL);
  assertEquals(query(path, "SELECT count(*) FROM bus_events"), 1);
  time += KEPT_MS + 1;
  for (let n = 1; n <= DELETION_INTERVAL; n++) one.sendCommit(namespace, "order.1", n);
  assertEquals(query(path, "SELECT max(id) FROM bus_events"), 2 * DELETION_INTERVAL);
  const received = two.read(DELETION_INTERVAL - 1, two.lastId());
  assertEquals(received.length, DELETION_INTERVAL, "a slow receiver misses the deleted events");
  assertEquals(two.read(two.lastId(), two.lastId()), []);
  assertEquals(one.read(0, one.lastId()), [], "own events are not received");
  fileOne.close();
  fileTwo.close();
});

Deno.test("BusEvents.sendPublished() deletes old events after fewer sends if the events are large", async () => {
  await using folder = await TempFolder.create();
  const path = folder.newPath();
  const file = await openStoreFile(path);
  let time = 1_000_000;
  const events = new BusEvents(file, "one", () => time);
  const body = "x".repeat(1_000_000);
  for (let n = 1; n <= 3; n++) events.sendPublished(published(n), body);
  time += KEPT_MS + 1;
  events.sendPublished(published(4), body);
  assertEquals(query(path, "SELECT count(*) FROM bus_events"), 1);
  file.close();
});

const deletions: [title: string, events: number, bytes: number, steps: number][] = [
  ["rows", 2_500, 100, 3],
  ["bytes", 20, 1_000_000, 3],
  ["bytes, with one larger event", 1, 10_000_000, 1],
];

for (const [title, count, bytes, steps] of deletions) {
  Deno.test(`BusEvents.deleteOld() deletes in steps that are bounded in ${title}, and keeps no event`, async () => {
    await using folder = await TempFolder.create();
    const path = folder.newPath();
    const file = await openStoreFile(path);
    const events = new BusEvents(file, "one", () => 1_000_000);
    file.connection.run("BEGIN");
    for (let n = 1; n <= count; n++) events.sendPublished(published(n), "x".repeat(bytes));
    file.connection.run("COMMIT");
    assertEquals(events.hasOld(true), false);
    assertEquals(events.deleteOld(true), false);
    assertEquals(query(path, "SELECT count(*) FROM bus_events"), count);
    const later = new BusEvents(file, "two", () => 1_000_001 + KEPT_MS);
    let calls = 1;
    while (later.deleteOld(true)) calls++;
    assertEquals(calls, steps);
    assertEquals(later.hasOld(true), false);
    assertEquals(query(path, "SELECT count(*) FROM bus_events WHERE body IS NOT NULL"), 0);
    assertEquals(query(path, "SELECT max(id) FROM bus_events"), count);
    const [emptied] = later.read(0, count);
    assertEquals(later.decode(emptied!), undefined);
    file.close();
  });
}

const clocks: [title: string, times: number[], left: number][] = [
  ["deletes the events before an old event, also if the clock was set back", [9_000, 0, KEPT_MS], 1],
  ["deletes events that were sent before the clock was set back by a longer time", [3 * KEPT_MS, 3 * KEPT_MS], 1],
  ["keeps events that were sent before the clock was set back by a shorter time", [2 * KEPT_MS, KEPT_MS], 2],
];

for (const [title, times, left] of clocks) {
  Deno.test(`BusEvents.deleteOld() ${title}`, async () => {
    await using folder = await TempFolder.create();
    const path = folder.newPath();
    const file = await openStoreFile(path);
    let time = 0;
    const events = new BusEvents(file, "one", () => time);
    for (time of times) send(events, time);
    time = KEPT_MS + 1;
    assertEquals(events.hasOld(true), left < times.length);
    events.deleteOld(true);
    assertEquals(query(path, "SELECT count(*) FROM bus_events"), left);
    assertEquals(events.hasOld(true), false);
    file.close();
  });
}

Deno.test("BusEvents.decode() returns the event and its bytes, undefined for a deleted row, and no events of an expired commit", async () => {
  await using folder = await TempFolder.create();
  const file = await openStoreFile(folder.newPath());
  const [one, two] = [new BusEvents(file, "one"), new BusEvents(file, "two")];
  send(one, 1);
  const [row] = two.read(0, 1);
  assertEquals(two.decode(row!), { events: [published(1)], bytes: stringifyPublished(published(1)).length });
  assertEquals(two.decode({ ...row!, id: 7 }), undefined);
  assertEquals(two.decode({ ...row!, commitOffset: 7 }), { events: [], bytes: 0 });
  file.close();
});

Deno.test("BusEvents.decode() refuses a damaged event", async () => {
  await using folder = await TempFolder.create();
  const file = await openStoreFile(folder.newPath());
  const [one, two] = [new BusEvents(file, "one"), new BusEvents(file, "two")];
  for (const body of [null, "", "{}", '{"time":1,"events":[]}']) {
    one.sendPublished(published(1), body as string);
    const row = two.read(two.lastId() - 1, two.lastId())[0]!;
    assertThrows(() => two.decode(row), Error, "Cannot read");
  }
  file.close();
});

Deno.test("PublishWrite.bytes counts the body in UTF-8, so that large events share no transaction", async () => {
  await using folder = await TempFolder.create();
  const file = await openStoreFile(folder.newPath());
  const event = { ...published(1), data: "é".repeat(450_000) };
  assert(new PublishWrite(new BusEvents(file, "one"), event, () => {}).bytes > 900_000);
  file.close();
});

/** Resolves when a condition holds. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 1));
}

/** Counts the turns of the event loop, until it is stopped. */
function countTurns() {
  const counter = { turn: 0, [Symbol.dispose]: () => clearImmediate(next) };
  const count = () => {
    counter.turn++;
    next = setImmediate(count);
  };
  let next = setImmediate(count);
  return counter;
}

const loads: [title: string, events: number, bytes: number, most: number][] = [
  ["rows", 2_000, 10, MAX_PAGE_EVENTS],
  ["bytes", 20, 900_000, 3],
];

for (const [title, count, bytes, most] of loads) {
  Deno.test(`bus.subscribe() receives a backlog in pages that are bounded in ${title}`, async () => {
    await using folder = await TempFolder.create();
    const path = folder.newPath();
    await using one = await sqlite({ path, durability: "process", pollInterval: 200 });
    await using two = await sqlite({ path, durability: "process" });
    using counter = countTurns();
    const turns: number[] = [];
    const received: unknown[] = [];
    one.bus.within("t").subscribe(({ metadata }) => {
      turns.push(counter.turn);
      received.push(metadata.correlationId);
    });
    const numbers = Array.from({ length: count }, (_, n) => `${n}`);
    const data = "x".repeat(bytes);
    for (const correlationId of numbers) {
      two.bus.within("t").publish("order.1", { type: "Viewed", data, metadata: { correlationId } });
    }
    await until(() => received.length >= count);
    assertEquals(received, numbers);
    const perTurn = Object.values(Object.groupBy(turns, (turn) => turn)).map((events) => events!.length);
    assert(Math.max(...perTurn) <= most, `events in one turn: ${perTurn}`);
  });
}

Deno.test("append() resolves after the earlier commits of a long backlog were delivered, in the order of versions", async () => {
  await using folder = await TempFolder.create();
  const path = folder.newPath();
  await using one = await sqlite({ path, durability: "process", pollInterval: 60_000 });
  await using two = await sqlite({ path, durability: "process" });
  using counter = countTurns();
  const versions: (number | undefined)[] = [];
  const turns = new Set<number>();
  one.bus.within("t").subscribe(({ version }) => {
    versions.push(version);
    turns.add(counter.turn);
  });
  const append = (backend: Backend) => {
    return backend.store("t").append("order.1", [{ type: "Made", data: {} }], { expectedVersion: "any" });
  };
  await Promise.all(Array.from({ length: 2_000 }, () => append(two)));
  assertEquals(versions, []);
  await Promise.all([append(one), append(one)]);
  await append(two);
  await append(one);
  assertEquals(versions, Array.from({ length: 2_004 }, (_, i) => i + 1));
  assert(turns.size >= 2_000 / MAX_PAGE_EVENTS, `${turns.size} turns`);
});

Deno.test("append() resolves if the last subscription of the bus ends during a long backlog", async () => {
  await using folder = await TempFolder.create();
  const path = folder.newPath();
  await using one = await sqlite({ path, durability: "process", pollInterval: 60_000 });
  await using two = await sqlite({ path, durability: "process" });
  let count = 0;
  const subscription = one.bus.within("t").subscribe(() => {
    if (++count === 300) subscription.close();
  });
  const append = (backend: Backend) => {
    return backend.store("t").append("order.1", [{ type: "Made", data: {} }], { expectedVersion: "any" });
  };
  await Promise.all(Array.from({ length: 1_000 }, () => append(two)));
  assertEquals((await append(one)).version, 1_001);
  assertEquals(count, 300);
});

Deno.test("bus.observe() receives no event of a backlog that was sent before the call", async () => {
  await using folder = await TempFolder.create();
  const path = folder.newPath();
  await using one = await sqlite({ path, durability: "process", pollInterval: 60_000 });
  await using two = await sqlite({ path, durability: "process" });
  const [first, second]: unknown[][] = [[], []];
  one.bus.within("t").subscribe(({ data }) => first!.push(data));
  const append = (backend: Backend, data: number) => {
    return backend.store("t").append("order.1", [{ type: "Made", data }], { expectedVersion: "any" });
  };
  await Promise.all(Array.from({ length: 600 }, (_, n) => append(two, n)));
  one.bus.observe(one.grant(">", { reason: "test" }), ({ data }) => second!.push(data));
  await append(one, 600);
  assertEquals([first!.length, second], [601, [600]]);
});

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
  await until(() => received === 1_200);
  const bodies = "SELECT count(*) FROM bus_events WHERE body IS NOT NULL";
  assertEquals(query(path, bodies), 1_200);
  age(path);
  await until(() => query(path, bodies) === 0);
  await send();
  assertEquals(query(path, bodies), 100);
  await listener.close();
  assertEquals([query(path, bodies), query(path, "SELECT count(*) FROM bus_events")], [0, 1]);
});

Deno.test("sqlite() deletes old events of the bus after all backends crashed", async () => {
  await using folder = await TempFolder.create();
  const path = folder.newPath();
  const file = await openStoreFile(path);
  const events = new BusEvents(file, "crashed");
  for (let n = 0; n < 100; n++) send(events, n);
  file.close();
  age(path);
  await (await sqlite({ path })).close();
  assertEquals(query(path, "SELECT count(*) FROM bus_events WHERE body IS NOT NULL"), 0);
});

Deno.test("bus.subscribe() does not block while another program keeps the file locked, and registers later", async () => {
  await using folder = await TempFolder.create();
  const path = folder.newPath();
  await using one = await sqlite({ path });
  await using two = await sqlite({ path });
  const database = new DatabaseSync(path);
  database.exec("BEGIN IMMEDIATE");
  const received: BusEvent[] = [];
  const before = performance.now();
  one.bus.within("t").subscribe((event) => received.push(event));
  const blocked = performance.now() - before;
  database.close();
  assert(blocked < 500, `subscribe() blocked the event loop for ${blocked} ms`);
  await until(() => query(path, "SELECT count(*) FROM bus_sessions") === 1);
  two.bus.within("t").publish("order.1", { type: "Viewed", data: 1 });
  await until(() => received.length === 1);
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
