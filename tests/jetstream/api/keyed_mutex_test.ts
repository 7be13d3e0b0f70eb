import { assert, assertEquals } from "@std/assert";
import { turns } from "../../_support/until.ts";
import { KeyedMutex } from "../../../adapters/jetstream/api/keyed_mutex.ts";
import { RetryBudget } from "../../../adapters/jetstream/api/retry_budget.ts";
import { failureOf } from "../_support/failure_of.ts";

const longBudget = new RetryBudget(10_000, undefined);

Deno.test("KeyedMutex.acquire() is FIFO for one key, and does not wait for other keys", async () => {
  const mutex = new KeyedMutex();
  const order: string[] = [];
  const work = async (key: string, name: string): Promise<void> => {
    await mutex.acquire(key, longBudget);
    order.push(`${name} begins`);
    await turns(1);
    order.push(`${name} ends`);
    mutex.release(key);
  };
  await Promise.all([work("a", "1"), work("a", "2"), work("b", "3"), work("a", "4")]);
  assertEquals(order.filter((line) => !line.startsWith("3")), [
    "1 begins",
    "1 ends",
    "2 begins",
    "2 ends",
    "4 begins",
    "4 ends",
  ]);
  assert(order.indexOf("3 begins") < order.indexOf("1 ends"));
  await turns(1);
  assertEquals(mutex.size, 0, "a released key takes no memory");
});

Deno.test("KeyedMutex.tryAcquire() acquires a free mutex only, and waiters acquire it after its release", async () => {
  const mutex = new KeyedMutex();
  assert(mutex.tryAcquire("a"));
  assert(!mutex.tryAcquire("a"));
  assert(mutex.tryAcquire("b"));
  const waiter = mutex.acquire("a", longBudget);
  mutex.release("a");
  assert(!mutex.tryAcquire("a"), "the waiter holds it");
  await waiter;
  mutex.release("a");
  assert(mutex.tryAcquire("a"));
});

Deno.test("KeyedMutex.acquire() keeps FIFO order when a waiter aborts", async () => {
  const mutex = new KeyedMutex();
  await mutex.acquire("a", longBudget);
  const controller = new AbortController();
  const second = failureOf(mutex.acquire("a", new RetryBudget(10_000, controller.signal)));
  controller.abort("enough");
  assertEquals(await second, "enough");
  let began = false;
  const third = mutex.acquire("a", longBudget).then(() => {
    began = true;
    mutex.release("a");
  });
  await turns(1);
  assertEquals(began, false);
  mutex.release("a");
  await third;
  assertEquals([began, mutex.size], [true, 0]);
});

Deno.test("KeyedMutex.acquire() rejects when the budget of a waiter is used up", async () => {
  const mutex = new KeyedMutex();
  await mutex.acquire("a", longBudget);
  assertEquals(
    (await failureOf(mutex.acquire("a", new RetryBudget(10, undefined))) as { kind: string }).kind,
    "no-reply",
  );
  const third = mutex.acquire("a", longBudget);
  mutex.release("a");
  await third;
});
