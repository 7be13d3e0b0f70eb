import { assertEquals } from "@std/assert";
import { turns } from "../../_support/until.ts";
import { Semaphore } from "../../../adapters/jetstream/api/semaphore.ts";
import { failureOf } from "../_support/failure_of.ts";

Deno.test("Semaphore.run() runs at most as many concurrent tasks as there are permits, and rejects an aborted waiter", async () => {
  const semaphore = new Semaphore(2, 10_000);
  let working = 0;
  let most = 0;
  const work = async (): Promise<void> => {
    most = Math.max(most, ++working);
    await turns(1);
    working--;
  };
  const controller = new AbortController();
  const jobs = Array.from({ length: 10 }, () => semaphore.run(undefined, work));
  const aborted = failureOf(semaphore.run(controller.signal, work));
  const last = semaphore.run(undefined, work);
  controller.abort("enough");
  assertEquals(await aborted, "enough");
  await Promise.all([...jobs, last]);
  assertEquals([working, most], [0, 2]);
  assertEquals(await failureOf(semaphore.run(undefined, () => Promise.reject("failed"))), "failed");
  await Promise.all([semaphore.run(undefined, work), semaphore.run(undefined, work)]);
});

Deno.test("Semaphore.run() fails waiters when no task ends within the timeout", async () => {
  const semaphore = new Semaphore(1, 20);
  const stalled = Promise.withResolvers<void>();
  const first = semaphore.run(undefined, () => stalled.promise);
  assertEquals(
    (await failureOf(semaphore.run(undefined, () => Promise.resolve())) as { kind: string }).kind,
    "no-reply",
  );
  stalled.resolve();
  await first;
  assertEquals(await semaphore.run(undefined, () => Promise.resolve(7)), 7);
});
