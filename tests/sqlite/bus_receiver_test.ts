import { createBackend, stringifyCommit } from "@flowmade-one/aether/adapter";
import { type BackendOptions, parseNamespace } from "@flowmade-one/aether";
import { sqlite } from "@flowmade-one/aether/sqlite";
import { UnavailableError } from "@flowmade-one/aether/errors";
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { BusEvents, KEPT_MS, MAX_PAGE_EVENTS, stringifyPublished } from "../../adapters/sqlite/bus/bus_events.ts";
import { type BusListener, BusReceiver } from "../../adapters/sqlite/bus/bus_receiver.ts";
import type { Connection } from "../../adapters/sqlite/database/connection.ts";
import type { StoreFile } from "../../adapters/sqlite/database/store_file.ts";
import { appendCommit } from "../../adapters/sqlite/log/append_commit.ts";
import { LogState } from "../../adapters/sqlite/log/log_state.ts";
import { SqliteDriver } from "../../adapters/sqlite/sqlite_driver.ts";
import { checkSqliteOptions } from "../../adapters/sqlite/sqlite_options.ts";
import { openStoreFile } from "./open_file.ts";
import { TempFolder } from "./temp_folder.ts";

const namespace = parseNamespace("t");

/** A receiver with one listener, and the sender of another backend. Both use one connection. */
class Receiving implements Disposable {
  readonly file: StoreFile;
  readonly listeners: Set<BusListener> = new Set();
  readonly receiver: BusReceiver;
  /** The numbers of the received events, and the names of calls. */
  readonly log: unknown[] = [];
  readonly failures: unknown[] = [];
  readonly lost: number[] = [];
  onEvent: (data: unknown) => void = () => {};
  readonly #sender: BusEvents;

  constructor(file: StoreFile) {
    this.file = file;
    this.#sender = new BusEvents(file, "other");
    const receive = (data: unknown) => {
      this.log.push(data);
      this.onEvent(data);
    };
    this.listeners.add({
      covers: () => true,
      after: 0,
      receiver: {
        receive: (events) => events.forEach(({ data }) => receive(data)),
        fail: (error) => this.failures.push(error),
      },
    });
    this.receiver = new BusReceiver({
      events: new BusEvents(file, "own"),
      listeners: this.listeners,
      onFailure: (error) => this.failures.push(error),
      onLost: (count) => this.lost.push(count),
    });
  }

  /** Sends and notices events with numbers. */
  send(first: number, last: number): void {
    for (let n = first; n <= last; n++) {
      const event = { id: `e${n}`, type: "Viewed", schemaVersion: 1, namespace, actorId: "a", timestamp: n, data: n };
      const published = { ...event, metadata: {} };
      this.#sender.sendPublished(published, stringifyPublished(published));
    }
    this.receiver.notice(this.#sender.lastId());
  }

  call(name: string): void {
    this.receiver.afterNoticed(() => this.log.push(name));
  }

  [Symbol.dispose](): void {
    this.receiver.skipTo(Infinity);
    this.file.close();
  }
}

/** Makes the reads of a connection fail whose SQL contains a string. */
function breakReads(connection: Connection, part: string) {
  const broken = { calls: 0, isBroken: (_call: number) => true };
  for (const method of ["row", "rows"] as const) {
    const read = connection[method].bind(connection) as (...input: unknown[]) => never;
    connection[method] = (sql, ...values): never => {
      if (sql.includes(part) && broken.isBroken(++broken.calls)) {
        throw Object.assign(new Error("disk I/O error"), { errcode: 10 });
      }
      return read(sql, ...values);
    };
  }
  return broken;
}

const nextTurns = () => new Promise((resolve) => setTimeout(resolve, 20));

function numbers(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}

Deno.test("BusReceiver.deliver() delivers no event that was noticed after a waiting call before that call", async () => {
  await using folder = await TempFolder.create();
  using receiving = new Receiving(await openStoreFile(folder.newPath()));
  receiving.send(1, 300);
  receiving.receiver.deliver();
  receiving.call("append");
  receiving.send(301, 310);
  await nextTurns();
  assertEquals(receiving.log, [...numbers(1, 300), "append", ...numbers(301, 310)]);
});

Deno.test("BusReceiver.deliver() delivers one page in a turn of the event loop, however often it is called", async () => {
  await using folder = await TempFolder.create();
  using receiving = new Receiving(await openStoreFile(folder.newPath()));
  receiving.send(1, 600);
  for (let i = 0; i < 3; i++) receiving.receiver.deliver();
  assertEquals(receiving.log, numbers(1, MAX_PAGE_EVENTS));
  await nextTurns();
  assertEquals(receiving.log, numbers(1, 600));
});

Deno.test("BusReceiver.deliver() ends a page at the event whose handler ends the last subscription", async () => {
  await using folder = await TempFolder.create();
  using receiving = new Receiving(await openStoreFile(folder.newPath()));
  receiving.onEvent = () => {
    receiving.listeners.clear();
    receiving.receiver.skipTo(Infinity);
  };
  receiving.send(1, 3);
  receiving.receiver.deliver();
  receiving.call("append");
  assertEquals(receiving.log, [1, "append"]);
});

Deno.test("BusReceiver.afterNoticed() calls at once while pages cannot be read, and waits again later", async () => {
  await using folder = await TempFolder.create();
  using receiving = new Receiving(await openStoreFile(folder.newPath()));
  const broken = breakReads(receiving.file.connection, "FROM bus_events");
  broken.isBroken = () => false;
  receiving.send(1, 1);
  receiving.call("first");
  broken.isBroken = () => true;
  receiving.receiver.deliver();
  receiving.call("second");
  assertEquals(receiving.log, ["first", "second"]);
  broken.isBroken = () => false;
  await nextTurns();
  receiving.send(2, 2);
  receiving.call("third");
  assertEquals(receiving.log, ["first", "second", 1]);
  receiving.receiver.deliver();
  assertEquals(receiving.log, ["first", "second", 1, 2, "third"]);
  assertEquals(receiving.failures.length, 1);
});

Deno.test("BusReceiver.afterNoticed() holds later events until the promise reactions to its call have run", async () => {
  await using folder = await TempFolder.create();
  using receiving = new Receiving(await openStoreFile(folder.newPath()));
  receiving.call("first");
  receiving.send(1, 1);
  receiving.receiver.deliver();
  receiving.call("second");
  assertEquals(receiving.log, ["first"]);
  await nextTurns();
  assertEquals(receiving.log, ["first", 1, "second"]);
});

/** Deletes old events later, as another process does. */
function deleteOld(file: StoreFile): void {
  const later = new BusEvents(file, "other", () => Date.now() + KEPT_MS + 1);
  while (later.deleteOld(true));
}

Deno.test("BusReceiver.deliver() reports the events that were deleted before it read their page", async () => {
  await using folder = await TempFolder.create();
  using receiving = new Receiving(await openStoreFile(folder.newPath()));
  receiving.send(1, 10);
  receiving.receiver.deliver();
  receiving.send(11, 20);
  deleteOld(receiving.file);
  receiving.send(21, 22);
  receiving.receiver.deliver();
  assertEquals([receiving.log, receiving.lost], [[...numbers(1, 10), 21, 22], [10]]);
});

Deno.test("BusReceiver.deliver() reports the events that a process deletes while a handler runs", async () => {
  await using folder = await TempFolder.create();
  using receiving = new Receiving(await openStoreFile(folder.newPath()));
  receiving.send(1, 300);
  receiving.onEvent = () => deleteOld(receiving.file);
  receiving.receiver.deliver();
  await nextTurns();
  assertEquals([receiving.log, receiving.lost], [[1], [MAX_PAGE_EVENTS - 1, 300 - MAX_PAGE_EVENTS]]);
});

Deno.test("BusReceiver.deliver() reports no loss of events that this backend sent itself", async () => {
  await using folder = await TempFolder.create();
  using receiving = new Receiving(await openStoreFile(folder.newPath()));
  const own = new BusEvents(receiving.file, "own");
  receiving.send(1, 1);
  for (let n = 0; n < 3; n++) own.sendCommit(namespace, "a", 1);
  receiving.receiver.noticeOwn(own.takeSent());
  assertEquals(receiving.log, []);
  receiving.receiver.deliver();
  for (let n = 0; n < 3; n++) own.sendCommit(namespace, "a", 1);
  receiving.receiver.noticeOwn(own.takeSent());
  deleteOld(receiving.file);
  receiving.send(2, 2);
  receiving.receiver.deliver();
  assertEquals([receiving.log, receiving.lost], [[1, 2], []]);
});

Deno.test("BusCarrier reports lost events to onError, and not events that it sent itself or rolled back", async () => {
  await using folder = await TempFolder.create();
  const path = folder.newPath();
  const [file, other] = [await openStoreFile(path), await openStoreFile(path)];
  const errors: Error[] = [];
  await using two = await sqlite({ path });
  two.bus.within("t").subscribe(() => {});
  await using backend = open(file, path, { onError: (error) => errors.push(error as Error) });
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
  deleteOld(other);
  appendAsOther(other, "order.1");
  await append();
  assertEquals([received, errors], [[1, 2, 3, 4, 5], []]);
  appendAsOther(other, "order.1");
  appendAsOther(other, "order.1");
  deleteOld(other);
  appendAsOther(other, "order.1");
  deleteOld(other);
  await append();
  assertEquals(received, [1, 2, 3, 4, 5, 8, 9]);
  assertEquals(errors.map(({ message }) => message), [
    "Cannot receive bus events of other processes: up to 2 events were deleted 10 seconds after they were sent, " +
    "before this process read them. Shorten the work of bus handlers",
  ]);
  other.close();
});

function open(file: StoreFile, path: string, options: BackendOptions = {}) {
  return createBackend(
    new SqliteDriver(file, checkSqliteOptions({ path, pollInterval: 60_000, ...options }, "sqlite")),
  );
}

/** Appends an event to an actor through another connection, as another process does. */
function appendAsOther(file: StoreFile, actorId: string): void {
  const event = { id: crypto.randomUUID(), type: "Made", schemaVersion: 1, data: {}, metadata: {} };
  const content = { timestamp: 1, events: [event] };
  const body = stringifyCommit(content);
  file.connection.run("BEGIN IMMEDIATE");
  file.refresh();
  const commit = { actorId, expectedVersion: "any", id: event.id, ...content } as Parameters<typeof appendCommit>[1];
  const outcome = appendCommit(new LogState(namespace, file), commit, body, body.length);
  assert("ok" in outcome && outcome.ok);
  new BusEvents(file, "other").sendCommit(namespace, actorId, outcome.offset);
  file.connection.run("COMMIT");
}

Deno.test("append() in a bus handler keeps the order of versions if another process commits at that moment", async () => {
  await using folder = await TempFolder.create();
  const path = folder.newPath();
  const [file, other] = [await openStoreFile(path), await openStoreFile(path)];
  await using backend = open(file, path);
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
    await nextTurns();
    appendAsOther(other, "trigger");
    await append("order.1");
  }
  await nextTurns();
  assertEquals(received, numbers(1, 20));
  other.close();
});

Deno.test("append() resolves at once while the bus cannot read the events of other processes", async () => {
  await using folder = await TempFolder.create();
  const path = folder.newPath();
  const [file, other] = [await openStoreFile(path), await openStoreFile(path)];
  const errors: Error[] = [];
  await using backend = open(file, path, { onError: (error) => errors.push(error as Error) });
  backend.bus.within("t").subscribe(() => {});
  await nextTurns();
  appendAsOther(other, "order.1");
  breakReads(file.connection, "FROM bus_events\n");
  const before = performance.now();
  await backend.store("t").append("order.1", [{ type: "Made", data: {} }], { expectedVersion: "any" });
  assert(performance.now() - before < 1_000);
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
    await using backend = open(file, path);
    const broken = breakReads(file.connection, "coalesce(max(id)");
    broken.isBroken = (n) => n === call;
    const subscribe = (pattern: string) => backend.bus.within(pattern).subscribe(() => {});
    if (call === 2) subscribe("a");
    assertThrows(() => subscribe("t"), UnavailableError, "Cannot subscribe to the bus of other processes: disk I/O");
    await nextTurns();
    assertEquals(other.connection.row("SELECT count(*) FROM bus_sessions"), [call - 1]);
    other.close();
  });
}
