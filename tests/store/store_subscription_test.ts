import { assert, assertEquals, assertRejects } from "@std/assert";
import { isAetherError } from "@flowmade-one/aether";
import type { FollowRange, Log, Page } from "@flowmade-one/aether/adapter";
import { turns } from "../_support/until.ts";
import { gate, page, scriptedStore } from "./scripted_log.ts";

type Item = Page | "caughtUp";

/** A `follow` that yields some items, then waits for its signal. Its state shows its progress. */
function following(items: readonly Item[]) {
  const state = { given: 0, ended: false };
  async function* follow(_: FollowRange, signal: AbortSignal): AsyncGenerator<Item> {
    try {
      for (const item of items) {
        if (signal.aborted) return;
        state.given++;
        yield item;
      }
      if (!signal.aborted) await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
    } finally {
      state.ended = true;
    }
  }
  return { state, follow };
}

async function take(events: AsyncIterable<{ version: number }>, count: number): Promise<number[]> {
  const versions: number[] = [];
  for await (const { version } of events) if (versions.push(version) === count) break;
  return versions;
}

Deno.test("subscribe() reads at most two pages ahead of its reader", async () => {
  const { state, follow } = following([page(1, 2), page(3, 2), page(5, 2), page(7, 2)]);
  const subscription = scriptedStore({ follow }).subscribe();
  await turns(1);
  assertEquals(state.given, 2, "one page for the reader, one in advance");
  await subscription.close();
  assertEquals(state.ended, true);
});

Deno.test("Subscription.caughtUp resolves when the reader requests the event after the last stored one", async () => {
  const { follow } = following([page(1, 2), "caughtUp", page(3, 1)]);
  const subscription = scriptedStore({ follow }).subscribe();
  let caughtUp = false;
  subscription.caughtUp.then(() => caughtUp = true);
  await turns(1);
  assertEquals(caughtUp, false, "two events are waiting");
  const iterator = subscription[Symbol.asyncIterator]();
  await iterator.next();
  await turns(1);
  assertEquals(caughtUp, false, "one event is waiting");
  await iterator.next();
  await turns(1);
  assertEquals(caughtUp, false, "the reader handles the last event");
  const third = iterator.next();
  await subscription.caughtUp;
  assertEquals((await third).value?.version, 3);
  await subscription.close();
});

Deno.test("Subscription.caughtUp rejects if the reader leaves or fails at the last stored event", async () => {
  for (const failure of [undefined, new RangeError("no")]) {
    const { follow } = following([page(1, 2), "caughtUp"]);
    const subscription = scriptedStore({ follow }).subscribe();
    const consuming = (async () => {
      for await (const { version } of subscription) {
        if (version < 2) continue;
        if (failure) throw failure;
        break;
      }
    })();
    await consuming.catch((error) => assertEquals(error, failure));
    assert(isAetherError(await assertRejects(() => subscription.caughtUp), "closed"));
  }
});

Deno.test("subscribe() does not wait for a pending next() when return() is called", async () => {
  const { state, follow } = following(["caughtUp"]);
  const iterator = scriptedStore({ follow }).subscribe()[Symbol.asyncIterator]();
  const next = iterator.next();
  await iterator.return?.();
  assertEquals([(await next).done, state.ended], [true, true]);
});

Deno.test("subscribe() ends the driver's iteration if return() is called before the first event", async () => {
  const { state, follow } = following(["caughtUp"]);
  await scriptedStore({ follow }).subscribe()[Symbol.asyncIterator]().return?.();
  assertEquals(state.ended, true);
});

Deno.test("subscribe() fails if the driver ends its iteration", async () => {
  async function* follow(): AsyncGenerator<Item> {
    yield await Promise.resolve(page(1, 1));
  }
  const subscription = scriptedStore({ follow }).subscribe();
  assert(isAetherError(await assertRejects(() => take(subscription, 2)), "unavailable"));
});

Deno.test("Subscription.caughtUp resolves without stored events, and without matching events", async () => {
  for (const items of [["caughtUp"], [page(1, 1), page(3, 1), "caughtUp"]] as Item[][]) {
    const subscription = scriptedStore({ follow: following(items).follow }).subscribe({ types: ["Even"] });
    await subscription.caughtUp;
    await subscription.close();
  }
});

Deno.test("subscribe() ends the driver's iteration when the reader leaves the loop", async () => {
  const { state, follow } = following([page(1, 3)]);
  assertEquals(await take(scriptedStore({ follow }).subscribe(), 2), [1, 2]);
  assertEquals(state.ended, true);
});

Deno.test("Subscription.close() ends the iteration and drops the events that were not taken", async () => {
  const { follow } = following([page(1, 2), "caughtUp"]);
  const subscription = scriptedStore({ follow }).subscribe();
  const iterator = subscription[Symbol.asyncIterator]();
  await iterator.next();
  await subscription.close();
  assertEquals(await iterator.next(), { done: true, value: undefined });
});

Deno.test("EventStore.close() ends a reader that waits for an event", async () => {
  const { state, follow } = following(["caughtUp"]);
  const store = scriptedStore({ follow });
  const subscription = store.subscribe();
  const waiting = take(subscription, 1);
  await subscription.caughtUp;
  await store.close();
  assertEquals([await waiting, state.ended], [[], true]);
});

Deno.test("Subscription.close() before the end of the log rejects caughtUp, without an unhandled rejection", async () => {
  const { follow } = following([page(1, 1)]);
  const subscription = scriptedStore({ follow }).subscribe();
  await subscription.close();
  assert(isAetherError(await assertRejects(() => subscription.caughtUp), "closed"));
});

Deno.test("subscribe() rejects the loop and caughtUp with the reason of an abort, and ends the driver's iteration", async () => {
  const controller = new AbortController();
  const { state, follow } = following([page(1, 3)]);
  const subscription = scriptedStore({ follow }).subscribe({ signal: controller.signal });
  const seen: number[] = [];
  const error = await assertRejects(async () => {
    for await (const { version } of subscription) {
      seen.push(version);
      controller.abort("enough");
    }
  });
  assert(isAetherError(error, "aborted") && error.cause === "enough");
  assert(isAetherError(await assertRejects(() => subscription.caughtUp), "aborted"));
  assertEquals([seen, state.ended], [[1], true]);
});

Deno.test("subscribe() removes its listener from the signal when the subscription has ended", async () => {
  const { signal } = new AbortController();
  let listeners = 0;
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  signal.addEventListener = (...args: Parameters<typeof add>) => (listeners++, add(...args));
  signal.removeEventListener = (...args: Parameters<typeof remove>) => (listeners--, remove(...args));
  const subscription = scriptedStore({ follow: following(["caughtUp"]).follow }).subscribe({ signal });
  await subscription.caughtUp;
  assertEquals(listeners, 1);
  await subscription.close();
  assertEquals(listeners, 0);
});

Deno.test("subscribe() throws a driver's error after the events before it", async () => {
  async function* follow(): AsyncGenerator<Item> {
    yield await Promise.resolve(page(1, 2));
    throw new RangeError("the disk failed");
  }
  const subscription = scriptedStore({ follow }).subscribe();
  const seen: number[] = [];
  await assertRejects(
    async () => {
      for await (const { version } of subscription) seen.push(version);
    },
    RangeError,
    "the disk failed",
  );
  assertEquals(seen, [1, 2]);
  await assertRejects(() => subscription.caughtUp, RangeError);
});

Deno.test("Subscription refuses a second iteration", async () => {
  const subscription = scriptedStore({ follow: following([page(1, 1)]).follow }).subscribe();
  await take(subscription, 1);
  await assertRejects(() => take(subscription, 1), Error, "a subscription can be iterated once");
});

Deno.test("Subscription[Symbol.asyncDispose]() closes the subscription", async () => {
  const { state, follow } = following(["caughtUp"]);
  {
    await using subscription = scriptedStore({ follow }).subscribe();
    await subscription.caughtUp;
    assertEquals(state.ended, false);
  }
  assertEquals(state.ended, true);
});

Deno.test("Subscription.close() waits until the driver's iteration has ended", async () => {
  const released = gate();
  let closed = false;
  async function* follow(_: FollowRange, signal: AbortSignal): AsyncGenerator<Item> {
    try {
      yield "caughtUp";
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
    } finally {
      await released.opened;
    }
  }
  const subscription = scriptedStore({ follow }).subscribe();
  await subscription.caughtUp;
  const closing = subscription.close().then(() => closed = true);
  await turns(1);
  assertEquals(closed, false);
  released.open();
  await closing;
});

Deno.test("EventStore.close() does not close a subscription that has ended", async () => {
  async function* failing(): AsyncGenerator<Item> {
    yield await Promise.resolve("caughtUp" as const);
    throw new RangeError("the disk failed");
  }
  const ends: [follow: Log["follow"], end: (subscription: AsyncDisposable, controller: AbortController) => unknown][] =
    [
      [following(["caughtUp"]).follow, (subscription) => subscription[Symbol.asyncDispose]()],
      [following(["caughtUp"]).follow, (_, controller) => controller.abort()],
      [failing, () => {}],
    ];
  for (const [i, [follow, end]] of ends.entries()) {
    const controller = new AbortController();
    const store = scriptedStore({ follow });
    const subscription = store.subscribe({ signal: controller.signal });
    await subscription.caughtUp;
    await end(subscription, controller);
    await turns(1);
    let closed = 0;
    subscription.close = () => Promise.resolve(void closed++);
    await store.close();
    assertEquals(closed, 0, `row ${i}`);
  }
});

Deno.test("EventStore.close() closes a running subscription once", async () => {
  const store = scriptedStore({ follow: following(["caughtUp"]).follow });
  const subscription = store.subscribe();
  const close = subscription.close.bind(subscription);
  let closed = 0;
  subscription.close = () => (closed++, close());
  await store.close();
  assertEquals(closed, 1);
});
