import type { Backend, BusEvent } from "@flowmade-one/aether";
import type { JetStreamConnection } from "@flowmade-one/aether/jetstream";
import { assertEquals } from "@std/assert";
import { codeOf } from "./failure_of.ts";

const event = (n: unknown) => [{ type: "Made", data: { n } }];

/**
 * Uses the operations of a store, its snapshots and its bus through the backend `one`. Meanwhile, the backend `other`
 * receives the bus events of the namespace.
 */
export async function useEverything(one: Backend, other: Backend, namespace: string): Promise<void> {
  const received = await listen(other, namespace);
  const store = one.store(namespace);
  await store.append("order.1", event(1), { expectedVersion: 0, commitId: "c-1" });
  assertEquals((await store.append("order.1", event(1), { expectedVersion: 0, commitId: "c-1" })).duplicate, true);
  assertEquals(await codeOf(store.append("order.1", event(2), { expectedVersion: 0 })), "version-conflict");
  await store.append("order.1", event(2), { expectedVersion: "exists" });
  await store.append("order.2", event(3), { expectedVersion: "any" });
  one.bus.within(namespace).publish("order.1", { type: "Viewed", data: 4 });
  // Enough bytes to make the server use flow control.
  for (let n = 5; n <= 10; n++) await store.append("big", event("x".repeat(500_000)), { expectedVersion: "any" });
  assertEquals(await store.latestVersion("order.1"), 2);
  for (const direction of ["forwards", "backwards"] as const) {
    assertEquals((await store.read("order.1", { direction }).toArray()).length, 2);
  }
  assertEquals((await store.read("order.1", { from: 2 }).toArray()).length, 1);
  assertEquals((await store.readAll().toArray()).length, 9);
  assertEquals((await store.readAll({ actors: "order.*" }).toArray()).length, 3);
  await follow(one, namespace);
  await keepSnapshots(one, namespace);
  assertEquals((await received(10)).filter(({ version }) => version === undefined).length, 1);
}

async function follow(backend: Backend, namespace: string): Promise<void> {
  for (const [options, count] of [[{}, 9], [{ actors: "order.*" }, 3]] as const) {
    await using subscription = backend.store(namespace).subscribe(options);
    let left: number = count;
    for await (const _ of subscription) if (--left === 0) break;
  }
}

async function keepSnapshots(backend: Backend, namespace: string): Promise<void> {
  const { snapshots } = backend.store(namespace);
  const large = Array.from({ length: 50_000 }, () => crypto.randomUUID());
  for (const [version, state] of [[1, large], [2, "small"]] as const) {
    await snapshots.put("order.1", { version, schema: 1, eventId: "e", state }, { keep: 2 });
  }
  assertEquals((await snapshots.latest("order.1", { atMost: 1 }))?.state, large);
  await snapshots.put("order.1", { version: 2, schema: 1, eventId: "e", state: "last" }, { keep: 1 });
  assertEquals((await snapshots.latest("order.1"))?.state, "last");
  assertEquals(await snapshots.latest("order.1", { atMost: 1 }), undefined);
}

/** Subscribes to the bus. Returns a function that waits for a total number of events and returns all of them. */
export async function listen(backend: Backend, namespace: string): Promise<(count: number) => Promise<BusEvent[]>> {
  const events: BusEvent[] = [];
  let wake = () => {};
  backend.bus.within(namespace).subscribe((event) => {
    events.push(event);
    wake();
  });
  // When this request is answered, the server has processed the subscription that was sent before.
  await backend.store(namespace).latestVersion("missing");
  return async (count) => {
    while (events.length < count) await new Promise<void>((resolve) => wake = resolve);
    return events;
  };
}

/** Wraps a connection. The wrapper records the subjects of all publishes and subscriptions. */
export function recordSubjects(
  connection: JetStreamConnection,
): JetStreamConnection & { published: Set<string>; subscribed: Set<string> } {
  const [published, subscribed] = [new Set<string>(), new Set<string>()];
  return {
    published,
    subscribed,
    get info() {
      return connection.info;
    },
    options: connection.options,
    isClosed: () => connection.isClosed(),
    rtt: () => connection.rtt(),
    status: () => connection.status(),
    publish: (subject, payload, options) => {
      published.add(subject);
      connection.publish(subject, payload, options);
    },
    subscribe: (subject, options) => {
      subscribed.add(subject);
      return connection.subscribe(subject, options);
    },
  };
}
