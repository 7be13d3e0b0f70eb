import type { Backend, BusEvent } from "@flowmade-one/aether";
import { sqlite } from "@flowmade-one/aether/sqlite";
import { assert, assertEquals } from "@std/assert";
import { MAX_PAGE_EVENTS } from "../../adapters/sqlite/bus/bus_events.ts";
import { TurnCounter, turns, until } from "../_support/until.ts";
import { lockFile } from "./other_process.ts";
import { TempFolder } from "./temp_folder.ts";

function append(backend: Backend, data: unknown = {}) {
  return backend.store("t").append("order.1", [{ type: "Made", data }], { expectedVersion: "any" });
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
    using counter = new TurnCounter();
    const deliveryTurns: number[] = [];
    const received: unknown[] = [];
    one.bus.within("t").subscribe(({ metadata }) => {
      deliveryTurns.push(counter.turn);
      received.push(metadata.correlationId);
    });
    const numbers = Array.from({ length: count }, (_, n) => `${n}`);
    const data = "x".repeat(bytes);
    for (const correlationId of numbers) {
      two.bus.within("t").publish("order.1", { type: "Viewed", data, metadata: { correlationId } });
    }
    await until("all events are received", () => received.length >= count);
    assertEquals(received, numbers);
    const perTurn = Object.values(Object.groupBy(deliveryTurns, (turn) => turn)).map((events) => events!.length);
    assert(Math.max(...perTurn) <= most, `events in one turn: ${perTurn}`);
  });
}

Deno.test("append() resolves after the earlier commits of a long backlog were delivered, in the order of versions", async () => {
  await using folder = await TempFolder.create();
  const path = folder.newPath();
  await using one = await sqlite({ path, durability: "process", pollInterval: 60_000 });
  await using two = await sqlite({ path, durability: "process" });
  using counter = new TurnCounter();
  const versions: (number | undefined)[] = [];
  const deliveryTurns = new Set<number>();
  one.bus.within("t").subscribe(({ version }) => {
    versions.push(version);
    deliveryTurns.add(counter.turn);
  });
  await Promise.all(Array.from({ length: 2_000 }, () => append(two)));
  assertEquals(versions, []);
  await Promise.all([append(one), append(one)]);
  await append(two);
  await append(one);
  assertEquals(versions, Array.from({ length: 2_004 }, (_, i) => i + 1));
  assert(deliveryTurns.size >= 2_000 / MAX_PAGE_EVENTS, `${deliveryTurns.size} turns`);
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
  await Promise.all(Array.from({ length: 600 }, (_, n) => append(two, n)));
  one.bus.observe(one.grant(">", { reason: "test" }), ({ data }) => second!.push(data));
  await append(one, 600);
  assertEquals([first!.length, second], [601, [600]]);
});

Deno.test("publish() delivers an event to another backend after another program releases its lock", async () => {
  await using folder = await TempFolder.create();
  const path = folder.newPath();
  await using one = await sqlite({ path });
  await using two = await sqlite({ path });
  const received: BusEvent[] = [];
  one.bus.within("t").subscribe((event) => received.push(event));
  using lock = lockFile(path);
  two.bus.within("t").publish("order.1", { type: "Viewed", data: 1 });
  await turns();
  assertEquals(received, []);
  lock[Symbol.dispose]();
  await until("the event is received", () => received.length > 0);
  assertEquals(received[0]?.data, 1);
});

Deno.test("publish() reports to onError an event that was not sent before the timeout", async () => {
  await using folder = await TempFolder.create();
  const path = folder.newPath();
  await using one = await sqlite({ path });
  one.bus.within("t").subscribe(() => {});
  const errors: unknown[] = [];
  await using two = await sqlite({ path, timeout: 10, onError: (error) => errors.push(error) });
  using lock = lockFile(path);
  two.bus.within("t").publish("order.1", { type: "Viewed", data: 1 });
  await until("the error is reported", () => errors.length > 0);
  lock[Symbol.dispose]();
  assert(String(errors[0]).includes("publish an event of"), String(errors[0]));
});
