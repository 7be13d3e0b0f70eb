import { parseNamespace } from "@flowmade-one/aether";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { BusEvents, DELETION_INTERVAL, KEPT_MS, stringifyPublished } from "../../adapters/sqlite/bus/bus_events.ts";
import { BusSessions, SESSION_TIMEOUT_MS } from "../../adapters/sqlite/bus/bus_sessions.ts";
import { PublishWrite } from "../../adapters/sqlite/bus/bus_writes.ts";
import type { StoreFile } from "../../adapters/sqlite/database/store_file.ts";
import { openStoreFile } from "./open_file.ts";
import { queryValue } from "./other_process.ts";
import { publishedEvent } from "./published_event.ts";
import { TempFolder } from "./temp_folder.ts";

const namespace = parseNamespace("t");

/** Two sessions on one file, whose clock the test sets. */
class TwoSessions implements Disposable {
  readonly path: string;
  readonly one: BusSessions;
  readonly two: BusSessions;
  readonly fileOne: StoreFile;
  readonly #fileTwo: StoreFile;
  /** Milliseconds since the epoch. */
  time = 1_000_000;

  private constructor(path: string, fileOne: StoreFile, fileTwo: StoreFile) {
    this.path = path;
    this.fileOne = fileOne;
    this.#fileTwo = fileTwo;
    this.one = new BusSessions(fileOne, () => this.time);
    this.two = new BusSessions(fileTwo, () => this.time);
  }

  static async open(folder: TempFolder): Promise<TwoSessions> {
    const path = folder.newPath();
    return new TwoSessions(path, await openStoreFile(path), await openStoreFile(path));
  }

  /** Whether the file has another session than `one`. */
  hasOthers(): boolean {
    this.fileOne.refresh();
    return this.one.hasOthers();
  }

  [Symbol.dispose](): void {
    this.fileOne.close();
    this.#fileTwo.close();
  }
}

Deno.test("BusSessions.hasOthers() counts other sessions until their timeout, and never its own", async () => {
  await using folder = await TempFolder.create();
  using sessions = await TwoSessions.open(folder);
  const { one, two } = sessions;
  one.touch();
  assertEquals(sessions.hasOthers(), false);
  two.touch();
  assertEquals(sessions.hasOthers(), true);
  sessions.time += SESSION_TIMEOUT_MS;
  assertEquals(sessions.hasOthers(), true);
  sessions.time += 1;
  assertEquals(sessions.hasOthers(), false);
  two.touch();
  assertEquals(sessions.hasOthers(), true);
  assertEquals(
    queryValue(sessions.path, "SELECT count(*) FROM bus_sessions"),
    1,
    "touch() removes sessions after their timeout",
  );
  two.remove();
  assertEquals(sessions.hasOthers(), false);
});

Deno.test("BusSessions.hasOthers() ignores sessions of a clock that was set back, and touch() removes them", async () => {
  await using folder = await TempFolder.create();
  using sessions = await TwoSessions.open(folder);
  const { one, two } = sessions;
  two.touch();
  assertEquals(sessions.hasOthers(), true);
  sessions.time -= SESSION_TIMEOUT_MS;
  assertEquals(sessions.hasOthers(), true);
  sessions.time -= 1;
  assertEquals(sessions.hasOthers(), false);
  one.touch();
  assertEquals(queryValue(sessions.path, "SELECT count(*) FROM bus_sessions"), 1);
  two.touch();
  assertEquals(sessions.hasOthers(), true);
});

Deno.test("BusSessions.touch() returns whether other backends took the session for dead since the last call", async () => {
  await using folder = await TempFolder.create();
  using sessions = await TwoSessions.open(folder);
  const { one, two } = sessions;
  /** Writes a heartbeat of `one`. A transaction that is rolled back is not confirmed. */
  const wasDead = (isCommitted = true) => {
    sessions.fileOne.connection.run("BEGIN");
    const dead = one.touch();
    sessions.fileOne.connection.run(isCommitted ? "COMMIT" : "ROLLBACK");
    if (isCommitted) one.confirm();
    return dead;
  };
  assertEquals(wasDead(false), false);
  assertEquals(wasDead(), false, "the first heartbeat was rolled back");
  sessions.time += SESSION_TIMEOUT_MS;
  assertEquals(wasDead(), false);
  sessions.time += SESSION_TIMEOUT_MS + 1;
  assertEquals(wasDead(false), true);
  assertEquals(wasDead(), true, "the heartbeat was rolled back");
  sessions.time += SESSION_TIMEOUT_MS + 1;
  two.touch();
  assertEquals(wasDead(), true);
  assertEquals(wasDead(), false);
  one.remove();
  assertEquals(wasDead(), false);
});

/** Sends a published event, without a transaction. */
function send(events: BusEvents, n: number): void {
  events.sendPublished(publishedEvent(n), stringifyPublished(publishedEvent(n)));
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
  assertEquals(queryValue(path, "SELECT count(*) FROM bus_events"), 1);
  time += KEPT_MS + 1;
  for (let n = 1; n <= DELETION_INTERVAL; n++) one.sendCommit(namespace, "order.1", n);
  assertEquals(queryValue(path, "SELECT max(id) FROM bus_events"), 2 * DELETION_INTERVAL);
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
  for (let n = 1; n <= 3; n++) events.sendPublished(publishedEvent(n), body);
  time += KEPT_MS + 1;
  events.sendPublished(publishedEvent(4), body);
  assertEquals(queryValue(path, "SELECT count(*) FROM bus_events"), 1);
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
    for (let n = 1; n <= count; n++) events.sendPublished(publishedEvent(n), "x".repeat(bytes));
    file.connection.run("COMMIT");
    assertEquals(events.hasOld(true), false);
    assertEquals(events.deleteOld(true), false);
    assertEquals(queryValue(path, "SELECT count(*) FROM bus_events"), count);
    const later = new BusEvents(file, "two", () => 1_000_001 + KEPT_MS);
    let calls = 1;
    while (later.deleteOld(true)) calls++;
    assertEquals(calls, steps);
    assertEquals(later.hasOld(true), false);
    assertEquals(queryValue(path, "SELECT count(*) FROM bus_events WHERE body IS NOT NULL"), 0);
    assertEquals(queryValue(path, "SELECT max(id) FROM bus_events"), count);
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
    assertEquals(queryValue(path, "SELECT count(*) FROM bus_events"), left);
    assertEquals(events.hasOld(true), false);
    file.close();
  });
}

Deno.test("BusEvents.decode() returns the event and its bytes, and undefined for a deleted row or commit", async () => {
  await using folder = await TempFolder.create();
  const file = await openStoreFile(folder.newPath());
  const [one, two] = [new BusEvents(file, "one"), new BusEvents(file, "two")];
  send(one, 1);
  const [row] = two.read(0, 1);
  assertEquals(two.decode(row!), { events: [publishedEvent(1)], bytes: stringifyPublished(publishedEvent(1)).length });
  assertEquals(two.decode({ ...row!, id: 7 }), undefined);
  assertEquals(two.decode({ ...row!, commitOffset: 7 }), undefined);
  file.close();
});

Deno.test("BusEvents.decode() refuses a damaged event", async () => {
  await using folder = await TempFolder.create();
  const file = await openStoreFile(folder.newPath());
  const [one, two] = [new BusEvents(file, "one"), new BusEvents(file, "two")];
  for (const body of [null, "", "{}", '{"time":1,"events":[]}']) {
    one.sendPublished(publishedEvent(1), body as string);
    const row = two.read(two.lastId() - 1, two.lastId())[0]!;
    assertThrows(() => two.decode(row), Error, "Cannot read");
  }
  file.close();
});

Deno.test("PublishWrite.bytes counts the body in UTF-8, so that large events share no transaction", async () => {
  await using folder = await TempFolder.create();
  const file = await openStoreFile(folder.newPath());
  const event = { ...publishedEvent(1), data: "é".repeat(450_000) };
  assert(new PublishWrite(new BusEvents(file, "one"), event, () => {}).bytes > 900_000);
  file.close();
});
