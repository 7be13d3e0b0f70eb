import { assertEquals } from "@std/assert";
import { type BusEvent, parseNamespace } from "@flowmade-one/aether";
import { memory } from "@flowmade-one/aether/memory";
import { turns } from "../_support/until.ts";
import { DispatchQueue } from "../../src/bus/dispatch_queue.ts";
import { NamespaceChannel } from "../../src/bus/namespace_channel.ts";
import { Subscriber } from "../../src/bus/subscriber.ts";
import { PatternRouter } from "../../src/routing/pattern_router.ts";

/** Resolves when an object was collected. Makes garbage, to start collections. */
async function collected(reference: WeakRef<object>): Promise<void> {
  for (let round = 0; round < 1_000 && reference.deref() !== undefined; round++) {
    await turns(1);
    Array.from({ length: 200_000 }, (_, i) => ({ i }));
  }
  assertEquals(reference.deref(), undefined, "the object is still referenced");
}

const newSubscriber = () => new Subscriber(undefined, () => {}, () => {});

Deno.test("NamespaceChannel and its router hold nothing after 10,000 subscriptions were removed", () => {
  const router = new PatternRouter<Subscriber>();
  const channel = new NamespaceChannel(parseNamespace("ns"), router, new DispatchQueue());
  const joined = Array.from({ length: 10_000 }, (_, i) => ({
    subscriber: newSubscriber(),
    actors: i % 2 ? `order.${i}` : i % 4 ? "order.*" : undefined,
  }));
  for (const { subscriber, actors } of joined) channel.add(subscriber, actors);
  assertEquals([channel.subscribers, channel.hasSubscribers], [10_000, true]);
  for (const { subscriber, actors } of joined.reverse()) channel.remove(subscriber, actors);
  assertEquals([channel.subscribers, channel.hasSubscribers, router.patternCount], [0, false, 0]);
  const empty = new PatternRouter<Subscriber>();
  new NamespaceChannel(channel.namespace, empty, new DispatchQueue());
  assertEquals(router.sizes, empty.sizes);
});

Deno.test("NamespaceChannel.remove() releases the subscriber, also without a later event", async () => {
  const channel = new NamespaceChannel(parseNamespace("ns"), new PatternRouter<Subscriber>(), new DispatchQueue());
  const left = (() => {
    const subscriber = newSubscriber();
    channel.add(subscriber, undefined);
    channel.deliver({} as BusEvent);
    channel.remove(subscriber, undefined);
    return new WeakRef(subscriber);
  })();
  await collected(left);
});

Deno.test("subscriberCount() is 0 after subscriptions have ended in every way", async () => {
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

Deno.test("subscribe(), queue() and observe() remove their listener from the signal", () => {
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
  assertEquals(listeners, 1, "one listener for all subscriptions");
  for (const subscription of ended) subscription[Symbol.dispose]();
  assertEquals(listeners, 0);
});
