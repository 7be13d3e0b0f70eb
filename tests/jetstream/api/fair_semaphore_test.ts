import { assertEquals } from "@std/assert";
import { FairSemaphore } from "../../../adapters/jetstream/api/fair_semaphore.ts";
import { failureOf } from "../_support/failure_of.ts";
import { MovedClock } from "../_support/moved_clock.ts";

const LONG_MS = 600_000;

/** Runs works that end when the test says so. */
class Works {
  readonly semaphore: FairSemaphore;
  readonly clock: MovedClock = new MovedClock();
  /** The names of the works that have begun, in order. */
  readonly begun: string[] = [];
  readonly #ends: Map<string, PromiseWithResolvers<string>> = new Map();
  readonly #progress: Map<string, () => void> = new Map();
  readonly #running: Promise<unknown>[] = [];

  constructor(permits: number, timeout: number = LONG_MS) {
    this.semaphore = new FairSemaphore(permits, timeout, this.clock);
  }

  /** Asks for a permit for a work, whose name is its namespace and a number. */
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
    await turn();
  }

  async endAll(): Promise<void> {
    for (let i = 0; i < this.begun.length; i++) await this.end(this.begun[i]!);
    await Promise.all(this.#running);
  }
}

/** Lets everything run that waits for nothing but its turn, and no timer. */
async function turn(): Promise<void> {
  for (let i = 0; i < 20; i++) await undefined;
}

Deno.test("FairSemaphore.run() runs as many works as there are permits, and gives a permit back after a failure", async () => {
  const works = new Works(2);
  for (const name of ["a 1", "a 2", "a 3", "a 4"]) works.start(name);
  await turn();
  assertEquals(works.begun, ["a 1", "a 2"]);
  await works.end("a 2", new Error("failed"));
  assertEquals(works.begun, ["a 1", "a 2", "a 3"]);
  await works.end("a 1");
  assertEquals(works.begun, ["a 1", "a 2", "a 3", "a 4"]);
  await works.endAll();
});

Deno.test("FairSemaphore.run() gives permits to namespaces by turns", async () => {
  const works = new Works(1);
  for (const name of ["a 1", "a 2", "a 3", "a 4", "b 1", "b 2", "c 1"]) works.start(name);
  await works.endAll();
  assertEquals(works.begun, ["a 1", "a 2", "b 1", "c 1", "a 3", "b 2", "a 4"]);
});

Deno.test("FairSemaphore.run() takes the permit of a work that as many later works as permits overtook", async () => {
  const works = new Works(2);
  for (const name of ["stalled 1", "a 1", "a 2", "a 3", "a 4"]) works.start(name);
  await turn();
  await works.end("a 1");
  assertEquals(works.begun, ["stalled 1", "a 1", "a 2"], "one overtook it");
  await works.end("a 2");
  assertEquals(works.begun, ["stalled 1", "a 1", "a 2", "a 3", "a 4"], "two overtook it");
  // It gives back no second permit.
  works.start("a 5");
  await works.end("stalled 1");
  assertEquals(works.begun.at(-1), "a 4");
  await works.endAll();
});

Deno.test("FairSemaphore.run() leaves the permit to a work that makes progress, however many overtake it", async () => {
  const works = new Works(2);
  works.start("slow 1");
  for (let i = 1; i <= 20; i++) works.start(`a ${i}`);
  await turn();
  for (let i = 1; i < 20; i++) {
    // One work that began later ends between two signs of progress.
    if (i % 2 === 0) works.progress("slow 1");
    await works.end(`a ${i}`);
    assertEquals(works.begun.length, i + 2);
  }
  await works.endAll();
});

Deno.test("FairSemaphore.run() does not count works that began before the last progress", async () => {
  const works = new Works(3);
  for (const name of ["slow 1", "a 1", "a 2", "a 3", "a 4"]) works.start(name);
  await turn();
  works.progress("slow 1");
  // Only "a 3" and "a 4" began after it: one less than there are permits.
  for (const name of ["a 1", "a 2", "a 3", "a 4"]) await works.end(name);
  for (const name of ["a 5", "a 6", "a 7"]) works.start(name);
  await turn();
  assertEquals(works.begun.slice(-2), ["a 5", "a 6"]);
  await works.endAll();
});

Deno.test("FairSemaphore.check() takes all permits at the third check without any progress", async () => {
  const works = new Works(2);
  for (const name of ["a 1", "b 1", "c 1", "d 1", "e 1"]) works.start(name);
  await turn();
  for (let i = 0; i < 2; i++) works.semaphore.check();
  works.progress("a 1");
  for (let i = 0; i < 2; i++) works.semaphore.check();
  await works.end("b 1");
  for (let i = 0; i < 2; i++) works.semaphore.check();
  await turn();
  assertEquals(works.begun, ["a 1", "b 1", "c 1"]);
  works.semaphore.check();
  await turn();
  assertEquals(works.begun, ["a 1", "b 1", "c 1", "d 1", "e 1"]);
  await works.endAll();
});

Deno.test("FairSemaphore.check() fails waiters when no work makes progress for the whole timeout", async () => {
  const works = new Works(1, 40_000);
  works.start("a 1");
  const waiting = works.start("a 2");
  let failure: unknown;
  void waiting.then((error) => failure = error);
  works.semaphore.check();
  works.clock.advance(31_000);
  works.semaphore.check();
  works.progress("a 1");
  // 62 seconds after "a 2" began to wait, and 31 after the progress.
  works.clock.advance(31_000);
  works.semaphore.check();
  await turn();
  assertEquals(failure, undefined);
  works.clock.advance(31_000);
  works.semaphore.check();
  assertEquals((await waiting as { kind?: string }).kind, "no-reply");
  await works.endAll();
  assertEquals(works.begun, ["a 1"]);
});

Deno.test("FairSemaphore.run() passes the permit on when a waiter aborts, before and after it got one", async () => {
  const waiting = new Works(1);
  waiting.start("a 1");
  assertEquals(await waiting.start("a 2", AbortSignal.abort("at once")), "at once");
  waiting.start("a 3");
  await turn();
  assertEquals(waiting.begun, ["a 1"]);
  await waiting.endAll();

  const begun = new Set<boolean>();
  for (let ticks = 0; ticks < 12; ticks++) {
    const works = new Works(1);
    const controller = new AbortController();
    works.start("a 1");
    const aborted = works.start("a 2", controller.signal);
    works.start("a 3");
    void works.end("a 1");
    for (let tick = 0; tick < ticks; tick++) await undefined;
    controller.abort("enough");
    await turn();
    begun.add(works.begun.includes("a 2"));
    if (works.begun.includes("a 2")) await works.end("a 2");
    else assertEquals(await aborted, "enough");
    assertEquals(works.begun.at(-1), "a 3", `aborted after ${ticks} ticks`);
    works.start("a 4");
    await turn();
    assertEquals(works.begun.at(-1), "a 3", `aborted after ${ticks} ticks`);
    await works.endAll();
  }
  assertEquals(begun, new Set([false, true]), "both happened");
});
