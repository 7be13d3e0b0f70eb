import type { RecordedEvent } from "../../src/events/recorded_event.ts";
import type { EventStore } from "../../src/store/event_store.ts";
import type { SubscribeOptions } from "../../src/store/options.ts";
import type { CaseDefinition } from "../case_definition.ts";
import { checkError, expectEqual } from "../expect.ts";
import { SubscriptionRecorder } from "../subscription_recorder.ts";
import { appendCommits, appendOne, countUp, versionsOf } from "../fixtures.ts";
import type { CaseContext } from "../case_context.ts";

/** Commits that a namespace keeps in these cases. */
const KEPT = 1_000;

/** Commits of one round of appends. */
const ROUND = 256;

/** Live subscriptions with an actor pattern, while commits expire. */
export const subscriptionRetentionCases: readonly CaseDefinition[] = [
  {
    name: "subscribe() with actors continues live when only commits of other actors have expired",
    invariant: "retention",
    requires: "retainCommits",
    run: async (context) => {
      const store = (await context.retainCommits(KEPT)).store(context.namespace);
      await appendOne(store, "quiet.1");
      const rows: [options: SubscribeOptions, versions: number[]][] = [
        [{ actors: "quiet.1" }, [1, 2]],
        [{ actors: "quiet.*" }, [1, 2]],
        [{ actors: "quiet.>", types: ["Made"] }, [1, 2]],
        [{ actors: "quiet.1", after: "now" }, [2]],
      ];
      const followed = await Promise.all(rows.map(([options]) => follow(context, store, options)));
      for (let round = 0; round < 7; round++) await appendOthers(store, ROUND);
      await appendOne(store, "quiet.1");
      for (const [i, [options, versions]] of rows.entries()) {
        const events = await followed[i]!.until(versions.length);
        expectEqual(
          versionsOf(events),
          versions,
          `the versions that the subscription with ${JSON.stringify(options)} returned`,
        );
      }
    },
  },
  {
    name: "subscribe() with actors fails live when a commit of its actors has expired before its delivery",
    invariant: "retention",
    requires: "retainCommits",
    run: async (context) => {
      const store = (await context.retainCommits(3)).store(context.namespace);
      await appendCommits(store, "order.1", [1]);
      const subscription = store.subscribe({ actors: "order.*" });
      const iterator = subscription[Symbol.asyncIterator]();
      const { value } = await context.wait(iterator.next(), "the first event");
      expectEqual((value as RecordedEvent | undefined)?.version, 1, "the version of the first event");
      for (const n of countUp(2, 60)) {
        await store.append("order.1", [{ type: "Made", data: { n } }], { expectedVersion: n - 1 });
        await appendOne(store, "cart.1");
      }
      const seen = [1];
      let error: unknown;
      try {
        while (seen.at(-1) !== 60) {
          const { value, done } = await context.wait(iterator.next(), `event ${seen.length + 1} of 60, or an error`);
          if (done) break;
          seen.push(value.version);
        }
      } catch (caught) {
        error = caught;
      }
      await subscription.close();
      expectEqual(seen, countUp(1, seen.length), "the versions that the subscription returned");
      if (seen.length === 60) return;
      checkError(
        error,
        "events-expired",
        { namespace: context.namespace },
        `the error after ${seen.length} of 60 events`,
      );
    },
  },
];

async function follow(
  context: CaseContext,
  store: EventStore,
  options: SubscribeOptions,
): Promise<SubscriptionRecorder> {
  const name = `the subscription with ${JSON.stringify(options)}`;
  const subscription = store.subscribe(options);
  const followed = new SubscriptionRecorder(context, subscription, name);
  await context.wait(subscription.caughtUp, `caughtUp of ${name}`);
  return followed;
}

async function appendOthers(store: EventStore, count: number): Promise<void> {
  await Promise.all(countUp(1, count).map((n) => appendOne(store, `other.${n % 64}`)));
}
