import type { BusEvent } from "../../src/events/published_event.ts";
import type { CaseDefinition } from "../case_definition.ts";
import { expectEqual } from "../expect.ts";
import { appendOne } from "../fixtures.ts";
import { BusRecorder } from "../bus_recorder.ts";
import { openTwoBackends, publishAndAppend } from "../open_two_backends.ts";

/** Several backends on one storage: who hears the others and who does not, by namespace, grant and filter, and until when. */
export const sharedBusReachCases: readonly CaseDefinition[] = [
  {
    name: "Events that another backend publishes or stores in one namespace reach no other",
    invariant: "isolation",
    requires: "sharedBus",
    run: async (scene) => {
      const { namespace } = scene;
      const { one, two, other } = await openTwoBackends(scene);
      const names = [`${namespace}.a`, `${namespace}.a.b`, `${namespace}-a`, `${namespace}_a`, namespace.toUpperCase()];
      const foreign = names.map((name) => {
        const heard = new BusRecorder(scene, `a subscriber in ${name}`);
        heard.in(two, name);
        return heard;
      });
      for (const [i, heard] of foreign.entries()) await heard.reachedBy(one, names[i]!);
      await publishAndAppend(one, [namespace]);
      await other.until(2);
      await publishAndAppend(one, names);
      await Promise.all(foreign.map((heard) => heard.until(2)));
      expectEqual(namesOf(other.events), [namespace, namespace], "the namespaces that were heard in the first");
      const each = foreign.map(({ events }) => namesOf(events));
      expectEqual(each, names.map((name) => [name, name]), "the namespaces that were heard in each of the others");
    },
  },
  {
    name: "A grant's holder hears other backends in the namespaces of its pattern, and in no other",
    invariant: "grants",
    requires: "sharedBus",
    run: async (scene) => {
      const { namespace } = scene;
      const { one, two } = await openTwoBackends(scene);
      const names = [namespace, `${namespace}.a`, `${namespace}.a.b`, `${namespace}.a.b.c`, `${namespace}.b`];
      const [, a, ab, abc, b] = names;
      const patterns: [pattern: string, covers: (string | undefined)[]][] = [
        [`${namespace}.*`, [a, b]],
        [`${namespace}.>`, [a, ab, abc, b]],
        [`${namespace}.*.b`, [ab]],
        [`${namespace}.*.*.>`, [abc]],
        [`${namespace}.b`, [b]],
      ];
      const observers = patterns.map(([pattern]) => {
        const heard = new BusRecorder(scene, `an observer of ${pattern}`);
        two.bus.observe(two.grant(pattern, { reason: "conformance" }), heard.handler);
        return heard;
      });
      for (const [i, heard] of observers.entries()) await heard.reachedBy(one, patterns[i]![1][0]!);
      await publishAndAppend(one, names);
      // Twice, so that what comes too much has come.
      await publishAndAppend(one, names);
      for (const [i, [pattern, covers]] of patterns.entries()) {
        const heard = namesOf(await observers[i]!.until(covers.length * 4));
        const wanted = [...covers, ...covers].flatMap((name) => [name, name]);
        expectEqual(heard.sort(), wanted.sort(), `the namespaces that an observer of ${pattern} heard`);
      }
    },
  },
  {
    name: "Types and actors filter what other backends publish and store",
    invariant: "carrying",
    requires: "sharedBus",
    run: async (scene) => {
      const { one, two, other } = await openTwoBackends(scene);
      const byType = new BusRecorder(scene, "a subscriber to a type");
      byType.in(two, scene.namespace, { types: ["Placed"] });
      const byActor = new BusRecorder(scene, "a subscriber to actors");
      byActor.in(two, scene.namespace, { actors: "order.*" });
      for (const [actorId, type] of [["order.1", "Placed"], ["order.1", "Paid"], ["cart.1", "Placed"]] as const) {
        one.bus.within(scene.namespace).publish(actorId, { type, data: "published" });
        await appendOne(one.store(scene.namespace), actorId, "stored", type);
      }
      await other.until(6);
      const told = (events: readonly BusEvent[]) =>
        events.map(({ actorId, type, data }) => `${actorId} ${type} ${data}`).sort();
      const wanted = (...both: string[]) => both.flatMap((name) => [`${name} published`, `${name} stored`]).sort();
      expectEqual(told(byType.events), wanted("cart.1 Placed", "order.1 Placed"), "what came by type");
      expectEqual(told(byActor.events), wanted("order.1 Paid", "order.1 Placed"), "what came by actor");
    },
  },
  {
    name: "An ended subscription receives no event of other backends, and others continue",
    invariant: "endings",
    requires: "sharedBus",
    run: async (scene) => {
      const { one, two, other, subscription } = await openTwoBackends(scene);
      const [staying, elsewhere] = [new BusRecorder(scene, "who stays"), new BusRecorder(scene, "who is elsewhere")];
      const stay = staying.in(two, scene.namespace);
      elsewhere.in(two, `${scene.namespace}.a`);
      await elsewhere.reachedBy(one, `${scene.namespace}.a`);
      subscription[Symbol.dispose]();
      await publishAndAppend(one, [scene.namespace]);
      await staying.until(2);
      stay[Symbol.dispose]();
      await publishAndAppend(one, [scene.namespace, `${scene.namespace}.a`]);
      await elsewhere.until(2);
      const counts = [other, staying, elsewhere].map(({ events }) => events.length);
      expectEqual(counts, [0, 2, 2], "how much was heard by who left, who left later, and who stays elsewhere");
      const again = new BusRecorder(scene, "who comes again");
      again.in(two, scene.namespace);
      await again.reachedBy(one, scene.namespace);
      await publishAndAppend(one, [scene.namespace]);
      expectEqual((await again.until(2)).length, 2, "how much was heard by who came again");
    },
  },
  {
    name: "A backend that is closed hears nothing more of others, and they go on",
    invariant: "endings",
    requires: "sharedBus",
    run: async (scene) => {
      const { one, two, own, other } = await openTwoBackends(scene);
      await own.reachedBy(two, scene.namespace);
      await scene.wait(two.close(), "a backend to close");
      await publishAndAppend(one, [scene.namespace]);
      expectEqual([own.events.length, other.events.length], [2, 0], "how much the open and the closed one heard");
    },
  },
];

function namesOf(events: readonly BusEvent[]): string[] {
  return events.map(({ namespace }) => namespace);
}
