import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { type BusEvent, isAetherError, type NamespacedEventBus } from "@flowmade-one/aether";
import { memory } from "@flowmade-one/aether/memory";

const viewed = (n: number) => ({ type: "Viewed", data: { n } });
const because = { reason: "test" };

/** The `n` of each event that a handler was called with. */
function recorder(): { seen: unknown[]; handler: (event: BusEvent) => void } {
  const seen: unknown[] = [];
  return { seen, handler: (event) => void seen.push((event.data as { n: number }).n) };
}

Deno.test("a published event reaches who is subscribed in its namespace, and nobody else", () => {
  const { bus } = memory();
  const names = ["prod", "prod.orders", "prod.orders.eu", "Prod", "prod-orders", "default"];
  const seen = new Map(names.map((name) => [name, recorder()]));
  for (const [name, { handler }] of seen) bus.within(name).subscribe(handler);
  bus.within("prod.orders").publish("order.42", viewed(1));
  assertEquals([...seen].filter(([, { seen }]) => seen.length > 0).map(([name]) => name), ["prod.orders"]);
});

Deno.test("a published event is frozen, whole, and not stored", async () => {
  const backend = memory({ now: () => 5 });
  const events: BusEvent[] = [];
  const orders = backend.bus.within("prod.orders");
  orders.subscribe((event) => void events.push(event));
  const data = { sku: "A" };
  orders.publish("order.42", { type: "Viewed", data, id: "e1", metadata: { correlationId: "r1" } });
  data.sku = "B";
  assertEquals(events, [{
    id: "e1",
    type: "Viewed",
    namespace: orders.namespace,
    actorId: "order.42",
    timestamp: 5,
    data: { sku: "A" },
    metadata: { correlationId: "r1" },
  }]);
  assert(Object.isFrozen(events[0]) && Object.isFrozen(events[0]?.data));
  assertEquals(await backend.store("prod.orders").latestVersion("order.42"), 0);
});

Deno.test("what is stored is announced, in order, as what a read gives; a repeated or refused append is not", async () => {
  const backend = memory();
  const store = backend.store("ns");
  const seen: BusEvent[] = [];
  backend.bus.within("ns").subscribe((event) => void seen.push(event));
  await store.append("a", [viewed(1), viewed(2)], { expectedVersion: 0, commitId: "c1" });
  await store.append("a", [viewed(1), viewed(2)], { expectedVersion: 0, commitId: "c1" });
  await assertRejects(() => store.append("a", [viewed(9)], { expectedVersion: 0 }));
  await store.append("a", [viewed(3)], { expectedVersion: 2 });
  assertEquals(seen, await store.read("a").collect());
});

Deno.test("an append of one store is announced to subscribers through any bus of the namespace", async () => {
  const backend = memory();
  const { seen, handler } = recorder();
  const subscription = backend.bus.within("ns").subscribe(handler);
  await backend.store("ns").append("a", [viewed(1)], { expectedVersion: 0 });
  await backend.store("other").append("a", [viewed(2)], { expectedVersion: 0 });
  subscription[Symbol.dispose]();
  await backend.store("ns").append("a", [viewed(3)], { expectedVersion: 1 });
  assertEquals(seen, [1]);
});

const filters: [options: { types?: string[]; actors?: string }, seen: number[]][] = [
  [{}, [1, 2, 3, 4]],
  [{ types: ["Viewed"] }, [1, 2, 3]],
  [{ types: ["Placed"] }, [4]],
  [{ types: ["Placed", "Viewed"] }, [1, 2, 3, 4]],
  [{ types: ["Other"] }, []],
  [{ actors: "order.*" }, [1, 3, 4]],
  [{ actors: "order.>" }, [1, 2, 3, 4]],
  [{ actors: "order.42" }, [1, 4]],
  [{ actors: "*.*.line" }, [2]],
  [{ actors: "cart.*" }, []],
  [{ actors: "order.42", types: ["Placed"] }, [4]],
];

for (const [options, expected] of filters) {
  Deno.test(`a subscriber and an observer with ${JSON.stringify(options)} get ${expected}`, () => {
    const backend = memory();
    const orders = backend.bus.within("ns");
    const [own, observer] = [recorder(), recorder()];
    orders.subscribe(own.handler, options);
    backend.bus.observe(backend.grant("ns", because), observer.handler, options);
    orders.publish("order.42", viewed(1));
    orders.publish("order.42.line", viewed(2));
    orders.publish("order.7", viewed(3));
    orders.publish("order.42", { type: "Placed", data: { n: 4 } });
    assertEquals([own.seen, observer.seen], [expected, expected]);
  });
}

const observations: [pattern: string, seen: string[]][] = [
  ["prod", ["prod"]],
  ["prod.*", ["prod.orders", "prod.carts"]],
  ["prod.>", ["prod.orders", "prod.orders.eu", "prod.carts"]],
  [">", ["prod", "prod.orders", "prod.orders.eu", "prod.carts", "test"]],
  ["*", ["prod", "test"]],
  ["dev.>", []],
];

for (const [pattern, expected] of observations) {
  Deno.test(`a grant for ${pattern} observes ${expected.join(", ") || "nothing"}`, async () => {
    const backend = memory();
    const seen: string[] = [];
    using _ = backend.bus.observe(backend.grant(pattern, because), (event) => void seen.push(event.namespace));
    for (const name of ["prod", "prod.orders", "prod.orders.eu", "prod.carts", "test"]) {
      backend.bus.within(name).publish("a", viewed(1));
      await backend.store(name).append("a", [viewed(1)], { expectedVersion: 0 });
    }
    assertEquals(seen, expected.flatMap((name) => [name, name]));
  });
}

Deno.test("only a grant of this backend observes, and each use is reported", () => {
  const uses: string[] = [];
  const backend = memory({ onGrantUsed: ({ operation, reason }) => uses.push(`${operation}: ${reason}`) });
  const grant = backend.grant("prod.>", { reason: "audit log" });
  for (const forged of [">", { ...grant }, memory().grant(">", because), undefined]) {
    assert(isAetherError(assertThrows(() => backend.bus.observe(forged as never, () => {})), "invalid-grant"));
    assert(isAetherError(assertThrows(() => backend.bus.subscriberCounts(forged as never)), "invalid-grant"));
  }
  backend.bus.observe(grant, () => {});
  backend.bus.queue(grant, { capacity: 1, overflow: "fail" });
  backend.bus.subscriberCounts(grant.narrow("prod.eu"));
  assertEquals(uses, ["observe: audit log", "observe: audit log", "subscriberCounts: audit log"]);
});

Deno.test("a handler that throws or rejects keeps nobody from the event, and is heard", async () => {
  const errors: [unknown, unknown][] = [];
  const backend = memory({ onError: (error, event) => errors.push([error, event?.actorId]) });
  const orders = backend.bus.within("ns");
  const { seen, handler } = recorder();
  const [thrown, rejected] = [new Error("thrown"), new Error("rejected")];
  orders.subscribe(() => {
    throw thrown;
  });
  orders.subscribe(() => Promise.reject(rejected));
  orders.subscribe(() => ({ then: (_: unknown, reject: (error: unknown) => void) => reject("thenable") }));
  orders.subscribe(handler);
  orders.publish("a", viewed(1));
  await new Promise((resolve) => setTimeout(resolve, 0));
  assertEquals(seen, [1]);
  assertEquals(errors, [[thrown, "a"], [rejected, "a"], ["thenable", "a"]]);
});

Deno.test("an asynchronous handler is not waited for", () => {
  const orders = memory().bus.within("ns");
  const { seen, handler } = recorder();
  orders.subscribe(() => new Promise(() => {}));
  orders.subscribe(handler);
  orders.publish("a", viewed(1));
  orders.publish("a", viewed(2));
  assertEquals(seen, [1, 2]);
});

Deno.test("what is published or stored inside of a handler comes after the current event, for everybody", async () => {
  const backend = memory();
  const orders = backend.bus.within("ns");
  const store = backend.store("ns");
  const [first, last] = [recorder(), recorder()];
  orders.subscribe(first.handler);
  orders.subscribe((event) => {
    if (event.version !== 1) return;
    orders.publish("a", viewed(10));
    void store.append("a", [viewed(2), viewed(3)], { expectedVersion: 1 });
  });
  orders.subscribe(last.handler);
  await store.append("a", [viewed(1)], { expectedVersion: 0 });
  assertEquals(first.seen, [1, 10, 2, 3]);
  assertEquals(last.seen, [1, 10, 2, 3]);
});

Deno.test("who is unsubscribed inside of a handler does not get the current event, who is subscribed there neither", () => {
  const orders = memory().bus.within("ns");
  const [gone, come] = [recorder(), recorder()];
  orders.subscribe(() => {
    victim[Symbol.dispose]();
    orders.subscribe(come.handler);
  });
  const victim = orders.subscribe(gone.handler);
  orders.publish("a", viewed(1));
  assertEquals([gone.seen, come.seen], [[], []]);
  orders.publish("a", viewed(2));
  assertEquals([gone.seen, come.seen], [[], [2]]);
});

Deno.test("a handler can end its own subscription", () => {
  const orders = memory().bus.within("ns");
  const { seen, handler } = recorder();
  const subscription = orders.subscribe((event) => {
    handler(event);
    subscription[Symbol.dispose]();
    subscription[Symbol.dispose]();
  });
  orders.publish("a", viewed(1));
  orders.publish("a", viewed(2));
  assertEquals(seen, [1]);
});

Deno.test("a signal ends a subscription, and nothing stays on it", () => {
  const backend = memory();
  const orders = backend.bus.within("ns");
  const controller = new AbortController();
  const { seen, handler } = recorder();
  orders.subscribe(handler, { signal: controller.signal });
  backend.bus.observe(backend.grant("ns", because), handler, { signal: controller.signal });
  orders.publish("a", viewed(1));
  controller.abort();
  orders.publish("a", viewed(2));
  assertEquals(seen, [1, 1]);
  assertEquals(backend.bus.subscriberCount("ns"), 0);
  assert(isAetherError(assertThrows(() => orders.subscribe(handler, { signal: controller.signal })), "aborted"));
});

Deno.test("subscribers are counted by namespace, observers are not", () => {
  const backend = memory();
  const counts = () => [...backend.bus.subscriberCounts(backend.grant("prod.>", because))].sort();
  assertEquals(backend.bus.subscriberCount("prod.a"), 0);
  const a = backend.bus.within("prod.a").subscribe(() => {});
  const b = backend.bus.within("prod.a").subscribe(() => {}, { actors: "order.*" });
  backend.bus.within("prod.b").queue({ capacity: 1, overflow: "fail" });
  backend.bus.within("prod").subscribe(() => {});
  backend.bus.observe(backend.grant(">", because), () => {});
  assertEquals(backend.bus.subscriberCount("prod.a"), 2);
  assertEquals(counts() as unknown[], [["prod.a", 2], ["prod.b", 1]]);
  a[Symbol.dispose]();
  b[Symbol.dispose]();
  b[Symbol.dispose]();
  assertEquals(counts() as unknown[], [["prod.b", 1]]);
  assert(isAetherError(assertThrows(() => backend.bus.subscriberCount("prod.*")), "invalid-namespace"));
});

Deno.test("a bus of one namespace leads nowhere else", () => {
  const backend = memory();
  const orders = backend.bus.within("prod.orders");
  assertEquals(Object.getPrototypeOf(orders), Object.prototype);
  assertEquals(Reflect.ownKeys(orders), ["namespace", "publish", "subscribe", "queue"]);
  assert(Object.isFrozen(orders));
  assertThrows(() => Object.assign(orders, { namespace: "prod.carts" }), TypeError);
  const subscription = orders.subscribe(() => {});
  const queue = orders.queue({ capacity: 1, overflow: "fail" });
  for (const object of [subscription, queue]) {
    assertEquals(Object.getPrototypeOf(object), Object.prototype);
    assert(Object.isFrozen(object));
  }
  // A method that is called with another `this` still knows one namespace only.
  const { seen, handler } = recorder();
  backend.bus.within("prod.carts").subscribe(handler);
  Reflect.apply(orders.publish, backend.bus.within("prod.carts"), ["a", viewed(1)]);
  assertEquals(seen, []);
});

const refusals: [call: (orders: NamespacedEventBus) => unknown, code: string][] = [
  [(orders) => orders.publish("a..b", viewed(1)), "invalid-actor-id"],
  [(orders) => orders.publish("a.*", viewed(1)), "invalid-actor-id"],
  [(orders) => orders.publish("a", { type: "", data: null }), "invalid-event"],
  [(orders) => orders.publish("a", { type: "Viewed", data: new Date() } as never), "invalid-event"],
  [(orders) => orders.publish("a", undefined as never), "invalid-event"],
  [(orders) => orders.publish("a", { type: "Viewed", data: "x".repeat(1_000_000) }), "too-large"],
  [(orders) => orders.subscribe(undefined as never), "invalid-argument"],
  [(orders) => orders.subscribe("handler" as never), "invalid-argument"],
  [(orders) => orders.subscribe(() => {}, null as never), "invalid-argument"],
  [(orders) => orders.subscribe(() => {}, { type: "Viewed" } as never), "invalid-argument"],
  [(orders) => orders.subscribe(() => {}, { types: [] }), "invalid-argument"],
  [(orders) => orders.subscribe(() => {}, { actors: "a*" }), "invalid-pattern"],
  [(orders) => orders.subscribe(() => {}, { signal: {} as never }), "invalid-argument"],
  [(orders) => orders.queue(undefined as never), "invalid-argument"],
  [(orders) => orders.queue({} as never), "invalid-argument"],
  [(orders) => orders.queue({ capacity: 0, overflow: "fail" }), "invalid-argument"],
  [(orders) => orders.queue({ capacity: 1.5, overflow: "fail" }), "invalid-argument"],
  [(orders) => orders.queue({ capacity: 1 } as never), "invalid-argument"],
  [(orders) => orders.queue({ capacity: 1, overflow: "block" as never }), "invalid-argument"],
  [(orders) => orders.queue({ capacity: 1, overflow: "fail", actors: ">.a" }), "invalid-pattern"],
];

for (const [call, code] of refusals) {
  Deno.test(`${String(call).replace(/^.*=> /s, "").slice(0, 80)} is refused, and changes nothing`, () => {
    const backend = memory();
    const orders = backend.bus.within("ns");
    const { seen, handler } = recorder();
    orders.subscribe(handler);
    const error = assertThrows(() => call(orders));
    assert(isAetherError(error), String(error));
    assertEquals(error.code as string, code);
    assertEquals([seen, backend.bus.subscriberCount("ns")], [[], 1]);
  });
}

Deno.test("after the backend is closed, nothing is published, subscribed or delivered", async () => {
  const backend = memory();
  const orders = backend.bus.within("ns");
  const grant = backend.grant(">", because);
  const queue = orders.queue({ capacity: 5, overflow: "fail" });
  orders.publish("a", viewed(1));
  await backend.close();
  for (
    const call of [
      () => orders.publish("a", viewed(2)),
      () => orders.subscribe(() => {}),
      () => orders.queue({ capacity: 1, overflow: "fail" }),
      () => backend.bus.within("ns"),
      () => backend.bus.observe(grant, () => {}),
    ]
  ) assert(isAetherError(assertThrows(call), "closed"), String(call));
  const rest = await Array.fromAsync(queue, ({ data }) => (data as { n: number }).n);
  assertEquals(rest, [1], "what waited is given, then the end");
});
