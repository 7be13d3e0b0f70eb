import { assert, assertEquals } from "@std/assert";
import { sqlite } from "../../adapters/sqlite/mod.ts";
import { Write, WriteQueue } from "../../adapters/sqlite/database/write_queue.ts";
import { openStoreFile } from "./open_file.ts";
import { TempFolder } from "./temp_folder.ts";

/** More appends than a lone writer makes in one turn of the event loop. */
const MANY = 20_000;

Deno.test("append() in a loop of one writer lets timers run", async () => {
  await using folder = await TempFolder.create();
  await using backend = await sqlite({ path: folder.newPath(), durability: "process" });
  const store = backend.store("prod");
  let turns = 0;
  const timer = setInterval(() => turns++, 0);
  let version = 0;
  while (version < MANY && turns < 2) {
    ({ version } = await store.append("a", [{ type: "T", data: {} }], { expectedVersion: version }));
  }
  clearInterval(timer);
  assert(turns >= 2, `${turns} turns in ${version} appends`);
  assertEquals((await store.read("a").toArray()).length, version);
});

/** A write without a change, whose writer adds it again a number of microtasks after it was committed. */
class RepeatedWrite extends Write {
  readonly bytes = 1;
  readonly isDurable = false;
  readonly #queue: WriteQueue;
  readonly #microtasks: number;
  readonly #ended: () => void;
  #left: number;

  constructor(queue: WriteQueue, count: number, microtasks: number, ended: () => void) {
    super();
    this.#queue = queue;
    this.#left = count;
    this.#microtasks = microtasks;
    this.#ended = ended;
  }

  apply(): void {}

  committed(): void {
    if (--this.#left > 0) this.#addAfter(this.#microtasks);
    else this.#ended();
  }

  failed(error: unknown): void {
    throw error;
  }

  #addAfter(microtasks: number): void {
    if (microtasks === 0) this.#queue.add(this);
    else queueMicrotask(() => this.#addAfter(microtasks - 1));
  }
}

Deno.test("WriteQueue combines the writes of a second writer with the writes of a writer that was alone", async () => {
  await using folder = await TempFolder.create();
  const file = await openStoreFile(folder.newPath());
  const queue = new WriteQueue(file, 1_000);
  let transactions = 0;
  queue.observe({ begun: () => transactions++, ended: () => {} });
  const write = (microtasks: number) =>
    new Promise<void>((resolve) => queue.add(new RepeatedWrite(queue, 10, microtasks, resolve)));
  await write(1);
  assertEquals(transactions, 10);
  await Promise.all([write(1), write(9)]);
  assertEquals(transactions, 20);
  file.close();
});

Deno.test("WriteQueue pauses between transactions that follow each other, so that other processes can lock the file", async () => {
  await using folder = await TempFolder.create();
  const file = await openStoreFile(folder.newPath());
  const queue = new WriteQueue(file, 1_000);
  // A turn of the event loop calls an interval once at most. Only in a pause do several turns pass.
  let [calls, most] = [0, 0];
  const timer = setInterval(() => calls++, 1);
  queue.observe({
    begun: () => {
      most = Math.max(most, calls);
      calls = 0;
    },
    ended: () => {},
  });
  for (let i = 0; i < MANY && most < 2; i++) {
    await new Promise<void>((resolve) => queue.add(new RepeatedWrite(queue, 10, 1, resolve)));
  }
  clearInterval(timer);
  assert(most >= 2, `${most} calls between two transactions at most`);
  file.close();
});
