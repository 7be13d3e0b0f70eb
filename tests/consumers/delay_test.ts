/** The option `delay` of `consume()`, and the timers behind it. */
import { assertEquals } from "@std/assert";
import { consume } from "@flowmade-one/aether/consumers";
import { memory } from "@flowmade-one/aether/memory";
import { sleep } from "../../src/consumers/sleep.ts";
import { TestClock } from "../_support/test_clock.ts";
import { until } from "../_support/until.ts";
import { appendTo, storeAt } from "./open_store.ts";

/** Milliseconds of the longest timer of a runtime. A longer one fires at once. */
const LONGEST_TIMER = 2 ** 31 - 1;
const YEAR = 31_536_000_000;

for (const milliseconds of [0, 1, LONGEST_TIMER, LONGEST_TIMER + 1, YEAR]) {
  Deno.test(`sleep() waits for ${milliseconds} ms, by timers that a runtime accepts`, async () => {
    const timers: number[] = [];
    const schedule = (delay: number, call: () => void) => {
      timers.push(delay);
      queueMicrotask(call);
      return () => {};
    };
    await sleep({ schedule }, milliseconds, new AbortController().signal);
    assertEquals(timers.filter((delay) => delay > LONGEST_TIMER), []);
    assertEquals(timers.reduce((sum, delay) => sum + delay, 0), milliseconds);
  });
}

Deno.test("consume() handles a delayed event when it is due, in the process that has joined meanwhile", async () => {
  const clock = new TestClock();
  using _time = clock.run(500);
  await using backend = memory({ now: () => clock.time });
  const store = backend.store("test");
  const [delay, ttl] = [60_000, 600_000];
  const handled: string[] = [];
  const join = (process: string) => {
    return consume(storeAt(clock, store), { name: "c", delay, ttl }, ({ actorId, timestamp }) => {
      handled.push(`${process} handles ${actorId} ${clock.time - timestamp < delay ? "early" : "when due"}`);
    });
  };
  const first = await join("one");
  await appendTo(store, "a");
  const appendedAt = clock.time;
  await until("half of the delay has passed", () => clock.time >= appendedAt + delay / 2);
  await appendTo(store, "b");
  await first.close();
  await using second = await join("two");
  await second.caughtUp();
  assertEquals(handled, ["two handles a when due", "two handles b when due"]);
});
