import { assert, assertEquals, assertRejects } from "@std/assert";
import { isAetherError } from "@flowmade-one/aether";
import type { QueueOptions } from "@flowmade-one/aether/types";
import { memory } from "@flowmade-one/aether/memory";

const viewed = (n: number) => ({ type: "Viewed", data: n });

async function rest(queue: AsyncIterable<{ data: unknown }>): Promise<unknown[]> {
  return await Array.fromAsync(queue, ({ data }) => data);
}

const policies: [overflow: QueueOptions["overflow"], capacity: number, given: unknown[], dropped: number][] = [
  ["drop-oldest", 3, [3, 4, 5], 2],
  ["drop-newest", 3, [1, 2, 3], 2],
  ["drop-oldest", 1, [5], 4],
  ["drop-newest", 1, [1], 4],
  ["drop-oldest", 5, [1, 2, 3, 4, 5], 0],
  ["drop-newest", 5, [1, 2, 3, 4, 5], 0],
  ["fail", 5, [1, 2, 3, 4, 5], 0],
];

for (const [overflow, capacity, given, dropped] of policies) {
  Deno.test(`queue() of capacity ${capacity} with "${overflow}" yields ${given} of 5 events`, async () => {
    const orders = memory().bus.within("ns");
    const queue = orders.queue({ capacity, overflow });
    for (const n of [1, 2, 3, 4, 5]) orders.publish("a", viewed(n));
    queue.close();
    orders.publish("a", viewed(6));
    assertEquals(await rest(queue), given);
    assertEquals(queue.dropped, dropped);
  });
}

const awaited: [
  overflow: QueueOptions["overflow"],
  capacity: number,
  waiting: number,
  given: unknown[],
  dropped: number,
  end: "done" | "queue-overflow",
][] = [
  ["drop-oldest", 1, 1, [1, 3], 1, "done"],
  ["drop-oldest", 1, 2, [1, 2, 3], 0, "done"],
  ["drop-oldest", 2, 1, [1, 2, 3], 0, "done"],
  ["drop-newest", 1, 1, [1, 2], 1, "done"],
  ["drop-newest", 1, 2, [1, 2, 3], 0, "done"],
  ["fail", 1, 1, [1, 2], 0, "queue-overflow"],
  ["fail", 1, 2, [1, 2, 3], 0, "done"],
  ["fail", 2, 1, [1, 2, 3], 0, "done"],
  ["fail", 1, 4, [1, 2, 3], 0, "done"],
];

for (const [overflow, capacity, waiting, given, dropped, end] of awaited) {
  const name =
    `queue() of capacity ${capacity} with "${overflow}" yields ${given} of 3 events to ${waiting} calls of next()`;
  Deno.test(name, async () => {
    const orders = memory().bus.within("ns");
    const queue = orders.queue({ capacity, overflow });
    const iterator = queue[Symbol.asyncIterator]();
    const results = Array.from({ length: waiting }, () => iterator.next());
    for (const n of [1, 2, 3]) orders.publish("a", viewed(n));
    queue.close();
    while (results.length < 4) results.push(iterator.next());
    const seen: unknown[] = [];
    let ended: string | undefined;
    for (const result of results) {
      try {
        const { done, value } = await result;
        if (done) ended ??= "done";
        else seen.push(value.data);
      } catch (error) {
        assert(isAetherError(error, "queue-overflow"));
        ended ??= error.code;
      }
    }
    assertEquals([seen, queue.dropped, ended], [given, dropped, end]);
  });
}

Deno.test('queue() with "fail" yields the waiting events after an overflow, then fails, and receives no more events', async () => {
  const backend = memory();
  const orders = backend.bus.within("ns");
  const queue = orders.queue({ capacity: 2, overflow: "fail" });
  for (const n of [1, 2, 3, 4]) orders.publish("a", viewed(n));
  assertEquals(backend.bus.subscriberCount("ns"), 0);
  const seen: unknown[] = [];
  const error = await assertRejects(async () => {
    for await (const { data } of queue) seen.push(data);
  });
  assert(isAetherError(error, "queue-overflow") && error.capacity === 2);
  assertEquals(seen, [1, 2]);
});

Deno.test("EventQueue resolves each waiting next() with one event", async () => {
  const orders = memory().bus.within("ns");
  const iterator = orders.queue({ capacity: 1, overflow: "fail" })[Symbol.asyncIterator]();
  for (const n of [1, 2, 3]) {
    const next = iterator.next();
    orders.publish("a", viewed(n));
    assertEquals((await next).value?.data, n);
  }
});

Deno.test("queue() ends its subscription when the consumer leaves the loop", async () => {
  const backend = memory();
  const orders = backend.bus.within("ns");
  const queue = orders.queue({ capacity: 5, overflow: "fail" });
  orders.publish("a", viewed(1));
  for await (const _ of queue) break;
  assertEquals(backend.bus.subscriberCount("ns"), 0);
});

Deno.test("queue() yields the waiting events after its signal is aborted, then fails with the reason", async () => {
  const orders = memory().bus.within("ns");
  const controller = new AbortController();
  const queue = orders.queue({ capacity: 5, overflow: "fail", signal: controller.signal });
  orders.publish("a", viewed(1));
  controller.abort("enough");
  const seen: unknown[] = [];
  const error = await assertRejects(async () => {
    for await (const { data } of queue) seen.push(data);
  });
  assert(isAetherError(error, "aborted") && error.cause === "enough");
  assertEquals(seen, [1]);
});

Deno.test("queue() refuses a second iteration", async () => {
  const orders = memory().bus.within("ns");
  const queue = orders.queue({ capacity: 5, overflow: "fail" });
  queue[Symbol.dispose]();
  assertEquals(await rest(queue), []);
  await assertRejects(() => rest(queue), Error, "it is for one iteration");
});

Deno.test("queue() rejects the first of several waiting calls of next() with the failure and ends the others", async () => {
  const orders = memory().bus.within("ns");
  const controller = new AbortController();
  const iterator = orders.queue({ capacity: 1, overflow: "fail", signal: controller.signal })[Symbol.asyncIterator]();
  const [first, second] = [iterator.next(), iterator.next()];
  controller.abort("enough");
  const error = await assertRejects(() => first);
  assert(isAetherError(error, "aborted") && error.cause === "enough");
  assertEquals([await second, await iterator.next()], [
    { done: true, value: undefined },
    { done: true, value: undefined },
  ]);
});

Deno.test("queue() yields 100,000 events in order", async () => {
  const orders = memory().bus.within("ns");
  const queue = orders.queue({ capacity: 100_000, overflow: "fail" });
  for (let n = 0; n < 100_000; n++) orders.publish("a", viewed(n));
  queue.close();
  let expected = 0;
  for await (const { data } of queue) if (data !== expected++) throw new Error(`${data} is out of order`);
  assertEquals(expected, 100_000);
});

Deno.test("queue() with a grant yields the events of the namespaces that it covers", async () => {
  const backend = memory();
  const queue = backend.bus.queue(backend.grant("prod.>", { reason: "test" }), {
    capacity: 5,
    overflow: "drop-oldest",
  });
  backend.bus.within("prod.a").publish("a", viewed(1));
  backend.bus.within("test").publish("a", viewed(2));
  await backend.store("prod.b").append("a", [viewed(3)], { expectedVersion: 0 });
  queue.close();
  assertEquals(await rest(queue), [1, 3]);
});

Deno.test("queue() ends its subscription at once if return() is called before the first event or during next()", async () => {
  const backend = memory();
  const orders = backend.bus.within("ns");
  await orders.queue({ capacity: 1, overflow: "fail" })[Symbol.asyncIterator]().return?.();
  const iterator = orders.queue({ capacity: 1, overflow: "fail" })[Symbol.asyncIterator]();
  const next = iterator.next();
  await iterator.return?.();
  assertEquals([(await next).done, backend.bus.subscriberCount("ns")], [true, 0]);
});

Deno.test("EventQueue does not count an awaited event towards its capacity", async () => {
  const orders = memory().bus.within("ns");
  const queue = orders.queue({ capacity: 1, overflow: "fail" });
  const iterator = queue[Symbol.asyncIterator]();
  const next = iterator.next();
  await Promise.resolve();
  orders.publish("a", viewed(1));
  orders.publish("a", viewed(2));
  assertEquals([(await next).value?.data, (await iterator.next()).value?.data], [1, 2]);
});

Deno.test("queue() returns an iterator whose properties do not lead to the bus", () => {
  const orders = memory().bus.within("ns");
  const iterator = orders.queue({ capacity: 1, overflow: "fail" })[Symbol.asyncIterator]();
  assertEquals(Object.getPrototypeOf(iterator), Object.prototype);
  assert(Object.isFrozen(iterator));
});
