import { assertEquals } from "@std/assert";
import { FairSemaphore } from "../../../adapters/jetstream/api/fair_semaphore.ts";
import { failureOf } from "../_support/failure_of.ts";
import { MovedClock } from "../_support/moved_clock.ts";

const LONG_MS = 600_000;

/** Runs tasks under a semaphore. The test ends each task. */
class TestTasks {
  readonly semaphore: FairSemaphore;
  readonly clock: MovedClock = new MovedClock();
  /** The names of the tasks that have begun, in order. */
  readonly begun: string[] = [];
  readonly #ends: Map<string, PromiseWithResolvers<string>> = new Map();
  readonly #progress: Map<string, () => void> = new Map();
  readonly #running: Promise<unknown>[] = [];

  constructor(permits: number, timeout: number = LONG_MS) {
    this.semaphore = new FairSemaphore(permits, timeout, this.clock);
  }

  /**
   * Starts a task, which waits for a permit.
   *
   * @param name The namespace of the task, and a number, such as `a 1`.
   * @returns A promise of the error of `run()`; `undefined` if it succeeds.
   */
  start(name: string, signal?: AbortSignal): Promise<unknown> {
    const running = this.semaphore.run(name.split(" ")[0]!, signal, (progress) => {
      this.begun.push(name);
      this.#progress.set(name, progress);
      const end = Promise.withResolvers<string>();
      this.#ends.set(name, end);
      return end.promise;
    });
    const settled = failureOf(running);
    this.#running.push(settled);
    return settled;
  }

  progress(name: string): void {
    this.#progress.get(name)!();
  }

  async end(name: string, failure?: Error): Promise<void> {
    const end = this.#ends.get(name)!;
    if (failure === undefined) end.resolve(name);
    else end.reject(failure);
    await settle();
  }

  async endAll(): Promise<void> {
    for (let i = 0; i < this.begun.length; i++) await this.end(this.begun[i]!);
    await Promise.all(this.#running);
  }
}

/** Waits until all pending microtasks have run, but no timer. */
async function settle(): Promise<void> {
  for (let i = 0; i < 20; i++) await undefined;
}

Deno.test("FairSemaphore.run() runs a task per permit, and releases the permit of a failed task", async () => {
  const tasks = new TestTasks(2);
  for (const name of ["a 1", "a 2", "a 3", "a 4"]) tasks.start(name);
  await settle();
  assertEquals(tasks.begun, ["a 1", "a 2"]);
  await tasks.end("a 2", new Error("failed"));
  assertEquals(tasks.begun, ["a 1", "a 2", "a 3"]);
  await tasks.end("a 1");
  assertEquals(tasks.begun, ["a 1", "a 2", "a 3", "a 4"]);
  await tasks.endAll();
});

Deno.test("FairSemaphore.run() gives permits to namespaces by turns", async () => {
  const tasks = new TestTasks(1);
  for (const name of ["a 1", "a 2", "a 3", "a 4", "b 1", "b 2", "c 1"]) tasks.start(name);
  await tasks.endAll();
  assertEquals(tasks.begun, ["a 1", "a 2", "b 1", "c 1", "a 3", "b 2", "a 4"]);
});

Deno.test("FairSemaphore.run() revokes the permit of a task that one later task per permit overtook", async () => {
  const tasks = new TestTasks(2);
  for (const name of ["stalled 1", "a 1", "a 2", "a 3", "a 4"]) tasks.start(name);
  await settle();
  await tasks.end("a 1");
  assertEquals(tasks.begun, ["stalled 1", "a 1", "a 2"], "one task overtook stalled 1");
  await tasks.end("a 2");
  assertEquals(tasks.begun, ["stalled 1", "a 1", "a 2", "a 3", "a 4"], "two tasks overtook stalled 1");
  // The end of stalled 1 releases no second permit.
  tasks.start("a 5");
  await tasks.end("stalled 1");
  assertEquals(tasks.begun.at(-1), "a 4");
  await tasks.endAll();
});

Deno.test("FairSemaphore.run() does not revoke the permit of a task that makes progress", async () => {
  const tasks = new TestTasks(2);
  tasks.start("slow 1");
  for (let i = 1; i <= 20; i++) tasks.start(`a ${i}`);
  await settle();
  for (let i = 1; i < 20; i++) {
    // Fewer than two later tasks end between two signs of progress.
    if (i % 2 === 0) tasks.progress("slow 1");
    await tasks.end(`a ${i}`);
    assertEquals(tasks.begun.length, i + 2);
  }
  await tasks.endAll();
});

Deno.test("FairSemaphore.run() counts only tasks that began after the last progress of a task", async () => {
  const tasks = new TestTasks(3);
  for (const name of ["slow 1", "a 1", "a 2", "a 3", "a 4"]) tasks.start(name);
  await settle();
  tasks.progress("slow 1");
  // Only "a 3" and "a 4" began after the progress: one task less than there are permits.
  for (const name of ["a 1", "a 2", "a 3", "a 4"]) await tasks.end(name);
  for (const name of ["a 5", "a 6", "a 7"]) tasks.start(name);
  await settle();
  assertEquals(tasks.begun.slice(-2), ["a 5", "a 6"]);
  await tasks.endAll();
});

Deno.test("FairSemaphore.check() revokes all permits at the third check without any progress", async () => {
  const tasks = new TestTasks(2);
  for (const name of ["a 1", "b 1", "c 1", "d 1", "e 1"]) tasks.start(name);
  await settle();
  for (let i = 0; i < 2; i++) tasks.semaphore.check();
  tasks.progress("a 1");
  for (let i = 0; i < 2; i++) tasks.semaphore.check();
  await tasks.end("b 1");
  for (let i = 0; i < 2; i++) tasks.semaphore.check();
  await settle();
  assertEquals(tasks.begun, ["a 1", "b 1", "c 1"]);
  tasks.semaphore.check();
  await settle();
  assertEquals(tasks.begun, ["a 1", "b 1", "c 1", "d 1", "e 1"]);
  await tasks.endAll();
});

Deno.test("FairSemaphore.check() fails waiters when no task makes progress for the whole timeout", async () => {
  const tasks = new TestTasks(1, 40_000);
  tasks.start("a 1");
  const waiting = tasks.start("a 2");
  let failure: unknown;
  void waiting.then((error) => failure = error);
  tasks.semaphore.check();
  tasks.clock.advance(31_000);
  tasks.semaphore.check();
  tasks.progress("a 1");
  // At the next check, "a 2" has waited for 62 seconds, and the progress was 31 seconds ago.
  tasks.clock.advance(31_000);
  tasks.semaphore.check();
  await settle();
  assertEquals(failure, undefined);
  tasks.clock.advance(31_000);
  tasks.semaphore.check();
  assertEquals((await waiting as { kind?: string }).kind, "no-reply");
  await tasks.endAll();
  assertEquals(tasks.begun, ["a 1"]);
});

Deno.test("FairSemaphore.run() passes on the permit of a waiter that aborts before or after it got it", async () => {
  const waiting = new TestTasks(1);
  waiting.start("a 1");
  assertEquals(await waiting.start("a 2", AbortSignal.abort("at once")), "at once");
  waiting.start("a 3");
  await settle();
  assertEquals(waiting.begun, ["a 1"]);
  await waiting.endAll();

  /** Whether "a 2" got the permit before it aborted, over all rounds. */
  const begun = new Set<boolean>();
  for (let ticks = 0; ticks < 12; ticks++) {
    const tasks = new TestTasks(1);
    const controller = new AbortController();
    tasks.start("a 1");
    const aborted = tasks.start("a 2", controller.signal);
    tasks.start("a 3");
    void tasks.end("a 1");
    for (let tick = 0; tick < ticks; tick++) await undefined;
    controller.abort("enough");
    await settle();
    begun.add(tasks.begun.includes("a 2"));
    if (tasks.begun.includes("a 2")) await tasks.end("a 2");
    else assertEquals(await aborted, "enough");
    assertEquals(tasks.begun.at(-1), "a 3", `aborted after ${ticks} ticks`);
    tasks.start("a 4");
    await settle();
    assertEquals(tasks.begun.at(-1), "a 3", `aborted after ${ticks} ticks`);
    await tasks.endAll();
  }
  assertEquals(begun, new Set([false, true]), "some rounds abort before the permit, and some after it");
});
