import type { BusEvent } from "../../src/events/published_event.ts";
import type { RecordedEvent } from "../../src/events/recorded_event.ts";
import type { CaseDefinition } from "../case_definition.ts";
import { expectEqual, expectError, expectTrue } from "../expect.ts";
import { appendOne, coordinatesOf, countUp, someEvents } from "../fixtures.ts";
import { BusRecorder } from "../bus_recorder.ts";
import { openTwoBackends } from "../open_two_backends.ts";

/** Cases with several backends on one storage. Each delivers the events that the others publish and store. */
export const sharedBusCases: readonly CaseDefinition[] = [
  {
    name: "A published event reaches another backend once, in order, as the publisher's own bus delivers it",
    invariant: "carrying",
    requires: "sharedBus",
    run: async (scene) => {
      const { one, own, other } = await openTwoBackends(scene);
      const bus = one.bus.within(scene.namespace);
      const metadata = { correlationId: "r-1", traceparent: "00-4bf9-00f0-01", tracestate: "a=1", "their own": "é😀" };
      bus.publish("order.1", { id: "e-1", type: "Viewed", data: { deep: [{ text: "é😀", n: -0.5 }] }, metadata });
      bus.publish("user/7.é", { type: "Typed 😀", data: null });
      for (const n of countUp(1, 100)) bus.publish("order.1", { type: "Viewed", data: n });
      const heard = byActor(await other.until(102));
      expectEqual(
        heard,
        byActor(own.events),
        "the events on the other backend's bus, compared with the publisher's own bus",
      );
    },
  },
  {
    name: "A stored event reaches another backend's bus once, in order, as a read returns it",
    invariant: "carrying",
    requires: "sharedBus",
    run: async (scene) => {
      const { one, two, other } = await openTwoBackends(scene);
      const store = one.store(scene.namespace);
      await store.append("order.1", someEvents(3), { expectedVersion: 0 });
      await appendOne(store, "user/7.é", { text: "é😀", deep: [{ n: 1 }] });
      for (const n of countUp(4, 20)) await store.append("order.1", someEvents(1), { expectedVersion: n - 1 });
      const log = await two.store(scene.namespace).readAll({ types: ["Made"] }).toArray();
      expectEqual(
        byActor(await other.until(21)),
        byActor(log),
        "the events on the other backend's bus, compared with the log",
      );
    },
  },
  {
    name: "A backend that sends its events to others delivers them to its own subscribers once",
    invariant: "carrying",
    requires: "sharedBus",
    run: async (scene) => {
      const { one, two, own, other } = await openTwoBackends(scene);
      const wide = new BusRecorder(scene, "the observer");
      one.bus.observe(one.grant(">", { reason: "conformance" }), wide.handler);
      await own.reachedBy(two, scene.namespace);
      await wide.reachedBy(two, scene.namespace);
      one.bus.within(scene.namespace).publish("order.1", { type: "Viewed", data: 0 });
      for (const n of countUp(1, 20)) await appendOne(one.store(scene.namespace), "order.1", n);
      await other.until(21);
      // A copy of an own event from the storage would have arrived before these events.
      two.bus.within(scene.namespace).publish("order.1", { type: "Viewed", data: 21 });
      await appendOne(two.store(scene.namespace), "order.1", 22);
      const told = countUp(0, 22).join();
      for (const [heard, name] of [[own, "a subscriber"], [wide, "an observer"]] as const) {
        await heard.until(23);
        const sorted = dataOf(heard.events).sort((a, b) => Number(a) - Number(b));
        expectEqual(sorted.join(), told, `the events that ${name} of the sending backend received`);
      }
    },
  },
  {
    name: "Commits that several backends append to one actor reach each backend's bus in the order of versions",
    invariant: "carrying",
    requires: "sharedBus",
    run: async (scene) => {
      const { one, two, own, other } = await openTwoBackends(scene);
      await own.reachedBy(two, scene.namespace);
      const appends = [one, two].map(async (backend) => {
        for (let i = 0; i < 20; i++) await appendOne(backend.store(scene.namespace), "order.1");
      });
      await scene.wait(Promise.all(appends), "the appends of both backends");
      const places = countUp(1, 40).map((n) => `order.1@${n}`);
      for (const [heard, name] of [[own, "one"], [other, "the other"]] as const) {
        expectEqual(
          coordinatesOf(await heard.until(40) as RecordedEvent[]),
          places,
          `the events that ${name} backend received`,
        );
      }
    },
  },
  {
    name: "An event that a handler publishes is not delivered between the events of another backend's commit",
    invariant: "carrying",
    requires: "sharedBus",
    run: async (scene) => {
      const { one, two } = await openTwoBackends(scene);
      two.bus.within(scene.namespace).subscribe(({ actorId, version }) => {
        if (version === 1) two.bus.within(scene.namespace).publish(actorId, { type: "Viewed", data: {} });
      }, { actors: "order.1" });
      const heard = new BusRecorder(scene, "the other backend");
      heard.in(two, scene.namespace);
      await heard.reachedBy(one, scene.namespace);
      await one.store(scene.namespace).append("order.1", someEvents(3), { expectedVersion: 0 });
      const versions = (await heard.until(4)).map(({ version }) => version);
      expectEqual(
        versions,
        [1, 2, 3, undefined],
        "the versions of the three stored events, then `undefined` for the published event",
      );
    },
  },
  {
    name: "A conflict or a repeated commit of another backend delivers no event",
    invariant: "carrying",
    requires: "sharedBus",
    run: async (scene) => {
      const { one, other } = await openTwoBackends(scene);
      const store = one.store(scene.namespace);
      const first = { expectedVersion: 0, commitId: "commit-1" };
      await store.append("order.1", someEvents(1), first);
      await expectError(
        store.append("order.1", someEvents(1), { expectedVersion: 0 }),
        "version-conflict",
        {},
        "stale",
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
    name: "A commit that another backend repeats is delivered once to each backend",
    invariant: "carrying",
    requires: "sharedBus",
    run: async (scene) => {
      const { one, two, own, other } = await openTwoBackends(scene);
      await own.reachedBy(two, scene.namespace);
      const first = { expectedVersion: 0, commitId: "commit-1" };
      await one.store(scene.namespace).append("order.1", someEvents(1), first);
      await other.until(1);
      await two.store(scene.namespace).append("order.1", someEvents(1), first);
      await appendOne(two.store(scene.namespace), "order.1");
      for (const [heard, name] of [[own, "one"], [other, "the other"]] as const) {
        const places = coordinatesOf(await heard.until(2) as RecordedEvent[]);
        expectEqual(places, ["order.1@1", "order.1@2"], `the events that ${name} backend received`);
      }
    },
  },
  {
    name: "Events from another backend are deeply frozen",
    invariant: "immutability",
    requires: "sharedBus",
    run: async (scene) => {
      const { one, other } = await openTwoBackends(scene);
      const event = { type: "Viewed", data: { deep: [{ n: 1 }] }, metadata: { correlationId: "r-1" } };
      one.bus.within(scene.namespace).publish("order.1", event);
      await one.store(scene.namespace).append("order.1", [event], { expectedVersion: 0 });
      for (const heard of await other.until(2)) {
        const { deep } = heard.data as { deep: object[] };
        const parts = [heard, heard.metadata, heard.data as object, deep, deep[0]!];
        const what = heard.version === undefined ? "published" : "stored";
        expectTrue(
          parts.every((part) => Object.isFrozen(part)),
          `an event that was ${what} is deeply frozen`,
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
