import { assertEquals, assertRejects } from "@std/assert";
import { turns } from "../../_support/until.ts";
import { RevocableSemaphore } from "../../../adapters/jetstream/util/revocable_semaphore.ts";

/** A holder that counts its permits: acquired and revoked. */
class Holder {
  revoked = 0;
  acquired = 0;
  revoke(): void {
    this.revoked++;
  }
}

/** Acquires a permit, and counts it. */
function acquire(semaphore: RevocableSemaphore, holder: Holder, signal?: AbortSignal): Promise<void> {
  return semaphore.acquire(holder, signal).then(() => void holder.acquired++);
}

const holders = (count: number) => Array.from({ length: count }, () => new Holder());

Deno.test("RevocableSemaphore.acquire() waits in FIFO order, and revokes no permit of a holder without progress", async () => {
  const semaphore = new RevocableSemaphore(2);
  const [a, b, c, d] = holders(4) as [Holder, Holder, Holder, Holder];
  for (const holder of [a, b, c, d]) void acquire(semaphore, holder);
  await turns(1);
  assertEquals([a, b, c, d].map(({ acquired }) => acquired), [1, 1, 0, 0]);
  semaphore.release(b);
  await turns(1);
  assertEquals([a, b, c, d].map(({ acquired }) => acquired), [1, 1, 1, 0]);
  semaphore.release(a);
  semaphore.release(c);
  await turns(1);
  assertEquals([a, b, c, d].map(({ acquired }) => acquired), [1, 1, 1, 1]);
  assertEquals([a, b, c, d].map(({ revoked }) => revoked), [0, 0, 0, 0]);
});

Deno.test("RevocableSemaphore.acquire() revokes the oldest permit whose holder has made progress", async () => {
  const semaphore = new RevocableSemaphore(3);
  const [a, b, c, d, e] = holders(5) as [Holder, Holder, Holder, Holder, Holder];
  for (const holder of [a, b, c]) await acquire(semaphore, holder);
  semaphore.progress(c);
  semaphore.progress(b);
  await acquire(semaphore, d);
  await acquire(semaphore, e);
  assertEquals([a, b, c, d, e].map(({ revoked }) => revoked), [0, 1, 1, 0, 0]);
});

Deno.test("RevocableSemaphore.progress() passes the permit to the first waiter", async () => {
  const semaphore = new RevocableSemaphore(1);
  const [a, b, c] = holders(3) as [Holder, Holder, Holder];
  for (const holder of [a, b, c]) void acquire(semaphore, holder);
  await turns(1);
  semaphore.progress(a);
  await turns(1);
  assertEquals([a, b, c].map(({ acquired }) => acquired), [1, 1, 0]);
  assertEquals([a, b, c].map(({ revoked }) => revoked), [1, 0, 0]);
  // The holder has no permit any more: further calls change nothing.
  semaphore.progress(a);
  semaphore.release(a);
  await turns(1);
  assertEquals(c.acquired, 0);
});

Deno.test("RevocableSemaphore.progress() makes only the current permit revocable, not the holder's next one", async () => {
  const semaphore = new RevocableSemaphore(1);
  const [a, b] = holders(2) as [Holder, Holder];
  await acquire(semaphore, a);
  semaphore.progress(a);
  await acquire(semaphore, a);
  semaphore.release(a);
  await acquire(semaphore, a);
  void acquire(semaphore, b);
  await turns(1);
  assertEquals([a.revoked, b.acquired], [0, 0]);
});

Deno.test("RevocableSemaphore.acquire() rejects with the signal's reason, and loses no permit", async () => {
  const semaphore = new RevocableSemaphore(1);
  const [a, b, c] = holders(3) as [Holder, Holder, Holder];
  await acquire(semaphore, a);
  const controller = new AbortController();
  const waiting = acquire(semaphore, b, controller.signal);
  void acquire(semaphore, c);
  // The waiter is aborted. It gets the permit before its promise rejects.
  controller.abort(new RangeError("enough"));
  semaphore.release(a);
  await assertRejects(() => waiting, RangeError, "enough");
  await turns(1);
  assertEquals([b.acquired, c.acquired], [0, 1]);
  const late = new AbortController();
  const aborted = acquire(semaphore, a, late.signal);
  late.abort(new RangeError("late"));
  await assertRejects(() => aborted, RangeError, "late");
  semaphore.release(c);
  await acquire(semaphore, b);
  assertEquals(b.acquired, 1);
});
