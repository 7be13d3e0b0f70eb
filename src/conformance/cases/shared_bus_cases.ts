import type { Backend } from "../../backend/backend.ts";
import type { BusEvent } from "../../event/published_event.ts";
import type { RecordedEvent } from "../../event/recorded_event.ts";
import type { CaseDefinition } from "../case_definition.ts";
import { expectEqual, expectError, expectTrue } from "../expect.ts";
import { appendOne, countUp, placesOf, someEvents } from "../given.ts";
import { Heard } from "../heard.ts";
import type { Scene } from "../scene.ts";

const because = { reason: "conformance" };

/** Several backends on one storage, as several processes: what one publishes and stores the others hear. */
export const sharedBusCases: readonly CaseDefinition[] = [
  {
    name: "What one backend publishes another hears once, in order, as the publisher's own bus gives it",
    protects: "carrying",
    needs: "sharedBus",
    run: async (scene) => {
      const { one, own, other } = await meet(scene);
      const bus = one.bus.within(scene.namespace);
      const metadata = { correlationId: "r-1", traceparent: "00-4bf9-00f0-01", tracestate: "a=1", "their own": "é😀" };
      bus.publish("order.1", { id: "e-1", type: "Viewed", data: { deep: [{ text: "é😀", n: -0.5 }] }, metadata });
      bus.publish("user/7.é", { type: "Typed 😀", data: null });
      for (const n of countUp(1, 100)) bus.publish("order.1", { type: "Viewed", data: n });
      const heard = byActor(await other.until(102));
      expectEqual(heard, byActor(own.events), "what another backend heard, against what the publisher's own bus gave");
    },
  },
  {
    name: "What one backend stores another hears once, in order, as a read gives it",
    protects: "carrying",
    needs: "sharedBus",
    run: async (scene) => {
      const { one, two, other } = await meet(scene);
      const store = one.store(scene.namespace);
      await store.append("order.1", someEvents(3), { expectedVersion: 0 });
      await appendOne(store, "user/7.é", { text: "é😀", deep: [{ n: 1 }] });
      for (const n of countUp(4, 20)) await store.append("order.1", someEvents(1), { expectedVersion: n - 1 });
      const log = await two.store(scene.namespace).readAll({ types: ["Made"] }).collect();
      expectEqual(byActor(await other.until(21)), byActor(log), "what another backend heard, against the log");
    },
  },
  {
    name: "A backend hears once what it publishes and stores itself, though it carries it to others",
    protects: "carrying",
    needs: "sharedBus",
    run: async (scene) => {
      const { one, two, own, other } = await meet(scene);
      const wide = new Heard(scene, "the observer");
      one.bus.observe(one.grant(">", because), wide.handler);
      await own.reachedBy(two, scene.namespace);
      await wide.reachedBy(two, scene.namespace);
      one.bus.within(scene.namespace).publish("order.1", { type: "Viewed", data: 0 });
      for (const n of countUp(1, 20)) await appendOne(one.store(scene.namespace), "order.1", n);
      await other.until(21);
      // What would come back has come by then.
      two.bus.within(scene.namespace).publish("order.1", { type: "Viewed", data: 21 });
      await appendOne(two.store(scene.namespace), "order.1", 22);
      const told = countUp(0, 22).join();
      for (const [heard, name] of [[own, "a subscriber"], [wide, "an observer"]] as const) {
        await heard.until(23);
        const sorted = dataOf(heard.events).sort((a, b) => Number(a) - Number(b));
        expectEqual(sorted.join(), told, `what ${name} of the backend itself heard`);
      }
    },
  },
  {
    name: "Commits that several backends append to an actor are heard by each in the order of its versions",
    protects: "carrying",
    needs: "sharedBus",
    run: async (scene) => {
      const { one, two, own, other } = await meet(scene);
      await own.reachedBy(two, scene.namespace);
      const appends = [one, two].map(async (backend) => {
        for (let i = 0; i < 20; i++) await appendOne(backend.store(scene.namespace), "order.1");
      });
      await scene.wait(Promise.all(appends), "the appends of both backends");
      const places = countUp(1, 40).map((n) => `order.1@${n}`);
      for (const [heard, name] of [[own, "one"], [other, "the other"]] as const) {
        expectEqual(placesOf(await heard.until(40) as RecordedEvent[]), places, `what ${name} backend heard`);
      }
    },
  },
  {
    name: "A handler that publishes does not come between the events of another backend's commit",
    protects: "carrying",
    needs: "sharedBus",
    run: async (scene) => {
      const { one, two } = await meet(scene);
      two.bus.within(scene.namespace).subscribe(({ actorId, version }) => {
        if (version === 1) two.bus.within(scene.namespace).publish(actorId, { type: "Viewed", data: {} });
      }, { actors: "order.1" });
      const heard = new Heard(scene, "the other backend");
      heard.in(two, scene.namespace);
      await heard.reachedBy(one, scene.namespace);
      await one.store(scene.namespace).append("order.1", someEvents(3), { expectedVersion: 0 });
      const versions = (await heard.until(4)).map(({ version }) => version);
      expectEqual(versions, [1, 2, 3, undefined], "the versions that were heard, and of what was published none");
    },
  },
  {
    name: "What another backend does not store is not heard: a conflict, a repetition",
    protects: "carrying",
    needs: "sharedBus",
    run: async (scene) => {
      const { one, other } = await meet(scene);
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
      expectEqual(placesOf(await other.until(2) as RecordedEvent[]), ["order.1@1", "order.1@2"], "what was heard");
    },
  },
  {
    name: "Repeating the commit of another backend tells nobody of it again",
    protects: "carrying",
    needs: "sharedBus",
    run: async (scene) => {
      const { one, two, own, other } = await meet(scene);
      await own.reachedBy(two, scene.namespace);
      const first = { expectedVersion: 0, commitId: "commit-1" };
      await one.store(scene.namespace).append("order.1", someEvents(1), first);
      await other.until(1);
      await two.store(scene.namespace).append("order.1", someEvents(1), first);
      await appendOne(two.store(scene.namespace), "order.1");
      for (const [heard, name] of [[own, "one"], [other, "the other"]] as const) {
        const places = placesOf(await heard.until(2) as RecordedEvent[]);
        expectEqual(places, ["order.1@1", "order.1@2"], `what ${name} backend heard`);
      }
    },
  },
  {
    name: "What another backend publishes or stores in one namespace is heard in no other",
    protects: "isolation",
    needs: "sharedBus",
    run: async (scene) => {
      const { namespace } = scene;
      const { one, two, other } = await meet(scene);
      const names = [`${namespace}.a`, `${namespace}.a.b`, `${namespace}-a`, `${namespace}_a`, namespace.toUpperCase()];
      const foreign = names.map((name) => {
        const heard = new Heard(scene, `a subscriber in ${name}`);
        heard.in(two, name);
        return heard;
      });
      for (const [i, heard] of foreign.entries()) await heard.reachedBy(one, names[i]!);
      await sendBoth(one, [namespace]);
      await other.until(2);
      await sendBoth(one, names);
      await Promise.all(foreign.map((heard) => heard.until(2)));
      expectEqual(namesOf(other.events), [namespace, namespace], "the namespaces that were heard in the first");
      const each = foreign.map(({ events }) => namesOf(events));
      expectEqual(each, names.map((name) => [name, name]), "the namespaces that were heard in each of the others");
    },
  },
  {
    name: "A grant's holder hears other backends in the namespaces of its pattern, and in no other",
    protects: "grants",
    needs: "sharedBus",
    run: async (scene) => {
      const { namespace } = scene;
      const { one, two } = await meet(scene);
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
        const heard = new Heard(scene, `an observer of ${pattern}`);
        two.bus.observe(two.grant(pattern, because), heard.handler);
        return heard;
      });
      for (const [i, heard] of observers.entries()) await heard.reachedBy(one, patterns[i]![1][0]!);
      await sendBoth(one, names);
      // Twice, so that what comes too much has come.
      await sendBoth(one, names);
      for (const [i, [pattern, covers]] of patterns.entries()) {
        const heard = namesOf(await observers[i]!.until(covers.length * 4));
        const wanted = [...covers, ...covers].flatMap((name) => [name, name]);
        expectEqual(heard.sort(), wanted.sort(), `the namespaces that an observer of ${pattern} heard`);
      }
    },
  },
  {
    name: "Types and actors filter what other backends publish and store",
    protects: "carrying",
    needs: "sharedBus",
    run: async (scene) => {
      const { one, two, other } = await meet(scene);
      const byType = new Heard(scene, "a subscriber to a type");
      byType.in(two, scene.namespace, { types: ["Placed"] });
      const byActor = new Heard(scene, "a subscriber to actors");
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
    name: "Events that come from another backend are frozen throughout",
    protects: "immutability",
    needs: "sharedBus",
    run: async (scene) => {
      const { one, other } = await meet(scene);
      const event = { type: "Viewed", data: { deep: [{ n: 1 }] }, metadata: { correlationId: "r-1" } };
      one.bus.within(scene.namespace).publish("order.1", event);
      await one.store(scene.namespace).append("order.1", [event], { expectedVersion: 0 });
      for (const heard of await other.until(2)) {
        const { deep } = heard.data as { deep: object[] };
        const parts = [heard, heard.metadata, heard.data as object, deep, deep[0]!];
        const what = heard.version === undefined ? "published" : "stored";
        expectTrue(
          parts.every((part) => Object.isFrozen(part)),
          `an event that was ${what} is frozen in all its parts`,
        );
      }
    },
  },
  {
    name: "Who ends a subscription hears nothing more of other backends, who stays goes on",
    protects: "endings",
    needs: "sharedBus",
    run: async (scene) => {
      const { one, two, other, subscription } = await meet(scene);
      const [staying, elsewhere] = [new Heard(scene, "who stays"), new Heard(scene, "who is elsewhere")];
      const stay = staying.in(two, scene.namespace);
      elsewhere.in(two, `${scene.namespace}.a`);
      await elsewhere.reachedBy(one, `${scene.namespace}.a`);
      subscription[Symbol.dispose]();
      await sendBoth(one, [scene.namespace]);
      await staying.until(2);
      stay[Symbol.dispose]();
      await sendBoth(one, [scene.namespace, `${scene.namespace}.a`]);
      await elsewhere.until(2);
      const counts = [other, staying, elsewhere].map(({ events }) => events.length);
      expectEqual(counts, [0, 2, 2], "how much was heard by who left, who left later, and who stays elsewhere");
      const again = new Heard(scene, "who comes again");
      again.in(two, scene.namespace);
      await again.reachedBy(one, scene.namespace);
      await sendBoth(one, [scene.namespace]);
      expectEqual((await again.until(2)).length, 2, "how much was heard by who came again");
    },
  },
  {
    name: "A backend that is closed hears nothing more of others, and they go on",
    protects: "endings",
    needs: "sharedBus",
    run: async (scene) => {
      const { one, two, own, other } = await meet(scene);
      await own.reachedBy(two, scene.namespace);
      await scene.wait(two.close(), "a backend to close");
      await sendBoth(one, [scene.namespace]);
      expectEqual([own.events.length, other.events.length], [2, 0], "how much the open and the closed one heard");
    },
  },
];

/** Two backends on one storage: `own` is what the first hears in the scene's namespace, `other` what the second does. */
async function meet(scene: Scene) {
  const [one, two] = await scene.sharedBus();
  const own = new Heard(scene, "the backend itself");
  const other = new Heard(scene, "the other backend");
  own.in(one, scene.namespace);
  const subscription = other.in(two, scene.namespace);
  await other.reachedBy(one, scene.namespace);
  return { one, two, own, other, subscription };
}

/** Publishes and appends an event in each namespace. */
async function sendBoth(backend: Backend, names: readonly string[]): Promise<void> {
  for (const name of names) {
    backend.bus.within(name).publish("order.1", { type: "Viewed", data: {} });
    await appendOne(backend.store(name), "order.1");
  }
}

function namesOf(events: readonly BusEvent[]): string[] {
  return events.map(({ namespace }) => namespace);
}

function dataOf(events: readonly BusEvent[]): unknown[] {
  return events.map(({ data }) => data);
}

/** The events of each actor, in order: there is no order between actors. */
function byActor(events: readonly BusEvent[]): Record<string, readonly BusEvent[] | undefined> {
  return Object.groupBy(events, ({ actorId }) => actorId);
}
