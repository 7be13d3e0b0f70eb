import { assert, assertEquals, assertRejects } from "@std/assert";
import { isAetherError } from "@flowmade-one/aether";
import type { Page } from "@flowmade-one/aether/adapter";
import { gate, page, scriptedStore } from "./scripted_log.ts";

async function* later(pages: readonly Page[]): AsyncGenerator<Page> {
  for (const page of pages) yield await Promise.resolve(page);
}

const kinds: [name: string, pages: () => Iterable<Page> | AsyncIterable<Page>][] = [
  ["synchronously", () => [page(1, 3), page(4, 2), [], page(6, 1)]],
  ["asynchronously", () => later([page(1, 3), page(4, 2), [], page(6, 1)])],
];

const cuts: [options: { from?: number; to?: number; limit?: number }, versions: number[]][] = [
  [{}, [1, 2, 3, 4, 5, 6]],
  [{ limit: 1 }, [1]],
  [{ limit: 3 }, [1, 2, 3]],
  [{ limit: 4 }, [1, 2, 3, 4]],
  [{ limit: 6 }, [1, 2, 3, 4, 5, 6]],
  [{ limit: 7 }, [1, 2, 3, 4, 5, 6]],
  [{ from: 2 }, [2, 3, 4, 5, 6]],
  [{ from: 3, to: 4 }, [3, 4]],
  [{ from: 4, limit: 2 }, [4, 5]],
  [{ to: 1 }, [1]],
];

for (const [name, pages] of kinds) {
  for (const [options, versions] of cuts) {
    Deno.test(`read() cuts pages that the driver yields ${name} to ${JSON.stringify(options)}`, async () => {
      const store = scriptedStore({ readActor: pages });
      const collected = await store.read("a", options).toArray();
      assertEquals(collected.map(({ version }) => version), versions);
      const iterated = await Array.fromAsync(store.read("a", options), ({ version }) => version);
      assertEquals(iterated, versions);
    });
  }
}

Deno.test("read() stops the driver after the wanted events", async () => {
  let given = 0;
  function* counted(): Generator<Page> {
    for (let i = 0; i < 10; i++, given++) yield page(1 + i * 2, 2);
  }
  const store = scriptedStore({ readActor: counted });
  await store.read("a", { limit: 4 }).toArray();
  assertEquals(given, 1, "the driver was not resumed after the second page");
  given = 0;
  await Array.fromAsync(store.read("a", { limit: 4 }));
  assertEquals(given, 1, "by iteration, the driver was not resumed after the second page");
});

Deno.test("read() returns no events for a range whose end is before its beginning, without a call of the driver", async () => {
  const asked: number[][] = [];
  const store = scriptedStore({ readActor: (_, { from, to }) => (asked.push([from, to]), [page(1, 3)]) });
  for (const direction of ["forwards", "backwards"] as const) {
    assertEquals(await store.read("a", { from: 3, to: 2, direction }).toArray(), []);
    assertEquals(await Array.fromAsync(store.read("a", { from: 9, to: 1, direction })), []);
  }
  assertEquals(asked, []);
  await store.read("a", { from: 2, to: 2 }).toArray();
  assertEquals(asked, [[2, 2]]);
});

for (const [name, read] of [["toArray()", "toArray"], ["an iteration", "iterate"]] as const) {
  Deno.test(`read() by ${name} ends at its limit, before an error of the driver`, async () => {
    function* expiring(): Generator<Page> {
      yield page(1, 2);
      throw new RangeError("expired");
    }
    const reader = scriptedStore({ readActor: expiring }).read("a", { limit: 2 });
    const events = read === "toArray" ? await reader.toArray() : await Array.fromAsync(reader);
    assertEquals(events.map(({ version }) => version), [1, 2]);
  });
}

Deno.test("read() of many asynchronous pages adds a bounded number of reactions to each promise", async () => {
  const { then } = Promise.prototype;
  const reactions = new Map<Promise<unknown>, number>();
  const count = function (this: Promise<unknown>, ...handlers: Parameters<typeof then>) {
    reactions.set(this, (reactions.get(this) ?? 0) + 1);
    return then.apply(this, handlers);
  } as typeof then;
  const store = scriptedStore({ readActor: () => later(Array.from({ length: 100 }, (_, i) => page(i + 1, 1))) });
  Promise.prototype.then = count;
  try {
    assertEquals((await store.read("a").toArray()).length, 100);
  } finally {
    Promise.prototype.then = then;
  }
  assert(reactions.size > 0);
  assert(Math.max(...reactions.values()) <= 2, `${Math.max(...reactions.values())} reactions on one promise`);
});

Deno.test("read() ends the driver's iteration when the caller leaves the loop", async () => {
  let left = false;
  async function* endless(): AsyncGenerator<Page> {
    try {
      for (let i = 1;; i++) yield await Promise.resolve(page(i, 1));
    } finally {
      left = true;
    }
  }
  for await (const event of scriptedStore({ readActor: endless }).read("a")) if (event.version === 3) break;
  assert(left);
});

Deno.test("read() throws a driver's error after the events before it", async () => {
  function* failing(): Generator<Page> {
    yield page(1, 2);
    throw new RangeError("the disk failed");
  }
  const store = scriptedStore({ readActor: failing });
  await assertRejects(() => store.read("a").toArray(), RangeError, "the disk failed");
  const seen: number[] = [];
  await assertRejects(async () => {
    for await (const { version } of store.read("a")) seen.push(version);
  }, RangeError);
  assertEquals(seen, [1, 2]);
});

Deno.test("EventReader refuses a second use", async () => {
  const reader = scriptedStore({ readActor: () => [page(1, 1)] }).read("a");
  await reader.toArray();
  const error = await assertRejects(() => reader.toArray(), Error, "a reader can be iterated once");
  assert(isAetherError(error, "invalid-argument"));
  await assertRejects(() => Array.fromAsync(reader), Error, "a reader can be iterated once");
});

Deno.test("read() rejects if its signal is aborted between two events", async () => {
  const controller = new AbortController();
  const reader = scriptedStore({ readActor: () => [page(1, 3)] }).read("a", { signal: controller.signal });
  const seen: number[] = [];
  const error = await assertRejects(
    async () => {
      for await (const { version } of reader) {
        seen.push(version);
        controller.abort("enough");
      }
    },
    Error,
    'Cannot read "a": the signal was aborted',
  );
  assert(isAetherError(error, "aborted") && error.cause === "enough");
  assertEquals(seen, [1]);
});

Deno.test("read() rejects with an AbortError if the driver throws the signal's reason", async () => {
  const controller = new AbortController();
  async function* waits(_: string, __: unknown, signal?: AbortSignal): AsyncGenerator<Page> {
    controller.abort();
    await Promise.resolve();
    signal?.throwIfAborted();
    yield page(1, 1);
  }
  const store = scriptedStore({ readActor: waits });
  const error = await assertRejects(() => store.read("a", { signal: controller.signal }).toArray());
  assert(isAetherError(error, "aborted"));
});

Deno.test("read() rejects if the store is closed between two pages", async () => {
  const closed = gate();
  async function* slow(): AsyncGenerator<Page> {
    yield page(1, 1);
    await closed.opened;
    yield page(2, 1);
  }
  const store = scriptedStore({ readActor: slow });
  const reading = store.read("a").toArray();
  const failure = assertRejects(() => reading);
  await store.close();
  closed.open();
  assert(isAetherError(await failure, "closed"));
});

Deno.test("read() rejects on an abort or close() while the driver never answers", async () => {
  const readActor = () => ({ [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(() => {}) }) });
  const store = scriptedStore({ readActor });
  const controller = new AbortController();
  const aborted = assertRejects(() => store.read("a", { signal: controller.signal }).toArray());
  const closed = assertRejects(() => store.read("a").toArray());
  const iterated = assertRejects(() => Array.fromAsync(store.read("a")));
  controller.abort();
  assert(isAetherError(await aborted, "aborted"));
  await store.close();
  assert(isAetherError(await closed, "closed"));
  assert(isAetherError(await iterated, "closed"));
});

Deno.test("read() removes its listener from the signal and ends the driver's iteration", async () => {
  const { signal } = new AbortController();
  let listeners = 0;
  const [add, remove] = [signal.addEventListener.bind(signal), signal.removeEventListener.bind(signal)];
  signal.addEventListener = (...args: Parameters<typeof add>) => (listeners++, add(...args));
  signal.removeEventListener = (...args: Parameters<typeof remove>) => (listeners--, remove(...args));
  const store = scriptedStore({ readActor: () => later([page(1, 2), page(3, 2)]) });
  await store.read("a", { signal }).toArray();
  await store.read("a", { signal, limit: 1 }).toArray();
  for await (const _ of store.read("a", { signal })) break;
  assertEquals(listeners, 0);
});
