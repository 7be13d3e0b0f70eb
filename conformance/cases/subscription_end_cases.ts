import { endOfCommit, logIdentityOf, offsetOf, parsePosition } from "../../src/values/position.ts";
import type { CaseDefinition } from "../case_definition.ts";
import { checkError, expectEqual, expectError, expectTrue } from "../expect.ts";
import { SubscriptionRecorder } from "../subscription_recorder.ts";
import { appendCommits, appendOne, coordinatesOf, countUp, oneEvent, versionsOf } from "../fixtures.ts";

/** How subscriptions end, and how they live beside each other and beside slow consumers. */
export const followingEndCases: readonly CaseDefinition[] = [
  {
    name: "A subscription's state is catching-up until caughtUp resolves, then live, and ended after any end",
    invariant: "endings",
    run: async (scene) => {
      const store = await scene.store();
      await appendCommits(store, "order.1", [1, 1]);
      const controller = new AbortController();
      const [one, two] = [store.subscribe({ signal: controller.signal }), store.subscribe()];
      expectEqual(one.state, "catching-up", "the state of a subscription that has just started");
      const states: string[] = [];
      const waiting = new SubscriptionRecorder(scene, one);
      const taking = (async () => {
        for await (const { version } of two) {
          states.push(two.state);
          if (version === 3) break;
        }
      })();
      await scene.wait(Promise.all([one.caughtUp, two.caughtUp]), "caughtUp of two subscriptions");
      expectEqual([one.state, two.state], ["live", "live"], "the states after caughtUp");
      await appendOne(store, "order.1");
      await scene.wait(taking, "the end of a loop that is left");
      expectEqual(states, ["catching-up", "catching-up", "live"], "the state at each event");
      expectEqual(two.state, "ended", "the state after the loop was left");
      await waiting.until(3);
      expectEqual(one.state, "live", "the state of the subscription that goes on");
      controller.abort();
      await waiting.end();
      expectEqual(one.state, "ended", "the state after the abort");
      const { position } = (await store.readAll({ limit: 1, direction: "backwards" }).toArray())[0]!;
      const failing = store.subscribe({ after: endOfCommit(logIdentityOf(position), offsetOf(position) + 1) });
      await new SubscriptionRecorder(scene, failing).end();
      expectEqual(failing.state, "ended", "the state after a failure");
    },
  },
  {
    name: "Leaving the loop closes a subscription, and the store goes on",
    invariant: "endings",
    run: async (scene) => {
      const store = await scene.store();
      await appendCommits(store, "order.1", [1, 1, 1]);
      const subscription = store.subscribe();
      for await (const event of subscription) {
        if (event.version === 2) break;
      }
      await expectError(subscription.caughtUp, "closed", {}, "caughtUp of a subscription that was left before");
      expectEqual((await appendOne(store, "order.1")).version, 4, "the version after an append after the break");
    },
  },
  {
    name: "Closing a subscription ends its iteration without an error, also while it waits",
    invariant: "endings",
    run: async (scene) => {
      const store = await scene.store();
      await appendCommits(store, "order.1", [2]);
      const subscription = store.subscribe();
      const followed = new SubscriptionRecorder(scene, subscription);
      await followed.until(2);
      await scene.wait(subscription.close(), "close of a subscription that waits for events");
      expectEqual(await followed.end(), undefined, "the error of its iteration");
      await appendOne(store, "order.1");
      expectEqual(versionsOf(followed.events), [1, 2], "what it gave in all");
      await scene.wait(subscription.close(), "the second close");
    },
  },
  {
    name: "A subscription that is closed before it was iterated gives nothing and leaves nothing behind",
    invariant: "endings",
    run: async (scene) => {
      const store = await scene.store();
      await appendCommits(store, "order.1", [2]);
      const subscription = store.subscribe();
      await scene.wait(subscription.close(), "close of a subscription that nobody iterates");
      const followed = new SubscriptionRecorder(scene, subscription);
      expectEqual(await followed.end(), undefined, "the error of its iteration");
      expectEqual(coordinatesOf(followed.events), [], "what it gave");
    },
  },
  {
    name: "Aborting the signal of a subscription makes its iteration fail with the signal's reason as the cause",
    invariant: "endings",
    run: async (scene) => {
      const store = await scene.store();
      await appendCommits(store, "order.1", [1]);
      const controller = new AbortController();
      const reason = new Error("enough");
      const followed = new SubscriptionRecorder(scene, store.subscribe({ signal: controller.signal }));
      await followed.until(1);
      controller.abort(reason);
      checkError(await followed.end(), "aborted", { cause: reason, name: "AbortError" }, "the error of its iteration");
      expectEqual((await appendOne(store, "order.1")).version, 2, "the version after an append after the abort");
    },
  },
  {
    name: "Closing the store ends its subscriptions, and no other",
    invariant: "endings",
    run: async (scene) => {
      const backend = await scene.open();
      const [one, two] = [backend.store(scene.namespace), backend.store(scene.namespace)];
      await appendCommits(one, "order.1", [1]);
      const ofOne = new SubscriptionRecorder(scene, one.subscribe(), "the subscription of the store that is closed");
      const ofTwo = new SubscriptionRecorder(scene, two.subscribe(), "the subscription of the other store");
      await Promise.all([ofOne.until(1), ofTwo.until(1)]);
      await scene.wait(one.close(), "close of a store with a subscription");
      expectEqual(await ofOne.end(), undefined, "the error of the iteration");
      await appendOne(two, "order.1");
      expectEqual(versionsOf(await ofTwo.until(2)), [1, 2], "what the subscription of the other store gave");
      expectEqual(versionsOf(ofOne.events), [1], "what the subscription of the closed store gave");
    },
  },
  {
    name: "Closing the backend ends every subscription",
    invariant: "endings",
    run: async (scene) => {
      const backend = await scene.open();
      const store = backend.store(scene.namespace);
      await appendCommits(store, "order.1", [1]);
      const busy = new SubscriptionRecorder(scene, store.subscribe(), "the subscription that waits for events");
      const idle = backend.store(`${scene.namespace}.unused`).subscribe();
      const ofIdle = new SubscriptionRecorder(scene, idle, "the subscription to an unused namespace");
      await Promise.all([busy.until(1), scene.wait(idle.caughtUp, "caughtUp")]);
      await scene.wait(backend.close(), "close of a backend with subscriptions");
      expectEqual([await busy.end(), await ofIdle.end()], [undefined, undefined], "the errors of the iterations");
    },
  },
  {
    name: "A subscription is for one use",
    invariant: "refusals",
    run: async (scene) => {
      const store = await scene.store();
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
    name: "A slow subscriber gets every event in order, and delays no other subscriber",
    invariant: "following",
    run: async (scene) => {
      const store = await scene.store();
      await appendCommits(store, "order.1", [2]);
      const slow = store.subscribe();
      const fast = new SubscriptionRecorder(scene, store.subscribe(), "the fast subscription");
      let version = 2;
      const seen = [];
      for await (const event of slow) {
        seen.push(event.version);
        // For each event that it takes, three are appended: it falls behind until the writer stops.
        for (let i = 0; i < 3 && version < 100; i++) {
          ({ version } = await store.append("order.1", oneEvent(), { expectedVersion: version }));
        }
        expectTrue((await fast.until(version)).length === version, "the fast one is not behind the slow one");
        if (seen.length === 100) break;
      }
      expectEqual(seen, countUp(1, 100), "the versions that the slow subscription gave");
      expectEqual(versionsOf(fast.events), countUp(1, 100), "the versions that the fast subscription gave");
    },
  },
  {
    name: "A subscription without a reader delays no append",
    invariant: "following",
    run: async (scene) => {
      const store = await scene.store();
      const idle = store.subscribe();
      for (const n of countUp(1, 100)) {
        await scene.wait(store.append("order.1", oneEvent(), { expectedVersion: n - 1 }), `append ${n}`);
      }
      const followed = new SubscriptionRecorder(scene, idle, "the subscription that nobody took events from");
      expectEqual(versionsOf(await followed.until(100)), countUp(1, 100), "the versions that it gave in the end");
    },
  },
  {
    name: "Subscriptions are independent: one that ends or is slow takes nothing from another",
    invariant: "following",
    run: async (scene) => {
      const store = await scene.store();
      await appendCommits(store, "order.1", [2, 2]);
      const controller = new AbortController();
      const [left, closed] = [store.subscribe(), store.subscribe()];
      const aborted = store.subscribe({ signal: controller.signal });
      const stays = new SubscriptionRecorder(scene, store.subscribe(), "the subscription that stays");
      const ofAborted = new SubscriptionRecorder(scene, aborted, "the subscription that is aborted");
      for await (const _ of left) break;
      await closed.close();
      controller.abort();
      checkError(await ofAborted.end(), "aborted", {}, "the error of the subscription that was aborted");
      await appendOne(store, "order.1");
      expectEqual(versionsOf(await stays.until(5)), [1, 2, 3, 4, 5], "the versions that the one that stays gave");
    },
  },
  {
    name: "A subscription after a position beyond the end of the log fails rather than waits for it",
    invariant: "order",
    run: async (scene) => {
      const store = await scene.store();
      const { position } = await appendOne(store, "order.1");
      const identity = logIdentityOf(position);
      const farBeyond = parsePosition(`${identity}-9007199254740991`);
      for (const after of [farBeyond, endOfCommit(identity, offsetOf(position) + 1)]) {
        const subscription = store.subscribe({ after });
        const fields = { namespace: scene.namespace };
        const error = await new SubscriptionRecorder(scene, subscription).end();
        checkError(error, "unknown-position", fields, "the error of its iteration");
        await expectError(subscription.caughtUp, "unknown-position", fields, "caughtUp");
      }
    },
  },
];
