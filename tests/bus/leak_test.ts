import { assertEquals } from "@std/assert";
import { type BusEvent, parseNamespace } from "@flowmade-one/aether";
import { memory } from "@flowmade-one/aether/memory";
import { DispatchQueue } from "../../src/bus/dispatch_queue.ts";
import { NamespaceChannel } from "../../src/bus/namespace_channel.ts";
import { Subscriber } from "../../src/bus/subscriber.ts";
import { PatternRouter } from "../../src/routing/pattern_router.ts";

/** Resolves when an object is gone, which takes some garbage. */
async function collected(reference: WeakRef<object>): Promise<void> {
  for (let round = 0; round < 1_000 && reference.deref() !== undefined; round++) {
    await new Promise((resolve) => setTimeout(resolve, 0));
    Array.from({ length: 200_000 }, (_, i) => ({ i }));
  }
  assertEquals(reference.deref(), undefined, "something keeps it");
}

const deaf = () => new Subscriber(undefined, () => {}, () => {});

Deno.test("after 10,000 subscriptions have come and gone, a room and the router behind it hold nothing", () => {
  const router = new PatternRouter<Subscriber>();
  const room = new NamespaceChannel(parseNamespace("ns"), router, new DispatchQueue());
  const joined = Array.from({ length: 10_000 }, (_, i) => ({
    subscriber: deaf(),
    actors: i % 2 ? `order.${i}` : i % 4 ? "order.*" : undefined,
  }));
  for (const { subscriber, actors } of joined) room.add(subscriber, actors);
  assertEquals([room.subscribers, room.hasSubscribers], [10_000, true]);
  for (const { subscriber, actors } of joined.reverse()) room.remove(subscriber, actors);
  assertEquals([room.subscribers, room.hasSubscribers, router.patternCount], [0, false, 0]);
  const empty = new PatternRouter<Subscriber>();
  new NamespaceChannel(room.namespace, empty, new DispatchQueue());
  assertEquals(router.sizes, empty.sizes);
});

Deno.test("close() of a subscription releases its handler, also if no further event comes", async () => {
  const room = new NamespaceChannel(parseNamespace("ns"), new PatternRouter<Subscriber>(), new DispatchQueue());
  const left = (() => {
    const subscriber = deaf();
    room.add(subscriber, undefined);
    room.deliver({} as BusEvent);
    room.remove(subscriber, undefined);
    return new WeakRef(subscriber);
  })();
  await collected(left);
});

Deno.test("subscriptions by every way that ends them are counted down to nothing", async () => {
  const backend = memory();
  const { bus } = backend;
  const orders = bus.within("ns");
  const controller = new AbortController();
  const disposed = orders.subscribe(() => {});
  orders.subscribe(() => {}, { signal: controller.signal });
  orders.subscribe(() => {}, { actors: "a.*", signal: controller.signal });
  const closed = orders.queue({ capacity: 1, overflow: "drop-oldest" });
  const failed = orders.queue({ capacity: 1, overflow: "fail" });
  const left = orders.queue({ capacity: 2, overflow: "drop-newest" });
  assertEquals(bus.subscriberCount("ns"), 6);
  disposed[Symbol.dispose]();
  controller.abort();
  closed.close();
  for (let i = 0; i < 2; i++) orders.publish("a.1", { type: "Viewed", data: null });
  for await (const _ of left) break;
  await failed[Symbol.asyncIterator]().next();
  assertEquals(bus.subscriberCount("ns"), 0);
});

Deno.test("nothing stays on a signal that outlives its subscriptions", () => {
  const { bus, grant } = (() => {
    const backend = memory();
    return { bus: backend.bus, grant: backend.grant(">", { reason: "test" }) };
  })();
  const { signal } = new AbortController();
  let listeners = 0;
  const [add, remove] = [signal.addEventListener.bind(signal), signal.removeEventListener.bind(signal)];
  signal.addEventListener = (...args: Parameters<typeof add>) => (listeners++, add(...args));
  signal.removeEventListener = (...args: Parameters<typeof remove>) => (listeners--, remove(...args));
  const ended = [
    bus.within("ns").subscribe(() => {}, { signal }),
    bus.within("ns").queue({ capacity: 1, overflow: "fail", signal }),
    bus.observe(grant, () => {}, { signal }),
    bus.queue(grant, { capacity: 1, overflow: "fail", signal }),
  ];
  assertEquals(listeners, 1, "one for all");
  for (const subscription of ended) subscription[Symbol.dispose]();
  assertEquals(listeners, 0);
});
