import type { BusEvent } from "../../src/events/published_event.ts";
import type { RecordedEvent } from "../../src/events/recorded_event.ts";
import type { CaseDefinition } from "../case_definition.ts";
import { expectEqual, expectError, expectTrue } from "../expect.ts";
import { appendOne, coordinatesOf, countUp, someEvents } from "../fixtures.ts";
import { BusRecorder } from "../bus_recorder.ts";
import { openTwoBackends } from "../open_two_backends.ts";

/** Several backends on one storage: each backend delivers the events that other backends publish and store. */
export const sharedBusCases: readonly CaseDefinition[] = [
  {
    name: "bus.publish() reaches another backend once, in order, as the publisher's own bus delivers it",
    invariant: "carrying",
    requires: "sharedBus",
    run: async (context) => {
      const { one, own, other } = await openTwoBackends(context);
      const bus = one.bus.within(context.namespace);
      const metadata = { correlationId: "r-1", traceparent: "00-4bf9-00f0-01", tracestate: "a=1", "their own": "é😀" };
      bus.publish("order.1", { id: "e-1", type: "Viewed", data: { deep: [{ text: "é😀", n: -0.5 }] }, metadata });
      bus.publish("user/7.é", { type: "Typed 😀", data: null });
      for (const n of countUp(1, 100)) bus.publish("order.1", { type: "Viewed", data: n });
      const received = byActor(await other.until(102));
      expectEqual(
        received,
        byActor(own.events),
        "the events on the other backend's bus, compared with the publisher's own bus",
      );
    },
  },
  {
    name: "append() reaches the bus of another backend once, in order, as a read returns it",
    invariant: "carrying",
    requires: "sharedBus",
    run: async (context) => {
      const { one, two, other } = await openTwoBackends(context);
      const store = one.store(context.namespace);
      await store.append("order.1", someEvents(3), { expectedVersion: 0 });
      await appendOne(store, "user/7.é", { text: "é😀", deep: [{ n: 1 }] });
      for (const n of countUp(4, 20)) await store.append("order.1", someEvents(1), { expectedVersion: n - 1 });
      const log = await two.store(context.namespace).readAll({ types: ["Made"] }).toArray();
      expectEqual(
        byActor(await other.until(21)),
        byActor(log),
        "the events on the other backend's bus, compared with the log",
      );
    },
  },
  {
    name: "bus.subscribe() receives the events of its own backend once, although others receive them too",
    invariant: "carrying",
    requires: "sharedBus",
    run: async (context) => {
      const { one, two, own, other } = await openTwoBackends(context);
      const wide = new BusRecorder(context, "the holder of the grant");
      one.bus.observe(one.grant(">", { reason: "conformance" }), wide.handler);
      await own.reachedBy(two, context.namespace);
      await wide.reachedBy(two, context.namespace);
      one.bus.within(context.namespace).publish("order.1", { type: "Viewed", data: 0 });
      for (const n of countUp(1, 20)) await appendOne(one.store(context.namespace), "order.1", n);
      await other.until(21);
      // A copy of an own event from the storage would have arrived before these events.
      two.bus.within(context.namespace).publish("order.1", { type: "Viewed", data: 21 });
      await appendOne(two.store(context.namespace), "order.1", 22);
      const expected = countUp(0, 22).join();
      for (const [received, name] of [[own, "a subscriber"], [wide, "the holder of a grant"]] as const) {
        await received.until(23);
        const sorted = dataOf(received.events).sort((a, b) => Number(a) - Number(b));
        expectEqual(sorted.join(), expected, `the events that ${name} of the sending backend received`);
      }
    },
  },
  {
    name: "append() of several backends to one actor reaches each bus in the order of versions",
    invariant: "carrying",
    requires: "sharedBus",
    run: async (context) => {
      const { one, two, own, other } = await openTwoBackends(context);
      await own.reachedBy(two, context.namespace);
      const appends = [one, two].map(async (backend) => {
        for (let i = 0; i < 20; i++) await appendOne(backend.store(context.namespace), "order.1");
      });
      await context.wait(Promise.all(appends), "the appends of both backends");
      const coordinates = countUp(1, 40).map((n) => `order.1@${n}`);
      for (const [received, name] of [[own, "one"], [other, "the other"]] as const) {
        expectEqual(
          coordinatesOf(await received.until(40) as RecordedEvent[]),
          coordinates,
          `the events that ${name} backend received`,
        );
      }
    },
  },
  {
    name: "bus.publish() in a handler delivers no event between the events of another backend's commit",
    invariant: "carrying",
    requires: "sharedBus",
    run: async (context) => {
      const { one, two } = await openTwoBackends(context);
      two.bus.within(context.namespace).subscribe(({ actorId, version }) => {
        if (version === 1) two.bus.within(context.namespace).publish(actorId, { type: "Viewed", data: {} });
      }, { actors: "order.1" });
      const received = new BusRecorder(context, "the other backend");
      received.subscribe(two, context.namespace);
      await received.reachedBy(one, context.namespace);
      await one.store(context.namespace).append("order.1", someEvents(3), { expectedVersion: 0 });
      const versions = (await received.until(4)).map(({ version }) => version);
      expectEqual(
        versions,
        [1, 2, 3, undefined],
        "the versions of the three stored events, then `undefined` for the published event",
      );
    },
  },
  {
    name: "append() that conflicts or repeats a commit delivers no event to another backend",
    invariant: "carrying",
    requires: "sharedBus",
    run: async (context) => {
      const { one, other } = await openTwoBackends(context);
      const store = one.store(context.namespace);
      const first = { expectedVersion: 0, commitId: "commit-1" };
      await store.append("order.1", someEvents(1), first);
      await expectError(
        store.append("order.1", someEvents(1), { expectedVersion: 0 }),
        "version-conflict",
        {},
        "an append with an outdated expectedVersion",
      );
      await store.append("order.1", someEvents(1), first);
      await appendOne(store, "order.1");
      expectEqual(
        coordinatesOf(await other.until(2) as RecordedEvent[]),
        ["order.1@1", "order.1@2"],
        "the events that the other backend received",
      );
    },
  },
  {
    name: "append() that repeats the commit of another backend delivers no second event",
    invariant: "carrying",
    requires: "sharedBus",
    run: async (context) => {
      const { one, two, own, other } = await openTwoBackends(context);
      await own.reachedBy(two, context.namespace);
      const first = { expectedVersion: 0, commitId: "commit-1" };
      await one.store(context.namespace).append("order.1", someEvents(1), first);
      await other.until(1);
      await two.store(context.namespace).append("order.1", someEvents(1), first);
      await appendOne(two.store(context.namespace), "order.1");
      for (const [received, name] of [[own, "one"], [other, "the other"]] as const) {
        const coordinates = coordinatesOf(await received.until(2) as RecordedEvent[]);
        expectEqual(coordinates, ["order.1@1", "order.1@2"], `the events that ${name} backend received`);
      }
    },
  },
  {
    name: "bus.subscribe() receives deeply frozen events from another backend",
    invariant: "immutability",
    requires: "sharedBus",
    run: async (context) => {
      const { one, other } = await openTwoBackends(context);
      const event = { type: "Viewed", data: { deep: [{ n: 1 }] }, metadata: { correlationId: "r-1" } };
      one.bus.within(context.namespace).publish("order.1", event);
      await one.store(context.namespace).append("order.1", [event], { expectedVersion: 0 });
      for (const received of await other.until(2)) {
        const { deep } = received.data as { deep: object[] };
        const parts = [received, received.metadata, received.data as object, deep, deep[0]!];
        const origin = received.version === undefined ? "published" : "stored";
        expectTrue(
          parts.every((part) => Object.isFrozen(part)),
          `an event that was ${origin} is deeply frozen`,
        );
      }
    },
  },
];

function dataOf(events: readonly BusEvent[]): unknown[] {
  return events.map(({ data }) => data);
}

/** The events by actor, in their order. The bus defines no order between events of different actors. */
function byActor(events: readonly BusEvent[]): Record<string, readonly BusEvent[] | undefined> {
  return Object.groupBy(events, ({ actorId }) => actorId);
}
