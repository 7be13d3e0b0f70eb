import { encodeCommit } from "../../src/commits/encode_commit.ts";
import type { RecordedEvent } from "../../src/events/recorded_event.ts";
import type { CaseDefinition } from "../case_definition.ts";
import { expectEqual, expectError, expectTrue } from "../expect.ts";
import { SubscriptionRecorder } from "../subscription_recorder.ts";
import { appendCommits, appendOne, coordinatesOf, countUp, oneEvent, someEvents, versionsOf } from "../fixtures.ts";

/** The bounds of retention, and subscriptions to logs whose beginning expires. */
export const retentionBoundsCases: readonly CaseDefinition[] = [
  {
    name: "Retention by a number of commits keeps the newest, whichever actors they are of",
    invariant: "retention",
    requires: "retainCommits",
    run: async (scene) => {
      const store = (await scene.retainCommits(4)).store(scene.namespace);
      for (const n of countUp(1, 10)) {
        await appendOne(store, `order.${n % 3}`);
        const left = await store.readAll({ after: "oldest-available" }).toArray();
        const expected = countUp(Math.max(1, n - 3), n).map((k) => `order.${k % 3}@${Math.ceil(k / 3)}`);
        expectEqual(coordinatesOf(left), expected, `what is left of ${n} commits`);
      }
    },
  },
  {
    name: "Retention by bytes keeps the newest commits, no more of them than the bytes, and at least one",
    invariant: "retention",
    requires: "retainBytes",
    run: async (scene) => {
      const maxBytes = 20_000;
      const store = (await scene.retainBytes(maxBytes)).store(scene.namespace);
      const text = "x".repeat(1_000);
      for (const n of countUp(1, 40)) await store.append("order.1", oneEvent({ n, text }), { expectedVersion: n - 1 });
      const left = await store.readAll({ after: "oldest-available" }).toArray();
      const first = left[0]?.version ?? 0;
      expectEqual(versionsOf(left), countUp(first, 40), "what is left of 40 commits: the newest, without gap");
      const bytes = left.reduce((sum, event) => sum + sizeOf(event), 0);
      expectTrue(bytes <= maxBytes, `${bytes} bytes are left, where ${maxBytes} are kept`);
      expectTrue(left.length > 5, `${left.length} commits of about 1,100 bytes are left, where 20,000 bytes are kept`);
      const fields = { actorId: "order.1", firstAvailable: first };
      await expectError(store.read("order.1").toArray(), "events-expired", fields, "a read of all");
      expectEqual(versionsOf(await store.read("order.1", { from: first }).toArray()), versionsOf(left), "the actor");
      expectEqual(await store.latestVersion("order.1"), 40, "the version");
    },
  },
  {
    name: "Retention by age expires what is too old, and keeps what is not",
    invariant: "retention",
    requires: "retainAge",
    run: async (scene) => {
      const { backend, advanceTime: pass } = await scene.retainAge();
      const store = backend.store(scene.namespace);
      await appendCommits(store, "order.1", [2, 1]);
      expectEqual(versionsOf(await store.read("order.1").toArray()), [1, 2, 3], "the versions, when they are new");
      await pass(0.6);
      await store.append("order.1", someEvents(2), { expectedVersion: 3 });
      await pass(0.6);
      const fields = { actorId: "order.1", firstAvailable: 4 };
      await expectError(store.read("order.1").toArray(), "events-expired", fields, "a read when the first are too old");
      expectEqual(versionsOf(await store.read("order.1", { from: 4 }).toArray()), [4, 5], "what is left");
      expectEqual(
        coordinatesOf(await store.readAll({ after: "oldest-available" }).toArray()),
        ["order.1@4", "order.1@5"],
        "the log",
      );
    },
  },
  {
    name: "When everything has expired by age, versions and positions go on all the same",
    invariant: "retention",
    requires: "retainAge",
    run: async (scene) => {
      const { backend, advanceTime: pass } = await scene.retainAge();
      const store = backend.store(scene.namespace);
      await appendCommits(store, "order.1", [2]);
      const { position } = await appendOne(store, "order.1");
      await pass(2);
      expectEqual(await store.latestVersion("order.1"), 3, "the version when nothing is left");
      const gone = { namespace: scene.namespace, firstAvailable: 4 };
      await expectError(store.read("order.1").toArray(), "events-expired", gone, "a read of the actor");
      const log = { namespace: scene.namespace, firstAvailable: undefined };
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
      expectEqual(coordinatesOf(await store.readAll({ after: position }).toArray()), ["order.1@4"], "what follows it");
    },
  },
  {
    name: 'A subscription after "oldest-available" gives all that is left, then what is appended',
    invariant: "retention",
    requires: "retainCommits",
    run: async (scene) => {
      const store = (await scene.retainCommits(3)).store(scene.namespace);
      await appendCommits(store, "order.1", [2, 2, 2, 2, 2]);
      const subscription = store.subscribe({ after: "oldest-available" });
      const followed = new SubscriptionRecorder(scene, subscription);
      await scene.wait(subscription.caughtUp, 'caughtUp of a subscription after "oldest-available"');
      await appendCommits(store, "order.2", [1, 2]);
      const expected = [...countUp(5, 10).map((n) => `order.1@${n}`), "order.2@1", "order.2@2", "order.2@3"];
      expectEqual(coordinatesOf(await followed.until(9)), expected, "what it gave");
    },
  },
  {
    name: "A subscription to what has expired fails, and so does its caughtUp; at the edge of it, it works",
    invariant: "retention",
    requires: "retainCommits",
    run: async (scene) => {
      const store = (await scene.retainCommits(3)).store(scene.namespace);
      const positions = [];
      for (const n of countUp(1, 5)) positions.push((await appendOne(store, "order.1", { n })).position);
      const [left] = await store.readAll({ after: "oldest-available" }).toArray();
      const fields = { namespace: scene.namespace, firstAvailable: left?.position };
      for (const after of ["start", positions[0]!] as const) {
        const subscription = store.subscribe({ after });
        const caughtUp = scene.wait(subscription.caughtUp, "caughtUp of a subscription that is to fail");
        await expectError(caughtUp, "events-expired", fields, `caughtUp of a subscription after ${after}`);
        const iterate = async () => {
          for await (const _ of subscription);
        };
        await expectError(scene.wait(iterate(), "its iteration"), "events-expired", fields, `one after ${after}`);
      }
      const followed = new SubscriptionRecorder(scene, store.subscribe({ after: positions[1] }));
      expectEqual(versionsOf(await followed.until(3)), [3, 4, 5], "a subscription after the last expired commit");
    },
  },
  {
    name: "A subscription that history expires under says so: it never goes on with a gap",
    invariant: "retention",
    requires: "retainCommits",
    run: async (scene) => {
      const store = (await scene.retainCommits(3)).store(scene.namespace);
      await appendOne(store, "order.1");
      const subscription = store.subscribe();
      const iterator = subscription[Symbol.asyncIterator]();
      const first = await scene.wait(iterator.next(), "the first event");
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
      const outcome = await scene.wait(
        take().then(() => undefined, (error: unknown) => error),
        "the rest of 60 events",
      );
      expectEqual(seen, countUp(1, seen.length), "the versions that it gave");
      if (seen.length < 60) {
        const fields = { namespace: scene.namespace };
        await expectError(
          () => Promise.reject(outcome),
          "events-expired",
          fields,
          `its end after ${seen.length} of 60`,
        );
      }
      await subscription.close();
    },
  },
];

function sizeOf(event: RecordedEvent): number {
  return encodeCommit({ timestamp: event.timestamp, events: [event] }).length;
}
