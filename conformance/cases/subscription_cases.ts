import type { RecordedEvent } from "../../src/events/recorded_event.ts";
import type { Position } from "../../src/base/position.ts";
import type { EventStore } from "../../src/store/event_store.ts";
import type { SubscribeOptions } from "../../src/store/options.ts";
import type { CaseDefinition } from "../case_definition.ts";
import { expectEqual, expectTrue } from "../expect.ts";
import { SubscriptionRecorder } from "../subscription_recorder.ts";
import type { CaseContext } from "../case_context.ts";
import { appendCommits, appendOne, coordinatesOf, countUp, someEvents } from "../fixtures.ts";

/** The events of a subscription: start, filter and order. */
export const subscriptionCases: readonly CaseDefinition[] = [
  {
    name: "subscribe() returns the stored events, then the new events, without gap or repeat",
    invariant: "following",
    run: async (context) => {
      const store = await context.store();
      await appendCommits(store, "order.1", [2, 1, 3]);
      const subscription = store.subscribe();
      const followed = new SubscriptionRecorder(context, subscription);
      await context.wait(subscription.caughtUp, "caughtUp of a subscription to six events");
      for (const n of countUp(1, 5)) await store.append(`live.${n}`, someEvents(2), { expectedVersion: 0 });
      expectEqual(
        await followed.until(16),
        await store.readAll().toArray(),
        "the events that the subscription returned, compared with the log",
      );
      await subscription.close();
    },
  },
  {
    name: "subscribe() neither misses nor repeats an event if writers append while it catches up",
    invariant: "following",
    run: async (context) => {
      const store = await context.store();
      await appendCommits(store, "order.0", countUp(1, 20).map(() => 2));
      const writing = context.background(Promise.all(
        countUp(1, 4).map(async (writer) => {
          for (let i = 0; i < 20; i++) await store.append(`order.${writer}`, someEvents(2), { expectedVersion: i * 2 });
        }),
      ));
      const followed = countUp(1, 3).map((n) =>
        new SubscriptionRecorder(context, store.subscribe(), `subscription ${n}`)
      );
      await context.wait(writing, "the writers");
      const log = await store.readAll().toArray();
      expectEqual(log.length, 200, "the number of events in the log");
      for (const one of followed) {
        expectEqual(
          coordinatesOf(await one.until(200)),
          coordinatesOf(log),
          "the events that a subscription returned while writers appended",
        );
      }
    },
  },
  {
    name: "subscribe() to an unused namespace is caught up at once, and returns the first event",
    invariant: "following",
    run: async (context) => {
      const store = await context.store();
      const subscription = store.subscribe();
      await context.wait(subscription.caughtUp, "caughtUp of a subscription to an unused namespace");
      const followed = new SubscriptionRecorder(context, subscription);
      await appendOne(store, "order.1");
      expectEqual(coordinatesOf(await followed.until(1)), ["order.1@1"], "the events that the subscription returned");
    },
  },
  {
    name: "caughtUp does not resolve before the reader has handled the last stored event",
    invariant: "following",
    run: async (context) => {
      const store = await context.store();
      await appendCommits(store, "order.1", countUp(1, 30).map(() => 1));
      const subscription = store.subscribe();
      let caughtUp = false;
      void context.background(subscription.caughtUp.then(() => caughtUp = true));
      // One round trip to the storage: a `caughtUp` that resolves too early would resolve in this time.
      await store.latestVersion("order.1");
      const seen = [];
      for await (const event of subscription) {
        seen.push(event.version);
        expectTrue(!caughtUp, `the subscription is not caught up while event ${event.version} of 30 is handled`);
        await store.latestVersion("order.1");
        if (event.version === 30) break;
      }
      expectEqual(seen, countUp(1, 30), "the versions that the subscription returned");
    },
  },
  {
    name: "caughtUp resolves when the reader has handled all stored events",
    invariant: "following",
    run: async (context) => {
      const store = await context.store();
      await appendCommits(store, "order.1", [3, 4, 1]);
      const subscription = store.subscribe();
      const followed = new SubscriptionRecorder(context, subscription);
      await context.wait(subscription.caughtUp, "caughtUp of a subscription to eight events");
      expectEqual(followed.events.length, 8, "the number of events handled when caughtUp resolved");
    },
  },
  {
    name: "caughtUp waits for the end of the reader's loop body for the last stored event, however long the body takes",
    invariant: "following",
    run: async (context) => {
      const store = await context.store();
      await appendCommits(store, "order.1", [1, 2]);
      const subscription = store.subscribe();
      let handled = 0;
      const reading = context.background((async () => {
        for await (const _ of subscription) {
          // `caughtUp` would resolve during these reads if the subscription did not wait for the end of the loop body.
          await store.readAll().toArray();
          if (++handled === 3) await store.latestVersion("order.1");
        }
      })());
      await context.wait(subscription.caughtUp, "caughtUp of a subscription to three events");
      expectEqual(handled, 3, "the number of events that the reader had handled when caughtUp resolved");
      await subscription.close();
      await context.wait(reading, "the reader");
    },
  },
  {
    name: "subscribe() after a position continues with the next event, even if the position is inside a commit",
    invariant: "following",
    run: async (context) => {
      const store = await context.store();
      await appendCommits(store, "order.1", [1, 4, 2]);
      const log = await store.readAll().toArray();
      for (const { position, version } of log) {
        const events = await followUntilSentinel(store, { after: position });
        expectEqual(
          coordinatesOf(events),
          coordinatesOf(log.slice(version)).concat("sentinel@1"),
          `after version ${version}`,
        );
      }

      async function followUntilSentinel(
        store: EventStore,
        options: SubscribeOptions,
      ): Promise<readonly RecordedEvent[]> {
        const followed = new SubscriptionRecorder(context, store.subscribe(options), "a subscription after a position");
        if (await store.latestVersion("sentinel") === 0) await appendOne(store, "sentinel");
        const { after } = options as { after: Position };
        const rest = log.filter(({ position }) => position > after).length;
        return await followed.until(rest + 1);
      }
    },
  },
  {
    name: "subscribe() after the last position returns only events that are appended later",
    invariant: "following",
    run: async (context) => {
      const store = await context.store();
      await appendCommits(store, "order.1", [2]);
      const { position } = await appendOne(store, "order.2");
      const subscription = store.subscribe({ after: position });
      const followed = new SubscriptionRecorder(context, subscription);
      await context.wait(subscription.caughtUp, "caughtUp of a subscription after the last position");
      expectEqual(followed.events.length, 0, "the number of events before the next append");
      await appendOne(store, "order.3");
      expectEqual(coordinatesOf(await followed.until(1)), ["order.3@1"], "the events that the subscription returned");
    },
  },
  {
    name: 'subscribe() after "now" returns events that are appended after caughtUp, and no event from before the call',
    invariant: "following",
    run: async (context) => {
      const store = await context.store();
      for (const round of countUp(1, 3)) {
        await appendOne(store, "before");
        const subscription = store.subscribe({ after: "now" });
        const followed = new SubscriptionRecorder(context, subscription, `subscription ${round} after "now"`);
        await context.wait(subscription.caughtUp, `caughtUp of subscription ${round} after "now"`);
        await appendCommits(store, `later.${round}`, [1, 2]);
        expectEqual(
          coordinatesOf(await followed.until(3)),
          [1, 2, 3].map((n) => `later.${round}@${n}`),
          "the events that the subscription returned",
        );
        await subscription.close();
      }
    },
  },
  {
    name: 'subscribe() to an unused namespace after "now" returns its first event',
    invariant: "following",
    run: async (context) => {
      const store = await context.store();
      const subscription = store.subscribe({ after: "now" });
      const followed = new SubscriptionRecorder(context, subscription);
      await context.wait(subscription.caughtUp, "caughtUp of a subscription to an unused namespace");
      await appendOne(store, "order.1");
      expectEqual(coordinatesOf(await followed.until(1)), ["order.1@1"], "the events that the subscription returned");
    },
  },
  {
    name: "subscribe() with types returns the events of these types, stored and live",
    invariant: "following",
    run: async (context) => {
      const types = ["Placed", "Shipped"];
      await checkSelection(context, { types }, ({ type }) => types.includes(type));
    },
  },
  {
    name: "subscribe() with an actor pattern returns the events of the actors that it covers, stored and live",
    invariant: "following",
    run: async (context) => {
      await checkSelection(context, { actors: "order.*" }, ({ actorId }) => /^order\.\d$/.test(actorId));
    },
  },
  {
    name: "subscribe() with types and an actor pattern returns the events that both select, stored and live",
    invariant: "following",
    run: async (context) => {
      const options = { types: ["Placed"], actors: "*.1" };
      await checkSelection(context, options, ({ type, actorId }) => type === "Placed" && actorId.endsWith(".1"));
    },
  },
  {
    name: "caughtUp resolves even if the filter selects no event",
    invariant: "following",
    run: async (context) => {
      const store = await context.store();
      await appendCommits(store, "order.1", [3, 3]);
      for (const options of [{ types: ["Never"] }, { actors: "never.>" }, { types: ["Never"], actors: "order.*" }]) {
        const subscription = store.subscribe(options);
        const followed = new SubscriptionRecorder(context, subscription);
        await context.wait(subscription.caughtUp, `caughtUp of a subscription with ${JSON.stringify(options)}`);
        expectEqual(coordinatesOf(followed.events), [], "the events that the subscription returned");
        await subscription.close();
      }
    },
  },
  {
    name: "subscribe() continues after the last position of an earlier subscription",
    invariant: "following",
    run: async (context) => {
      const store = await context.store();
      await appendCommits(store, "order.1", [2, 3, 2]);
      const seen: RecordedEvent[] = [];
      for (const stop of [1, 4, 6, 7]) {
        for await (const event of store.subscribe({ after: seen.at(-1)?.position })) {
          seen.push(event);
          if (seen.length === stop) break;
        }
      }
      expectEqual(
        coordinatesOf(seen),
        countUp(1, 7).map((n) => `order.1@${n}`),
        "the events of four subscriptions in turn",
      );
    },
  },
];

/** Appends before and during a subscription, and compares its events with the selected events of the log. */
async function checkSelection(
  context: CaseContext,
  options: SubscribeOptions,
  wanted: (event: RecordedEvent) => boolean,
): Promise<void> {
  const store = await context.store();
  await appendMixed(store);
  const name = `a subscription with ${JSON.stringify(options)}`;
  const followed = new SubscriptionRecorder(context, store.subscribe(options), name);
  for (let round = 0; round < 2; round++) await appendMixed(store);
  const expected = (await store.readAll().toArray()).filter(wanted);
  expectEqual(coordinatesOf(await followed.until(expected.length)), coordinatesOf(expected), `the events of ${name}`);
}

async function appendMixed(store: EventStore): Promise<void> {
  for (const actorId of ["order.1", "order.2", "cart.1", "order.1.lines", "order"]) {
    const events = ["Placed", "Paid", "Shipped", "Placed"].map((type) => ({ type, data: {} }));
    await store.append(actorId, events, { expectedVersion: "any" });
  }
}
