import { endOfCommit, logIdentityOf, offsetOf, parsePosition } from "../../src/values/position.ts";
import type { CaseDefinition } from "../case_definition.ts";
import { checkError, expectEqual, expectError, expectTrue } from "../expect.ts";
import { SubscriptionRecorder } from "../subscription_recorder.ts";
import { appendCommits, appendOne, coordinatesOf, countUp, oneEvent, versionsOf } from "../fixtures.ts";

/** The ends of subscriptions, and their independence from each other and from slow readers. */
export const subscriptionEndCases: readonly CaseDefinition[] = [
  {
    name: "subscription.state is catching-up until caughtUp resolves, then live, and ended after any end",
    invariant: "endings",
    run: async (context) => {
      const store = await context.store();
      await appendCommits(store, "order.1", [1, 1]);
      const controller = new AbortController();
      const [one, two] = [store.subscribe({ signal: controller.signal }), store.subscribe()];
      expectEqual(one.state, "catching-up", "the state of a subscription that has just started");
      const states: string[] = [];
      const waiting = new SubscriptionRecorder(context, one);
      const consuming = (async () => {
        for await (const { version } of two) {
          states.push(two.state);
          if (version === 3) break;
        }
      })();
      await context.wait(Promise.all([one.caughtUp, two.caughtUp]), "caughtUp of two subscriptions");
      expectEqual([one.state, two.state], ["live", "live"], "the states after caughtUp");
      await appendOne(store, "order.1");
      await context.wait(consuming, "the end of a loop that is left");
      expectEqual(states, ["catching-up", "catching-up", "live"], "the state at each event");
      expectEqual(two.state, "ended", "the state after the loop was left");
      await waiting.until(3);
      expectEqual(one.state, "live", "the state of the subscription that continues");
      controller.abort();
      await waiting.end();
      expectEqual(one.state, "ended", "the state after the abort");
      const { position } = (await store.readAll({ limit: 1, direction: "backwards" }).toArray())[0]!;
      const failing = store.subscribe({ after: endOfCommit(logIdentityOf(position), offsetOf(position) + 1) });
      await new SubscriptionRecorder(context, failing).end();
      expectEqual(failing.state, "ended", "the state after a failure");
    },
  },
  {
    name: "subscribe() ends when its loop is left, and the store still accepts appends",
    invariant: "endings",
    run: async (context) => {
      const store = await context.store();
      await appendCommits(store, "order.1", [1, 1, 1]);
      const subscription = store.subscribe();
      for await (const event of subscription) {
        if (event.version === 2) break;
      }
      await expectError(
        subscription.caughtUp,
        "closed",
        {},
        "caughtUp of a subscription whose loop was left before it caught up",
      );
      expectEqual((await appendOne(store, "order.1")).version, 4, "the version after an append after the break");
    },
  },
  {
    name: "subscription.close() ends the iteration without an error, also while it waits",
    invariant: "endings",
    run: async (context) => {
      const store = await context.store();
      await appendCommits(store, "order.1", [2]);
      const subscription = store.subscribe();
      const followed = new SubscriptionRecorder(context, subscription);
      await followed.until(2);
      await context.wait(subscription.close(), "close of a subscription that waits for events");
      expectEqual(await followed.end(), undefined, "the error of the iteration");
      await appendOne(store, "order.1");
      expectEqual(versionsOf(followed.events), [1, 2], "the versions that the subscription returned in total");
      await context.wait(subscription.close(), "the second close");
    },
  },
  {
    name: "subscription.close() before the iteration makes the iteration return no event",
    invariant: "endings",
    run: async (context) => {
      const store = await context.store();
      await appendCommits(store, "order.1", [2]);
      const subscription = store.subscribe();
      await context.wait(subscription.close(), "close of a subscription without a reader");
      const followed = new SubscriptionRecorder(context, subscription);
      expectEqual(await followed.end(), undefined, "the error of the iteration");
      expectEqual(coordinatesOf(followed.events), [], "the events that the subscription returned");
    },
  },
  {
    name: "subscribe() whose signal is aborted fails with the signal's reason as the cause",
    invariant: "endings",
    run: async (context) => {
      const store = await context.store();
      await appendCommits(store, "order.1", [1]);
      const controller = new AbortController();
      const reason = new Error("enough");
      const followed = new SubscriptionRecorder(context, store.subscribe({ signal: controller.signal }));
      await followed.until(1);
      controller.abort(reason);
      checkError(await followed.end(), "aborted", { cause: reason, name: "AbortError" }, "the error of the iteration");
      expectEqual((await appendOne(store, "order.1")).version, 2, "the version after an append after the abort");
    },
  },
  {
    name: "store.close() ends the subscriptions of the store, and no other subscription",
    invariant: "endings",
    run: async (context) => {
      const backend = await context.open();
      const [one, two] = [backend.store(context.namespace), backend.store(context.namespace)];
      await appendCommits(one, "order.1", [1]);
      const ofOne = new SubscriptionRecorder(context, one.subscribe(), "the subscription of the store that is closed");
      const ofTwo = new SubscriptionRecorder(context, two.subscribe(), "the subscription of the other store");
      await Promise.all([ofOne.until(1), ofTwo.until(1)]);
      await context.wait(one.close(), "close of a store with a subscription");
      expectEqual(await ofOne.end(), undefined, "the error of the iteration");
      await appendOne(two, "order.1");
      expectEqual(versionsOf(await ofTwo.until(2)), [1, 2], "the versions of the subscription of the other store");
      expectEqual(versionsOf(ofOne.events), [1], "the versions of the subscription of the closed store");
    },
  },
  {
    name: "backend.close() ends every subscription",
    invariant: "endings",
    run: async (context) => {
      const backend = await context.open();
      const store = backend.store(context.namespace);
      await appendCommits(store, "order.1", [1]);
      const ofUsed = new SubscriptionRecorder(context, store.subscribe(), "the subscription to a used namespace");
      const unused = backend.store(`${context.namespace}.unused`).subscribe();
      const ofUnused = new SubscriptionRecorder(context, unused, "the subscription to an unused namespace");
      await Promise.all([ofUsed.until(1), context.wait(unused.caughtUp, "caughtUp")]);
      await context.wait(backend.close(), "close of a backend with subscriptions");
      expectEqual([await ofUsed.end(), await ofUnused.end()], [undefined, undefined], "the errors of the iterations");
    },
  },
  {
    name: "subscribe() returns a subscription that refuses a second iteration",
    invariant: "refusals",
    run: async (context) => {
      const store = await context.store();
      await appendCommits(store, "order.1", [2]);
      const subscription = store.subscribe();
      for await (const _ of subscription) break;
      await expectError(
        (async () => {
          for await (const _ of subscription) break;
        })(),
        "invalid-argument",
        { argument: "subscription" },
        "a second iteration",
      );
    },
  },
  {
    name: "subscribe() delivers every event to a slow reader in order, and delays no other reader",
    invariant: "following",
    run: async (context) => {
      const store = await context.store();
      await appendCommits(store, "order.1", [2]);
      const slow = store.subscribe();
      const fast = new SubscriptionRecorder(context, store.subscribe(), "the fast subscription");
      let version = 2;
      const seen = [];
      for await (const event of slow) {
        seen.push(event.version);
        // For each event that the slow subscription returns, three are appended: it falls behind until the writer
        // stops.
        for (let i = 0; i < 3 && version < 100; i++) {
          ({ version } = await store.append("order.1", oneEvent(), { expectedVersion: version }));
        }
        expectTrue(
          (await fast.until(version)).length === version,
          "the fast subscription has returned each appended event once",
        );
        if (seen.length === 100) break;
      }
      expectEqual(seen, countUp(1, 100), "the versions of the slow subscription");
      expectEqual(versionsOf(fast.events), countUp(1, 100), "the versions of the fast subscription");
    },
  },
  {
    name: "subscribe() without a reader delays no append",
    invariant: "following",
    run: async (context) => {
      const store = await context.store();
      const idle = store.subscribe();
      for (const n of countUp(1, 100)) {
        await context.wait(store.append("order.1", oneEvent(), { expectedVersion: n - 1 }), `append ${n}`);
      }
      const followed = new SubscriptionRecorder(context, idle, "the subscription without a reader");
      expectEqual(
        versionsOf(await followed.until(100)),
        countUp(1, 100),
        "the versions that the subscription returned in the end",
      );
    },
  },
  {
    name: "subscribe() misses no event when other subscriptions end",
    invariant: "following",
    run: async (context) => {
      const store = await context.store();
      await appendCommits(store, "order.1", [2, 2]);
      const controller = new AbortController();
      const [exited, closed] = [store.subscribe(), store.subscribe()];
      const aborted = store.subscribe({ signal: controller.signal });
      const remaining = new SubscriptionRecorder(context, store.subscribe(), "the remaining subscription");
      const ofAborted = new SubscriptionRecorder(context, aborted, "the subscription that is aborted");
      for await (const _ of exited) break;
      await closed.close();
      controller.abort();
      checkError(await ofAborted.end(), "aborted", {}, "the error of the subscription that was aborted");
      await appendOne(store, "order.1");
      expectEqual(versionsOf(await remaining.until(5)), [1, 2, 3, 4, 5], "the versions of the remaining subscription");
    },
  },
  {
    name: "subscribe() fails if the position in after is beyond the end of the log",
    invariant: "order",
    run: async (context) => {
      const store = await context.store();
      const { position } = await appendOne(store, "order.1");
      const identity = logIdentityOf(position);
      const farBeyond = parsePosition(`${identity}-9007199254740991`);
      for (const after of [farBeyond, endOfCommit(identity, offsetOf(position) + 1)]) {
        const subscription = store.subscribe({ after });
        const fields = { namespace: context.namespace };
        const error = await new SubscriptionRecorder(context, subscription).end();
        checkError(error, "unknown-position", fields, "the error of the iteration");
        await expectError(subscription.caughtUp, "unknown-position", fields, "caughtUp");
      }
    },
  },
];
