import type { BusEvent } from "../../src/events/published_event.ts";
import type { CaseDefinition } from "../case_definition.ts";
import { expectEqual } from "../expect.ts";
import { appendOne } from "../fixtures.ts";
import { BusRecorder } from "../bus_recorder.ts";
import { openTwoBackends, publishAndAppend } from "../open_two_backends.ts";

/**
 * Several backends on one storage: which subscribers receive the events of other backends, by namespace, grant and
 * filter, and until when.
 */
export const sharedBusReachCases: readonly CaseDefinition[] = [
  {
    name: "bus.subscribe() receives no event that another backend publishes or stores in another namespace",
    invariant: "isolation",
    requires: "sharedBus",
    run: async (context) => {
      const { namespace } = context;
      const { one, two, other } = await openTwoBackends(context);
      const names = [`${namespace}.a`, `${namespace}.a.b`, `${namespace}-a`, `${namespace}_a`, namespace.toUpperCase()];
      const foreign = names.map((name) => {
        const received = new BusRecorder(context, `a subscriber in ${name}`);
        received.subscribe(two, name);
        return received;
      });
      for (const [i, received] of foreign.entries()) await received.reachedBy(one, names[i]!);
      await publishAndAppend(one, [namespace]);
      await other.until(2);
      await publishAndAppend(one, names);
      await Promise.all(foreign.map((received) => received.until(2)));
      expectEqual(
        namesOf(other.events),
        [namespace, namespace],
        "the namespaces of the events received in the first namespace",
      );
      const each = foreign.map(({ events }) => namesOf(events));
      expectEqual(
        each,
        names.map((name) => [name, name]),
        "the namespaces of the events received in each other namespace",
      );
    },
  },
  {
    name: "bus.observe() receives events of other backends only in the namespaces of its grant",
    invariant: "grants",
    requires: "sharedBus",
    run: async (context) => {
      const { namespace } = context;
      const { one, two } = await openTwoBackends(context);
      const names = [namespace, `${namespace}.a`, `${namespace}.a.b`, `${namespace}.a.b.c`, `${namespace}.b`];
      const [, a, ab, abc, b] = names;
      const patterns: [pattern: string, covers: (string | undefined)[]][] = [
        [`${namespace}.*`, [a, b]],
        [`${namespace}.>`, [a, ab, abc, b]],
        [`${namespace}.*.b`, [ab]],
        [`${namespace}.*.*.>`, [abc]],
        [`${namespace}.b`, [b]],
      ];
      const holders = patterns.map(([pattern]) => {
        const received = new BusRecorder(context, `the holder of a grant for ${pattern}`);
        two.bus.observe(two.grant(pattern, { reason: "conformance" }), received.handler);
        return received;
      });
      for (const [i, received] of holders.entries()) await received.reachedBy(one, patterns[i]![1][0]!);
      await publishAndAppend(one, names);
      // Twice: if the first round caused a surplus event, it has arrived by the end of the second round.
      await publishAndAppend(one, names);
      for (const [i, [pattern, covers]] of patterns.entries()) {
        const received = namesOf(await holders[i]!.until(covers.length * 4));
        const wanted = [...covers, ...covers].flatMap((name) => [name, name]);
        expectEqual(
          received.sort(),
          wanted.sort(),
          `the namespaces of the events that the holder of a grant for ${pattern} received`,
        );
      }
    },
  },
  {
    name: "bus.subscribe() with types or actors filters the events of other backends",
    invariant: "carrying",
    requires: "sharedBus",
    run: async (context) => {
      const { one, two, other } = await openTwoBackends(context);
      const byType = new BusRecorder(context, "a subscriber to a type");
      byType.subscribe(two, context.namespace, { types: ["Placed"] });
      const byActor = new BusRecorder(context, "a subscriber to actors");
      byActor.subscribe(two, context.namespace, { actors: "order.*" });
      for (const [actorId, type] of [["order.1", "Placed"], ["order.1", "Paid"], ["cart.1", "Placed"]] as const) {
        one.bus.within(context.namespace).publish(actorId, { type, data: "published" });
        await appendOne(one.store(context.namespace), actorId, "stored", type);
      }
      await other.until(6);
      const summary = (events: readonly BusEvent[]) =>
        events.map(({ actorId, type, data }) => `${actorId} ${type} ${data}`).sort();
      const wanted = (...both: string[]) => both.flatMap((name) => [`${name} published`, `${name} stored`]).sort();
      expectEqual(summary(byType.events), wanted("cart.1 Placed", "order.1 Placed"), "the events by type");
      expectEqual(summary(byActor.events), wanted("order.1 Paid", "order.1 Placed"), "the events by actor");
    },
  },
  {
    name: "bus.subscribe() receives no event of other backends after its end, and other subscriptions continue",
    invariant: "endings",
    requires: "sharedBus",
    run: async (context) => {
      const { one, two, other, subscription } = await openTwoBackends(context);
      const [staying, elsewhere] = [
        new BusRecorder(context, "the subscriber that ends later"),
        new BusRecorder(context, "the subscriber of another namespace"),
      ];
      const stay = staying.subscribe(two, context.namespace);
      elsewhere.subscribe(two, `${context.namespace}.a`);
      await elsewhere.reachedBy(one, `${context.namespace}.a`);
      subscription[Symbol.dispose]();
      await publishAndAppend(one, [context.namespace]);
      await staying.until(2);
      stay[Symbol.dispose]();
      await publishAndAppend(one, [context.namespace, `${context.namespace}.a`]);
      await elsewhere.until(2);
      const counts = [other, staying, elsewhere].map(({ events }) => events.length);
      expectEqual(
        counts,
        [0, 2, 2],
        "the numbers of events that the subscriptions received: the first to end, the second to end and the open one",
      );
      const again = new BusRecorder(context, "the new subscriber");
      again.subscribe(two, context.namespace);
      await again.reachedBy(one, context.namespace);
      await publishAndAppend(one, [context.namespace]);
      expectEqual((await again.until(2)).length, 2, "the number of events that the new subscriber received");
    },
  },
  {
    name: "backend.close() ends the delivery of events of other backends, and other backends continue",
    invariant: "endings",
    requires: "sharedBus",
    run: async (context) => {
      const { one, two, own, other } = await openTwoBackends(context);
      await own.reachedBy(two, context.namespace);
      await context.wait(two.close(), "a backend to close");
      await publishAndAppend(one, [context.namespace]);
      expectEqual(
        [own.events.length, other.events.length],
        [2, 0],
        "the numbers of events that the subscribers of the open and the closed backend received",
      );
    },
  },
];

function namesOf(events: readonly BusEvent[]): string[] {
  return events.map(({ namespace }) => namespace);
}
