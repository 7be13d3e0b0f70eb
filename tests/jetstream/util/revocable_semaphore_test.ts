import { assertEquals, assertRejects } from "@std/assert";
import { RevocableSemaphore } from "../../../adapters/jetstream/util/revocable_semaphore.ts";

/** A holder that notes when its permit was revoked. */
class Holder {
  revoked = 0;
  acquired = 0;
  revoke(): void {
    this.revoked++;
  }
}

/** Starts to acquire; notes when that is done. */
function acquire(semaphore: RevocableSemaphore, holder: Holder, signal?: AbortSignal): Promise<void> {
  return semaphore.acquire(holder, signal).then(() => void holder.acquired++);
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 0));
const holders = (count: number) => Array.from({ length: count }, () => new Holder());

Deno.test("RevocableSemaphore.acquire() waits in FIFO order for holders without progress", async () => {
  const semaphore = new RevocableSemaphore(2);
  const [a, b, c, d] = holders(4) as [Holder, Holder, Holder, Holder];
  for (const holder of [a, b, c, d]) void acquire(semaphore, holder);
  await settled();
  assertEquals([a, b, c, d].map(({ acquired }) => acquired), [1, 1, 0, 0]);
  semaphore.release(b);
  await settled();
  assertEquals([a, b, c, d].map(({ acquired }) => acquired), [1, 1, 1, 0]);
  semaphore.release(a);
  semaphore.release(c);
  await settled();
  assertEquals([a, b, c, d].map(({ acquired }) => acquired), [1, 1, 1, 1]);
  assertEquals([a, b, c, d].map(({ revoked }) => revoked), [0, 0, 0, 0]);
});

Deno.test("RevocableSemaphore.acquire() revokes the permit that was acquired first of those with progress", async () => {
  const semaphore = new RevocableSemaphore(3);
  const [a, b, c, d, e] = holders(5) as [Holder, Holder, Holder, Holder, Holder];
  for (const holder of [a, b, c]) await acquire(semaphore, holder);
  semaphore.progress(c);
  semaphore.progress(b);
  await acquire(semaphore, d);
  await acquire(semaphore, e);
  assertEquals([a, b, c, d, e].map(({ revoked }) => revoked), [0, 1, 1, 0, 0]);
});

Deno.test("RevocableSemaphore.progress() gives the permit to the first that waits", async () => {
  const semaphore = new RevocableSemaphore(1);
  const [a, b, c] = holders(3) as [Holder, Holder, Holder];
  for (const holder of [a, b, c]) void acquire(semaphore, holder);
  await settled();
  semaphore.progress(a);
  await settled();
  assertEquals([a, b, c].map(({ acquired }) => acquired), [1, 1, 0]);
  assertEquals([a, b, c].map(({ revoked }) => revoked), [1, 0, 0]);
  // It has none any more, so that this changes nothing.
  semaphore.progress(a);
  semaphore.release(a);
  await settled();
  assertEquals(c.acquired, 0);
});

Deno.test("RevocableSemaphore.progress() counts for one permit: a permit that is acquired again is kept", async () => {
  const semaphore = new RevocableSemaphore(1);
  const [a, b] = holders(2) as [Holder, Holder];
  await acquire(semaphore, a);
  semaphore.progress(a);
  await acquire(semaphore, a);
  semaphore.release(a);
  await acquire(semaphore, a);
  void acquire(semaphore, b);
  await settled();
  assertEquals([a.revoked, b.acquired], [0, 0]);
});

Deno.test("RevocableSemaphore.acquire() rejects with the signal's reason, and loses no permit", async () => {
  const semaphore = new RevocableSemaphore(1);
  const [a, b, c] = holders(3) as [Holder, Holder, Holder];
  await acquire(semaphore, a);
  const controller = new AbortController();
  const waiting = acquire(semaphore, b, controller.signal);
  void acquire(semaphore, c);
  // It is aborted, and given the permit before it notices that.
  controller.abort(new RangeError("enough"));
  semaphore.release(a);
  await assertRejects(() => waiting, RangeError, "enough");
  await settled();
  assertEquals([b.acquired, c.acquired], [0, 1]);
  const late = new AbortController();
  const aborted = acquire(semaphore, a, late.signal);
  late.abort(new RangeError("late"));
  await assertRejects(() => aborted, RangeError, "late");
  semaphore.release(c);
  await acquire(semaphore, b);
  assertEquals(b.acquired, 1);
});
