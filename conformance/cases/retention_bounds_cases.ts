import { encodeCommit } from "../../src/commits/encode_commit.ts";
import type { RecordedEvent } from "../../src/events/recorded_event.ts";
import type { CaseDefinition } from "../case_definition.ts";
import { expectEqual, expectError, expectTrue } from "../expect.ts";
import { SubscriptionRecorder } from "../subscription_recorder.ts";
import { appendCommits, appendOne, coordinatesOf, countUp, oneEvent, someEvents, versionsOf } from "../fixtures.ts";

/** The bounds of retention, and subscriptions to logs whose beginning expires. */
export const retentionBoundsCases: readonly CaseDefinition[] = [
  {
    name: "retention.maxCommits keeps the newest commits of all actors together",
    invariant: "retention",
    requires: "retainCommits",
    run: async (context) => {
      const store = (await context.retainCommits(4)).store(context.namespace);
      for (const n of countUp(1, 10)) {
        await appendOne(store, `order.${n % 3}`);
        const remaining = await store.readAll({ after: "oldest-available" }).toArray();
        const expected = countUp(Math.max(1, n - 3), n).map((k) => `order.${k % 3}@${Math.ceil(k / 3)}`);
        expectEqual(coordinatesOf(remaining), expected, `the remaining events of ${n} commits`);
      }
    },
  },
  {
    name: "retention.maxBytes keeps the newest commits within the limit, and at least one",
    invariant: "retention",
    requires: "retainBytes",
    run: async (context) => {
      const maxBytes = 20_000;
      const store = (await context.retainBytes(maxBytes)).store(context.namespace);
      const text = "x".repeat(1_000);
      for (const n of countUp(1, 40)) await store.append("order.1", oneEvent({ n, text }), { expectedVersion: n - 1 });
      const remaining = await store.readAll({ after: "oldest-available" }).toArray();
      const first = remaining[0]?.version ?? 0;
      expectEqual(
        versionsOf(remaining),
        countUp(first, 40),
        "the remaining versions of 40 commits: the newest, without gap",
      );
      const bytes = remaining.reduce((sum, event) => sum + sizeOf(event), 0);
      expectTrue(bytes <= maxBytes, `${bytes} bytes remain, where ${maxBytes} are kept`);
      expectTrue(
        remaining.length > 5,
        `${remaining.length} commits of about 1,100 bytes remain, where 20,000 bytes are kept`,
      );
      const fields = { actorId: "order.1", firstAvailable: first };
      await expectError(store.read("order.1").toArray(), "events-expired", fields, "a read of all versions");
      expectEqual(
        versionsOf(await store.read("order.1", { from: first }).toArray()),
        versionsOf(remaining),
        "the actor",
      );
      expectEqual(await store.latestVersion("order.1"), 40, "the version");
    },
  },
  {
    name: "retention.maxAge expires commits that are too old, and keeps younger commits",
    invariant: "retention",
    requires: "retainAge",
    run: async (context) => {
      const { backend, advanceTime } = await context.retainAge();
      const store = backend.store(context.namespace);
      await appendCommits(store, "order.1", [2, 1]);
      expectEqual(versionsOf(await store.read("order.1").toArray()), [1, 2, 3], "the versions, when they are new");
      await advanceTime(0.6);
      await store.append("order.1", someEvents(2), { expectedVersion: 3 });
      await advanceTime(0.6);
      const fields = { actorId: "order.1", firstAvailable: 4 };
      await expectError(
        store.read("order.1").toArray(),
        "events-expired",
        fields,
        "a read when the first commits are too old",
      );
      expectEqual(versionsOf(await store.read("order.1", { from: 4 }).toArray()), [4, 5], "the remaining versions");
      expectEqual(
        coordinatesOf(await store.readAll({ after: "oldest-available" }).toArray()),
        ["order.1@4", "order.1@5"],
        "the log",
      );
    },
  },
  {
    name: "append() continues versions and positions after all commits have expired by age",
    invariant: "retention",
    requires: "retainAge",
    run: async (context) => {
      const { backend, advanceTime } = await context.retainAge();
      const store = backend.store(context.namespace);
      await appendCommits(store, "order.1", [2]);
      const { position } = await appendOne(store, "order.1");
      await advanceTime(2);
      expectEqual(await store.latestVersion("order.1"), 3, "the version when no event remains");
      const expired = { namespace: context.namespace, firstAvailable: 4 };
      await expectError(store.read("order.1").toArray(), "events-expired", expired, "a read of the actor");
      const log = { namespace: context.namespace, firstAvailable: undefined };
      await expectError(store.readAll().toArray(), "events-expired", log, "a read of the log");
      expectEqual(
        await store.readAll({ after: "oldest-available" }).toArray(),
        [],
        'a read of the log after "oldest-available"',
      );
      expectEqual(await store.readAll({ after: position }).toArray(), [], "a read of the log after its last position");
      const append = store.append("order.1", oneEvent(), { expectedVersion: 0 });
      await expectError(append, "version-conflict", { expected: 0, actual: 3 }, "an append that expects no events");
      const next = await store.append("order.1", oneEvent(), { expectedVersion: 3 });
      expectEqual([next.version, next.position > position], [4, true], "version, and whether its position is greater");
      expectEqual(
        coordinatesOf(await store.readAll({ after: position }).toArray()),
        ["order.1@4"],
        "the log after the expired commits",
      );
    },
  },
  {
    name: 'subscribe() after "oldest-available" returns the remaining events, then the new events',
    invariant: "retention",
    requires: "retainCommits",
    run: async (context) => {
      const store = (await context.retainCommits(3)).store(context.namespace);
      await appendCommits(store, "order.1", [2, 2, 2, 2, 2]);
      const subscription = store.subscribe({ after: "oldest-available" });
      const followed = new SubscriptionRecorder(context, subscription);
      await context.wait(subscription.caughtUp, 'caughtUp of a subscription after "oldest-available"');
      await appendCommits(store, "order.2", [1, 2]);
      const expected = [...countUp(5, 10).map((n) => `order.1@${n}`), "order.2@1", "order.2@2", "order.2@3"];
      expectEqual(coordinatesOf(await followed.until(9)), expected, "the events that the subscription returned");
    },
  },
  {
    name: "subscribe() and caughtUp fail after an expired position, and work after the last expired commit",
    invariant: "retention",
    requires: "retainCommits",
    run: async (context) => {
      const store = (await context.retainCommits(3)).store(context.namespace);
      const positions = [];
      for (const n of countUp(1, 5)) positions.push((await appendOne(store, "order.1", { n })).position);
      const [remaining] = await store.readAll({ after: "oldest-available" }).toArray();
      const fields = { namespace: context.namespace, firstAvailable: remaining?.position };
      for (const after of ["start", positions[0]!] as const) {
        const subscription = store.subscribe({ after });
        const caughtUp = context.wait(subscription.caughtUp, "caughtUp of a subscription that is to fail");
        await expectError(caughtUp, "events-expired", fields, `caughtUp of a subscription after ${after}`);
        const iterate = async () => {
          for await (const _ of subscription);
        };
        const iterated = context.wait(iterate(), "the iteration of a subscription that is to fail");
        await expectError(iterated, "events-expired", fields, `the iteration of a subscription after ${after}`);
      }
      const followed = new SubscriptionRecorder(context, store.subscribe({ after: positions[1] }));
      expectEqual(versionsOf(await followed.until(3)), [3, 4, 5], "a subscription after the last expired commit");
    },
  },
  {
    name: "subscribe() fails if its next event has expired, and never continues with a gap",
    invariant: "retention",
    requires: "retainCommits",
    run: async (context) => {
      const store = (await context.retainCommits(3)).store(context.namespace);
      await appendOne(store, "order.1");
      const subscription = store.subscribe();
      const iterator = subscription[Symbol.asyncIterator]();
      const first = await context.wait(iterator.next(), "the first event");
      expectEqual((first.value as RecordedEvent | undefined)?.version, 1, "the version of the first event");
      for (const n of countUp(2, 60)) await store.append("order.1", oneEvent(), { expectedVersion: n - 1 });
      const seen = [1];
      const take = async () => {
        while (seen.at(-1) !== 60) {
          const { value, done } = await iterator.next();
          if (done) return;
          seen.push(value.version);
        }
      };
      const outcome = await context.wait(
        take().then(() => undefined, (error: unknown) => error),
        "the rest of 60 events",
      );
      expectEqual(seen, countUp(1, seen.length), "the versions that the subscription returned");
      if (seen.length < 60) {
        const fields = { namespace: context.namespace };
        await expectError(
          () => Promise.reject(outcome),
          "events-expired",
          fields,
          `the error after ${seen.length} of 60 events`,
        );
      }
      await subscription.close();
    },
  },
];

function sizeOf(event: RecordedEvent): number {
  return encodeCommit({ timestamp: event.timestamp, events: [event] }).length;
}
