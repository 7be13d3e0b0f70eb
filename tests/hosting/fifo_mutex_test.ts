import { assertEquals, assertRejects } from "@std/assert";
import { FifoMutex } from "../../src/hosting/fifo_mutex.ts";

const aborted = () => new Error("aborted");

Deno.test("FifoMutex.acquire() keeps FIFO order when a waiter aborts", async () => {
  const mutex = new FifoMutex();
  const order: string[] = [];
  await mutex.acquire(undefined, aborted);
  const controller = new AbortController();
  const waiters = ["a", "b", "c"].map(async (name) => {
    await mutex.acquire(name === "b" ? controller.signal : undefined, aborted);
    order.push(name);
    mutex.release();
  });
  assertEquals(mutex.waiting, 3);
  controller.abort();
  await assertRejects(() => waiters[1]!, Error, "aborted");
  assertEquals(mutex.waiting, 2);
  mutex.release();
  await Promise.all([waiters[0], waiters[2]]);
  assertEquals([order, mutex.isHeld, mutex.waiting], [["a", "c"], false, 0]);
});

Deno.test("FifoMutex.acquire() rejects an aborted signal also when the mutex is free", async () => {
  const mutex = new FifoMutex();
  await assertRejects(() => mutex.acquire(AbortSignal.abort(), aborted), Error, "aborted");
  assertEquals(mutex.isHeld, false);
});

Deno.test("FifoMutex.tryAcquire() acquires a free mutex, and refuses a held mutex and one that a waiter acquires", async () => {
  const mutex = new FifoMutex();
  assertEquals([mutex.tryAcquire(), mutex.tryAcquire()], [true, false]);
  const waiter = mutex.acquire(undefined, aborted);
  mutex.release();
  assertEquals(mutex.tryAcquire(), false);
  await waiter;
  mutex.release();
  assertEquals(mutex.tryAcquire(), true);
});
