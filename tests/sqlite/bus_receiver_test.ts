import { parseNamespace } from "@flowmade-one/aether";
import { assertEquals } from "@std/assert";
import { BusEvents, MAX_PAGE_EVENTS, stringifyPublished } from "../../adapters/sqlite/bus/bus_events.ts";
import { type BusListener, BusReceiver } from "../../adapters/sqlite/bus/bus_receiver.ts";
import type { StoreFile } from "../../adapters/sqlite/database/store_file.ts";
import { turns } from "../_support/until.ts";
import { breakReads } from "./break_reads.ts";
import { openStoreFile } from "./open_file.ts";
import { deleteBusEvents } from "./other_process.ts";
import { publishedEvent } from "./published_event.ts";
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
      const event = publishedEvent(n);
      this.#sender.sendPublished(event, stringifyPublished(event));
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
  await turns();
  assertEquals(receiving.log, [...numbers(1, 300), "append", ...numbers(301, 310)]);
});

Deno.test("BusReceiver.deliver() delivers one page in a turn of the event loop, however often it is called", async () => {
  await using folder = await TempFolder.create();
  using receiving = new Receiving(await openStoreFile(folder.newPath()));
  receiving.send(1, 600);
  for (let i = 0; i < 3; i++) receiving.receiver.deliver();
  assertEquals(receiving.log, numbers(1, MAX_PAGE_EVENTS));
  await turns();
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
  await turns();
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
  await turns();
  assertEquals(receiving.log, ["first", 1, "second"]);
});

Deno.test("BusReceiver.deliver() reports the events that were deleted before it read their page", async () => {
  await using folder = await TempFolder.create();
  using receiving = new Receiving(await openStoreFile(folder.newPath()));
  receiving.send(1, 10);
  receiving.receiver.deliver();
  receiving.send(11, 20);
  deleteBusEvents(receiving.file);
  receiving.send(21, 22);
  receiving.receiver.deliver();
  assertEquals([receiving.log, receiving.lost], [[...numbers(1, 10), 21, 22], [10]]);
});

Deno.test("BusReceiver.deliver() reports the events that a process deletes while a handler runs", async () => {
  await using folder = await TempFolder.create();
  using receiving = new Receiving(await openStoreFile(folder.newPath()));
  receiving.send(1, 300);
  receiving.onEvent = () => deleteBusEvents(receiving.file);
  receiving.receiver.deliver();
  await turns();
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
  deleteBusEvents(receiving.file);
  receiving.send(2, 2);
  receiving.receiver.deliver();
  assertEquals([receiving.log, receiving.lost], [[1, 2], []]);
});
