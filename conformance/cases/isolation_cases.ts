import type { Backend } from "../../src/backend/backend.ts";
import { offsetOf } from "../../src/values/position.ts";
import type { EventStore } from "../../src/store/event_store.ts";
import type { SubscribeOptions } from "../../src/store/options.ts";
import type { CaseDefinition } from "../case_definition.ts";
import { expectEqual, expectError, expectTrue } from "../expect.ts";
import { SubscriptionRecorder } from "../subscription_recorder.ts";
import { appendCommits, appendOne, coordinatesOf, countUp, oneEvent, someEvents } from "../fixtures.ts";

/** A request about one namespace reveals nothing of another namespace. */
export const isolationCases: readonly CaseDefinition[] = [
  {
    name: "read(), latestVersion() and append() of one namespace find no events of another",
    invariant: "isolation",
    run: async (context) => {
      const backend = await context.open();
      const [one, two] = twoStores(backend, context.namespace);
      await appendCommits(one, "order.1", [2, 3]);
      expectEqual(await two.latestVersion("order.1"), 0, "the version in the other namespace");
      expectEqual(await two.read("order.1").toArray(), [], "the events in the other namespace");
      expectEqual(await two.readAll().toArray(), [], "the log of the other namespace");
      const { version } = await two.append("order.1", oneEvent(), { expectedVersion: 0 });
      expectEqual(version, 1, "the version after the first append in the other namespace");
      await expectError(
        two.append("order.1", oneEvent(), { expectedVersion: 5 }),
        "version-conflict",
        { namespace: two.namespace, expected: 5, actual: 1 },
        "an append that expects the version of the actor of the same name in the first namespace",
      );
      expectEqual(
        await one.latestVersion("order.1"),
        5,
        "the version in the first namespace, after the appends to the other",
      );
    },
  },
  {
    name: 'append() with "exists" conflicts if the actor exists only in another namespace',
    invariant: "isolation",
    run: async (context) => {
      const [one, two] = twoStores(await context.open(), context.namespace);
      await appendCommits(one, "order.1", [2]);
      await expectError(
        two.append("order.1", oneEvent(), { expectedVersion: "exists" }),
        "version-conflict",
        { namespace: two.namespace, actual: 0 },
        'an append that expects "exists" of an actor of another namespace',
      );
    },
  },
  {
    name: "append() finds no commit id of another namespace",
    invariant: "isolation",
    run: async (context) => {
      const [one, two] = twoStores(await context.open(), context.namespace);
      const options = { expectedVersion: 0, commitId: "c1" };
      await one.append("order.1", oneEvent({ of: 1 }), options);
      const result = await two.append("order.1", someEvents(2), options);
      expectEqual([result.version, result.duplicate], [2, false], "version and duplicate in the other namespace");
      const again = await one.append("order.1", oneEvent(), options);
      expectEqual([again.version, again.duplicate], [1, true], "version and duplicate of the repeated append");
      await expectError(
        two.append("order.1", oneEvent(), { expectedVersion: 0, commitId: "c2" }),
        "version-conflict",
        { actual: 2 },
        "an append with another commit id",
      );
    },
  },
  {
    name: "append() accepts an event id that another namespace has",
    invariant: "isolation",
    run: async (context) => {
      const [one, two] = twoStores(await context.open(), context.namespace);
      const event = { type: "Made", data: {}, id: "event-1" };
      for (const store of [one, two]) await store.append("order.1", [event], { expectedVersion: 0 });
      for (const store of [one, two]) {
        const events = await store.readAll().toArray();
        expectEqual(events.map(({ id, namespace }) => [id, namespace]), [["event-1", store.namespace]], "the log");
      }
    },
  },
  {
    name: "append() returns positions that do not depend on other namespaces",
    invariant: "isolation",
    run: async (context) => {
      const backend = await context.open();
      const [quiet, busy] = twoStores(backend, context.namespace);
      const first = await quiet.append("order.1", oneEvent(), { expectedVersion: 0 });
      await appendCommits(busy, "order.1", [1, 2, 1, 5, 1]);
      const third = backend.store(`${context.namespace}-three`);
      const other = await third.append("order.1", oneEvent(), { expectedVersion: 0 });
      expectEqual(
        offsetOf(other.position),
        offsetOf(first.position),
        "the offset of the first event of a third namespace",
      );
      await appendCommits(busy, "order.2", [1, 1, 1]);
      const [next, otherNext] = [await appendOne(quiet, "order.1"), await appendOne(third, "order.1")];
      expectEqual(
        offsetOf(otherNext.position),
        offsetOf(next.position),
        "the offset of the second event of a third namespace",
      );
    },
  },
  {
    name: "subscribe() returns no event of another namespace",
    invariant: "isolation",
    run: async (context) => {
      const backend = await context.open();
      const [one, two] = twoStores(backend, context.namespace);
      await appendCommits(two, "order.1", [3]);
      const options: SubscribeOptions[] = [{}, { actors: ">" }, { types: ["Made"] }, { after: "now" }, {
        actors: "order.*",
      }];
      const subscriptions = options.map((option) => one.subscribe(option));
      const followed = subscriptions.map((subscription) => new SubscriptionRecorder(context, subscription));
      await context.wait(Promise.all(subscriptions.map(({ caughtUp }) => caughtUp)), "caughtUp of all subscriptions");
      for (const n of countUp(1, 10)) {
        await two.append("order.1", oneEvent(), { expectedVersion: n + 2 });
        await one.append("order.1", oneEvent({ n }), { expectedVersion: n - 1 });
      }
      for (const each of followed) {
        const events = await each.until(10);
        expectEqual(
          events.map(({ data }) => data),
          countUp(1, 10).map((n) => ({ n })),
          "the events that a subscription returned",
        );
        expectTrue(
          events.every(({ namespace }) => namespace === one.namespace),
          "every event is of the namespace of its store",
        );
      }
    },
  },
  {
    name: "snapshots.latest() returns no snapshot of another namespace",
    invariant: "isolation",
    run: async (context) => {
      const [one, two] = twoStores(await context.open(), context.namespace);
      await one.snapshots.put("order.1", { version: 2, schema: 1, eventId: "e2", state: { of: "one" } });
      expectEqual(await two.snapshots.latest("order.1"), undefined, "the snapshot in the other namespace");
      await two.snapshots.put("order.1", { version: 1, schema: 1, eventId: "e1", state: { of: "two" } });
      expectEqual((await one.snapshots.latest("order.1"))?.state, { of: "one" }, "the snapshot in the first namespace");
      expectEqual((await two.snapshots.latest("order.1"))?.state, { of: "two" }, "the snapshot in the other namespace");
    },
  },
  {
    name: "readAll() and subscribe() return no event of another namespace in the hierarchy",
    invariant: "hierarchy",
    run: async (context) => {
      const backend = await context.open();
      const names = ["", ".orders", ".orders.eu", ".stock"].map((suffix) => context.namespace + suffix);
      const stores = names.map((name) => backend.store(name));
      const followed = stores.map((store) =>
        new SubscriptionRecorder(context, store.subscribe(), `subscription of ${store.namespace}`)
      );
      for (const store of stores) {
        const { version } = await store.append("order.1", oneEvent({ of: store.namespace }), { expectedVersion: 0 });
        expectEqual(version, 1, `the version of the first append in "${store.namespace}"`);
      }
      for (const [i, store] of stores.entries()) {
        const log = await store.readAll().toArray();
        expectEqual(log.map(({ data }) => data), [{ of: store.namespace }], `the log of "${store.namespace}"`);
        expectEqual(
          await followed[i]!.until(1),
          log,
          `the events that a subscription of "${store.namespace}" returned`,
        );
      }
      for (const store of stores) await appendOne(store, "last");
      for (const each of followed) {
        expectEqual(
          coordinatesOf(await each.until(2)),
          ["order.1@1", "last@1"],
          "the events that the subscription returned",
        );
      }
    },
  },
  {
    name: "read() of an actor id that spells a namespace returns no event of that namespace",
    invariant: "isolation",
    run: async (context) => {
      const backend = await context.open();
      const store = backend.store(context.namespace);
      const hidden = backend.store(`${context.namespace}.secret`);
      await appendOne(hidden, "order.1", { secret: true });
      const hostile = ["secret.order.1", `${context.namespace}.secret.order.1`, "/secret/order.1", "secret/order.1"];
      for (const actorId of hostile) {
        expectEqual(await store.read(actorId).toArray(), [], `the events of the actor "${actorId}"`);
        await appendOne(store, actorId);
      }
      expectEqual((await hidden.readAll().toArray()).map(({ data }) => data), [{ secret: true }], "the other log");
      expectEqual(await hidden.latestVersion("order.1"), 1, "the version of the actor of the other namespace");
    },
  },
];

function twoStores(backend: Backend, namespace: string): [EventStore, EventStore] {
  return [backend.store(`${namespace}-one`), backend.store(`${namespace}-two`)];
}
