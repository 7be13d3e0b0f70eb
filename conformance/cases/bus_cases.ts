import type { Backend } from "../../src/backend/backend.ts";
import type { BusEvent } from "../../src/events/published_event.ts";
import type { RecordedEvent } from "../../src/events/recorded_event.ts";
import type { CaseDefinition } from "../case_definition.ts";
import { expectEqual, expectError } from "../expect.ts";
import { appendOne, coordinatesOf, countUp, someEvents } from "../fixtures.ts";

/** The stored and published events that a bus delivers, and to which subscribers. */
export const busCases: readonly CaseDefinition[] = [
  {
    name: "Stored events are announced on the bus of their namespace, as a read returns them",
    invariant: "announcing",
    run: async (scene) => {
      const backend = await scene.open();
      const store = backend.store(scene.namespace);
      const heard = listen(backend, scene.namespace);
      await store.append("order.1", someEvents(3), { expectedVersion: 0 });
      await appendOne(store, "order.2", { text: "é😀", deep: [{ n: 1 }] });
      await store.append("order.1", someEvents(1), { expectedVersion: "exists" });
      expectEqual(heard, await store.readAll().toArray(), "what was heard, against the log");
    },
  },
  {
    name: "A conflict, a repetition and a refused event are not announced",
    invariant: "announcing",
    run: async (scene) => {
      const backend = await scene.open();
      const store = backend.store(scene.namespace);
      const first = { expectedVersion: 0, commitId: "commit-1" };
      await store.append("order.1", someEvents(1), first);
      const heard = listen(backend, scene.namespace);
      await expectError(
        store.append("order.1", someEvents(1), { expectedVersion: 0 }),
        "version-conflict",
        {},
        "stale",
      );
      await store.append("order.1", someEvents(1), first);
      const refused = store.append("order.1", [{ type: "", data: {} }], { expectedVersion: 1 });
      await expectError(refused, "invalid-event", {}, "an event without a type");
      expectEqual(heard, [], "what was heard");
    },
  },
  {
    name: "Commits of one actor by several writers are announced in the order of its versions",
    invariant: "announcing",
    run: async (scene) => {
      const backend = await scene.open();
      const heard = listen(backend, scene.namespace);
      const stores = countUp(1, 4).map(() => backend.store(scene.namespace));
      await Promise.all(stores.flatMap((store) => countUp(1, 10).map(() => appendOne(store, "order.1"))));
      expectEqual(coordinatesOf(heard as RecordedEvent[]), countUp(1, 40).map((n) => `order.1@${n}`), "what was heard");
    },
  },
  {
    name: "A handler that appends does not come between the events of the commit that it hears",
    invariant: "announcing",
    run: async (scene) => {
      const backend = await scene.open();
      const store = backend.store(scene.namespace);
      const appended: Promise<unknown>[] = [];
      backend.bus.within(scene.namespace).subscribe(({ version = 0 }) => {
        if (version <= 3) {
          appended.push(scene.background(store.append("order.1", someEvents(2), { expectedVersion: "any" })));
        }
      });
      const heard = listen(backend, scene.namespace);
      await store.append("order.1", someEvents(3), { expectedVersion: 0 });
      await scene.wait(Promise.all(appended), "the appends of the handler");
      expectEqual(heard, await store.read("order.1").toArray(), "what was heard, against the history");
    },
  },
  {
    name: "Events that are stored or published in one namespace reach no other",
    invariant: "isolation",
    run: async (scene) => {
      const backend = await scene.open();
      const { namespace } = scene;
      const others = [
        `${namespace}.a`,
        `${namespace}.a.b`,
        `${namespace}-a`,
        `${namespace}_a`,
        namespace.toUpperCase(),
      ];
      const heard = others.map((other) => listen(backend, other));
      const own = listen(backend, namespace);
      await appendOne(backend.store(namespace), "order.1");
      backend.bus.within(namespace).publish("order.1", { type: "Viewed", data: {} });
      expectEqual(own.length, 2, "what was heard in the namespace itself");
      expectEqual(heard.map((events) => events.length), others.map(() => 0), "what was heard in the others");
    },
  },
  {
    name: "A grant's holder hears what is stored and published in the namespaces of its pattern, and no other",
    invariant: "grants",
    run: async (scene) => {
      const backend = await scene.open();
      const heard: string[] = [];
      const grant = backend.grant(`${scene.namespace}.*`, { reason: "conformance" });
      backend.bus.observe(grant, (event) => void heard.push(event.namespace));
      const names = [scene.namespace, `${scene.namespace}.a`, `${scene.namespace}.a.b`, `${scene.namespace}.b`];
      for (const name of names) {
        await appendOne(backend.store(name), "order.1");
        backend.bus.within(name).publish("order.1", { type: "Viewed", data: {} });
      }
      const [, a, , b] = names;
      expectEqual(heard, [a, a, b, b], "the namespaces that were heard");
    },
  },
  {
    name: "Published events are not stored",
    invariant: "versions",
    run: async (scene) => {
      const backend = await scene.open();
      const store = backend.store(scene.namespace);
      const heard = listen(backend, scene.namespace);
      backend.bus.within(scene.namespace).publish("order.1", { type: "Viewed", data: {} });
      await appendOne(store, "order.1");
      expectEqual(heard.map(({ version }) => version), [undefined, 1], "the versions that were heard");
      expectEqual(coordinatesOf(await store.readAll().toArray()), ["order.1@1"], "the log");
    },
  },
];

/** The events that are delivered in a namespace from now on. */
function listen(backend: Backend, namespace: string): BusEvent[] {
  const heard: BusEvent[] = [];
  backend.bus.within(namespace).subscribe((event) => void heard.push(event));
  return heard;
}
