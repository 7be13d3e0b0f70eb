import type { Backend } from "../../src/backend/backend.ts";
import type { BusEvent } from "../../src/events/published_event.ts";
import type { RecordedEvent } from "../../src/events/recorded_event.ts";
import type { CaseDefinition } from "../case_definition.ts";
import { expectEqual, expectError } from "../expect.ts";
import { appendOne, coordinatesOf, countUp, someEvents } from "../fixtures.ts";

/** The stored and published events that a bus delivers, and the subscribers that receive them. */
export const busCases: readonly CaseDefinition[] = [
  {
    name: "bus.subscribe() receives stored events as a read returns them",
    invariant: "announcing",
    run: async (context) => {
      const backend = await context.open();
      const store = backend.store(context.namespace);
      const delivered = listen(backend, context.namespace);
      await store.append("order.1", someEvents(3), { expectedVersion: 0 });
      await appendOne(store, "order.2", { text: "é😀", deep: [{ n: 1 }] });
      await store.append("order.1", someEvents(1), { expectedVersion: "exists" });
      expectEqual(delivered, await store.readAll().toArray(), "the delivered events, compared with the log");
    },
  },
  {
    name: "bus.subscribe() receives no event after a conflict, a repeated commit or a refused event",
    invariant: "announcing",
    run: async (context) => {
      const backend = await context.open();
      const store = backend.store(context.namespace);
      const first = { expectedVersion: 0, commitId: "commit-1" };
      await store.append("order.1", someEvents(1), first);
      const delivered = listen(backend, context.namespace);
      await expectError(
        store.append("order.1", someEvents(1), { expectedVersion: 0 }),
        "version-conflict",
        {},
        "an append with an outdated expectedVersion",
      );
      await store.append("order.1", someEvents(1), first);
      const refused = store.append("order.1", [{ type: "", data: {} }], { expectedVersion: 1 });
      await expectError(refused, "invalid-event", {}, "an event without a type");
      expectEqual(delivered, [], "the delivered events");
    },
  },
  {
    name: "bus.subscribe() receives the commits of several writers to one actor in the order of versions",
    invariant: "announcing",
    run: async (context) => {
      const backend = await context.open();
      const delivered = listen(backend, context.namespace);
      const stores = countUp(1, 4).map(() => backend.store(context.namespace));
      await Promise.all(stores.flatMap((store) => countUp(1, 10).map(() => appendOne(store, "order.1"))));
      expectEqual(
        coordinatesOf(delivered as RecordedEvent[]),
        countUp(1, 40).map((n) => `order.1@${n}`),
        "the delivered events",
      );
    },
  },
  {
    name: "bus.subscribe() receives a commit without other events in between, even if a handler appends",
    invariant: "announcing",
    run: async (context) => {
      const backend = await context.open();
      const store = backend.store(context.namespace);
      const appended: Promise<unknown>[] = [];
      backend.bus.within(context.namespace).subscribe(({ version = 0 }) => {
        if (version <= 3) {
          appended.push(context.background(store.append("order.1", someEvents(2), { expectedVersion: "any" })));
        }
      });
      const delivered = listen(backend, context.namespace);
      await store.append("order.1", someEvents(3), { expectedVersion: 0 });
      await context.wait(Promise.all(appended), "the appends of the handler");
      expectEqual(delivered, await store.read("order.1").toArray(), "the delivered events, compared with the history");
    },
  },
  {
    name: "bus.subscribe() receives no event of another namespace",
    invariant: "isolation",
    run: async (context) => {
      const backend = await context.open();
      const { namespace } = context;
      const others = [
        `${namespace}.a`,
        `${namespace}.a.b`,
        `${namespace}-a`,
        `${namespace}_a`,
        namespace.toUpperCase(),
      ];
      const delivered = others.map((other) => listen(backend, other));
      const own = listen(backend, namespace);
      await appendOne(backend.store(namespace), "order.1");
      backend.bus.within(namespace).publish("order.1", { type: "Viewed", data: {} });
      expectEqual(own.length, 2, "the number of events delivered in the namespace itself");
      expectEqual(
        delivered.map((events) => events.length),
        others.map(() => 0),
        "the numbers of events delivered in the other namespaces",
      );
    },
  },
  {
    name: "bus.observe() receives stored and published events in the namespaces of its grant, and no other events",
    invariant: "grants",
    run: async (context) => {
      const backend = await context.open();
      const delivered: string[] = [];
      const grant = backend.grant(`${context.namespace}.*`, { reason: "conformance" });
      backend.bus.observe(grant, (event) => void delivered.push(event.namespace));
      const names = [context.namespace, `${context.namespace}.a`, `${context.namespace}.a.b`, `${context.namespace}.b`];
      for (const name of names) {
        await appendOne(backend.store(name), "order.1");
        backend.bus.within(name).publish("order.1", { type: "Viewed", data: {} });
      }
      const [, a, , b] = names;
      expectEqual(delivered, [a, a, b, b], "the namespaces of the delivered events");
    },
  },
  {
    name: "bus.publish() stores no event",
    invariant: "versions",
    run: async (context) => {
      const backend = await context.open();
      const store = backend.store(context.namespace);
      const delivered = listen(backend, context.namespace);
      backend.bus.within(context.namespace).publish("order.1", { type: "Viewed", data: {} });
      await appendOne(store, "order.1");
      expectEqual(delivered.map(({ version }) => version), [undefined, 1], "the versions of the delivered events");
      expectEqual(coordinatesOf(await store.readAll().toArray()), ["order.1@1"], "the log");
    },
  },
];

/** The events that are delivered in a namespace from now on. */
function listen(backend: Backend, namespace: string): BusEvent[] {
  const delivered: BusEvent[] = [];
  backend.bus.within(namespace).subscribe((event) => void delivered.push(event));
  return delivered;
}
