import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { type BusEvent, isAetherError, type NamespacedEventBus } from "@flowmade-one/aether";
import { memory } from "@flowmade-one/aether/memory";
import { grantOptions, recorder, viewed } from "./recorder.ts";

Deno.test("publish() reaches the subscribers of its namespace only", () => {
  const { bus } = memory();
  const names = ["prod", "prod.orders", "prod.orders.eu", "Prod", "prod-orders", "default"];
  const seen = new Map(names.map((name) => [name, recorder()]));
  for (const [name, { handler }] of seen) bus.within(name).subscribe(handler);
  bus.within("prod.orders").publish("order.42", viewed(1));
  assertEquals([...seen].filter(([, { seen }]) => seen.length > 0).map(([name]) => name), ["prod.orders"]);
});

Deno.test("publish() delivers a deeply frozen event and stores nothing", async () => {
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
    schemaVersion: 1,
    namespace: orders.namespace,
    actorId: "order.42",
    timestamp: 5,
    data: { sku: "A" },
    metadata: { correlationId: "r1" },
  }]);
  assert(Object.isFrozen(events[0]) && Object.isFrozen(events[0]?.data));
  assertEquals(await backend.store("prod.orders").latestVersion("order.42"), 0);
});

Deno.test("append() publishes stored events in order, as a read returns them, and no refused or repeated ones", async () => {
  const backend = memory();
  const store = backend.store("ns");
  const seen: BusEvent[] = [];
  backend.bus.within("ns").subscribe((event) => void seen.push(event));
  await store.append("a", [viewed(1), viewed(2)], { expectedVersion: 0, commitId: "c1" });
  await store.append("a", [viewed(1), viewed(2)], { expectedVersion: 0, commitId: "c1" });
  await assertRejects(() => store.append("a", [viewed(9)], { expectedVersion: 0 }));
  await store.append("a", [viewed(3)], { expectedVersion: 2 });
  assertEquals(seen, await store.read("a").toArray());
});

Deno.test("append() reaches the subscribers of every bus of its namespace", async () => {
  const backend = memory();
  const { seen, handler } = recorder();
  const subscription = backend.bus.within("ns").subscribe(handler);
  await backend.store("ns").append("a", [viewed(1)], { expectedVersion: 0 });
  await backend.store("other").append("a", [viewed(2)], { expectedVersion: 0 });
  subscription[Symbol.dispose]();
  await backend.store("ns").append("a", [viewed(3)], { expectedVersion: 1 });
  assertEquals(seen, [1]);
});

Deno.test("subscriberCounts() counts subscribers by namespace, and no handlers of observe()", () => {
  const backend = memory();
  const counts = () => [...backend.bus.subscriberCounts(backend.grant("prod.>", grantOptions))].sort();
  assertEquals(backend.bus.subscriberCount("prod.a"), 0);
  const a = backend.bus.within("prod.a").subscribe(() => {});
  const b = backend.bus.within("prod.a").subscribe(() => {}, { actors: "order.*" });
  backend.bus.within("prod.b").queue({ capacity: 1, overflow: "fail" });
  backend.bus.within("prod").subscribe(() => {});
  backend.bus.observe(backend.grant(">", grantOptions), () => {});
  assertEquals(backend.bus.subscriberCount("prod.a"), 2);
  assertEquals(counts() as unknown[], [["prod.a", 2], ["prod.b", 1]]);
  a[Symbol.dispose]();
  b[Symbol.dispose]();
  b[Symbol.dispose]();
  assertEquals(counts() as unknown[], [["prod.b", 1]]);
  assert(isAetherError(assertThrows(() => backend.bus.subscriberCount("prod.*")), "invalid-namespace"));
});

Deno.test("within() returns a frozen bus whose properties lead to no other namespace", () => {
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
  // A method that is called with another `this` still publishes to its own namespace.
  const { seen, handler } = recorder();
  backend.bus.within("prod.carts").subscribe(handler);
  Reflect.apply(orders.publish, backend.bus.within("prod.carts"), ["a", viewed(1)]);
  assertEquals(seen, []);
});

const refusals: [name: string, call: (orders: NamespacedEventBus) => unknown, code: string][] = [
  ["publish() refuses an invalid actor id", (orders) => orders.publish("a..b", viewed(1)), "invalid-actor-id"],
  ["publish() refuses a pattern as actor id", (orders) => orders.publish("a.*", viewed(1)), "invalid-actor-id"],
  ["publish() refuses an empty type", (orders) => orders.publish("a", { type: "", data: null }), "invalid-event"],
  [
    "publish() refuses data that is not JSON",
    (orders) => orders.publish("a", { type: "Viewed", data: new Date() } as never),
    "invalid-event",
  ],
  ["publish() refuses undefined as event", (orders) => orders.publish("a", undefined as never), "invalid-event"],
  [
    "publish() refuses data that is too large",
    (orders) => orders.publish("a", { type: "Viewed", data: "x".repeat(1_000_000) }),
    "too-large",
  ],
  ["subscribe() refuses undefined as handler", (orders) => orders.subscribe(undefined as never), "invalid-argument"],
  ["subscribe() refuses a string as handler", (orders) => orders.subscribe("handler" as never), "invalid-argument"],
  ["subscribe() refuses null as options", (orders) => orders.subscribe(() => {}, null as never), "invalid-argument"],
  [
    "subscribe() refuses an unknown option",
    (orders) => orders.subscribe(() => {}, { type: "Viewed" } as never),
    "invalid-argument",
  ],
  ["subscribe() refuses empty types", (orders) => orders.subscribe(() => {}, { types: [] }), "invalid-argument"],
  [
    "subscribe() refuses an invalid pattern as actors",
    (orders) => orders.subscribe(() => {}, { actors: "a*" }),
    "invalid-pattern",
  ],
  [
    "subscribe() refuses an object that is no signal",
    (orders) => orders.subscribe(() => {}, { signal: {} as never }),
    "invalid-argument",
  ],
  ["queue() refuses undefined as options", (orders) => orders.queue(undefined as never), "invalid-argument"],
  ["queue() refuses options without capacity and overflow", (orders) => orders.queue({} as never), "invalid-argument"],
  ["queue() refuses a capacity of 0", (orders) => orders.queue({ capacity: 0, overflow: "fail" }), "invalid-argument"],
  [
    "queue() refuses a capacity of 1.5",
    (orders) => orders.queue({ capacity: 1.5, overflow: "fail" }),
    "invalid-argument",
  ],
  ["queue() refuses options without overflow", (orders) => orders.queue({ capacity: 1 } as never), "invalid-argument"],
  [
    "queue() refuses an unknown overflow",
    (orders) => orders.queue({ capacity: 1, overflow: "block" as never }),
    "invalid-argument",
  ],
  [
    "queue() refuses an invalid pattern as actors",
    (orders) => orders.queue({ capacity: 1, overflow: "fail", actors: ">.a" }),
    "invalid-pattern",
  ],
];

for (const [name, call, code] of refusals) {
  Deno.test(`${name}, and changes nothing`, () => {
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

Deno.test("Backend.close() ends a queue after its waiting events, and later calls of the bus throw", async () => {
  const backend = memory();
  const orders = backend.bus.within("ns");
  const grant = backend.grant(">", grantOptions);
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
  assertEquals(rest, [1], "the waiting event, then the end");
});
