import type { Backend } from "../../src/backend/backend.ts";
import type { CaseDefinition } from "../case_definition.ts";
import { ConformanceFailure } from "../conformance_failure.ts";
import { expectEqual, expectError, expectTrue } from "../expect.ts";
import { SubscriptionRecorder } from "../subscription_recorder.ts";
import { appendCommits, appendOne, coordinatesOf, countUp, oneEvent, someEvents, versionsOf } from "../fixtures.ts";
import type { CaseContext } from "../case_context.ts";

/** A storage that is opened, closed and opened again: the acknowledged data, and further appends. */
export const reopenCases: readonly CaseDefinition[] = [
  {
    name: "backend.capabilities declares durability only if the harness can reopen the storage",
    invariant: "durability",
    run: async (context) => {
      const { durability } = (await context.open()).capabilities;
      if (durability === "none" || context.reopenSkipReason === undefined) return;
      throw new ConformanceFailure(
        `The harness declines reopen ("${context.reopenSkipReason}"), but capabilities.durability is ` +
          `"${durability}": only the harness of a backend with durability "none" may decline reopen`,
      );
    },
  },
  {
    name: "read() and readAll() return all fields of events after a reopen",
    invariant: "durability",
    requires: "reopen",
    run: async (context) => {
      const reopen = await context.reopen();
      const first = (await reopen()).store(context.namespace);
      const metadata = { correlationId: "r1", "é": "😀" };
      const data = { text: 'a\nb\u2028"\\', numbers: [1e21, -0.5], nested: { none: null, flag: true, list: [] } };
      await first.append("order.1", [{ id: "e1", type: "Placed", data, metadata }, ...someEvents(1)], {
        expectedVersion: 0,
        commitId: "c1",
      });
      await appendCommits(first, "order.é", [1, 3]);
      const log = await first.readAll().toArray();
      for (const time of ["second", "third"]) {
        const store = (await reopen()).store(context.namespace);
        const when = `when the storage is opened for the ${time} time`;
        expectEqual(await store.readAll().toArray(), log, `the log ${when}`);
        const actor = log.filter(({ actorId }) => actorId === "order.1");
        expectEqual(await store.read("order.1").toArray(), actor, `the events of the actor ${when}`);
        const backwards = await store.read("order.é", { direction: "backwards", limit: 2 }).toArray();
        expectEqual(versionsOf(backwards), [4, 3], `the last events of the other actor ${when}`);
      }
    },
  },
  {
    name: "readAll() returns many and large events completely and in order after a reopen",
    invariant: "durability",
    requires: "reopen",
    run: async (context) => {
      const reopen = await context.reopen();
      const first = (await reopen()).store(context.namespace);
      const text = "é".repeat(150_000);
      for (const n of countUp(0, 2)) {
        await appendOne(first, "large", { n, text });
        await first.append(`many.${n}`, someEvents(1_000), { expectedVersion: 0 });
      }
      const store = (await reopen()).store(context.namespace);
      const log = await store.readAll().toArray();
      const many = (n: number) => countUp(1, 1_000).map((version) => `many.${n}@${version}`);
      const expected = countUp(0, 2).flatMap((n) => [`large@${n + 1}`, ...many(n)]);
      expectEqual(coordinatesOf(log), expected, "the log when the storage is opened again");
      const large = (await store.read("large").toArray()).map(({ data }) => (data as { text: string }).text === text);
      expectEqual(large, [true, true, true], "whether the large events are unchanged");
    },
  },
  {
    name: "append() continues the versions after a reopen, and conflicts report them",
    invariant: "versions",
    requires: "reopen",
    run: async (context) => {
      const reopen = await context.reopen();
      await appendCommits((await reopen()).store(context.namespace), "order.1", [2, 1]);
      for (const version of countUp(3, 6)) {
        const store = (await reopen()).store(context.namespace);
        expectEqual(await store.latestVersion("order.1"), version, "the version before the appends");
        expectEqual(await store.latestVersion("order.2"), 0, "the version of an actor without events");
        const conflict = { expected: version - 1, actual: version };
        const behind = store.append("order.1", oneEvent(), { expectedVersion: version - 1 });
        await expectError(behind, "version-conflict", conflict, "an append that expects an older version");
        const { version: next } = await store.append("order.1", oneEvent(), { expectedVersion: version });
        expectEqual(next, version + 1, "the version after an append");
      }
      const store = (await reopen()).store(context.namespace);
      expectEqual(
        versionsOf(await store.read("order.1").toArray()),
        countUp(1, 7),
        "the versions after the last append",
      );
    },
  },
  {
    name: "readAll() after a reopen returns no event of an earlier append() that conflicted",
    invariant: "conflicts",
    requires: "reopen",
    run: async (context) => {
      const reopen = await context.reopen();
      const first = (await reopen()).store(context.namespace);
      await appendCommits(first, "order.1", [2]);
      const refused = first.append("order.1", someEvents(3, "Refused"), { expectedVersion: 1 });
      await expectError(refused, "version-conflict", {}, "an append that expects an older version");
      const store = (await reopen()).store(context.namespace);
      expectEqual(coordinatesOf(await store.readAll().toArray()), ["order.1@1", "order.1@2"], "the log");
      expectEqual((await appendOne(store, "order.1")).version, 3, "the version after the next append");
    },
  },
  {
    name: "append() finds a commit id after a reopen, and returns the first result",
    invariant: "commitIds",
    requires: "reopen",
    run: async (context) => {
      const reopen = await context.reopen();
      const first = (await reopen()).store(context.namespace);
      const options = { expectedVersion: 0, commitId: "c1" };
      const result = await first.append("order.1", someEvents(3), options);
      await appendOne(first, "order.1");
      const store = (await reopen()).store(context.namespace);
      const again = await store.append("order.1", someEvents(3), options);
      expectEqual(again, { ...result, duplicate: true }, "the result of the repeated append");
      const other = store.append("order.1", someEvents(3), { ...options, commitId: "c2" });
      await expectError(other, "version-conflict", { expected: 0, actual: 4 }, "an append with another commit id");
      expectEqual(versionsOf(await store.readAll().toArray()), [1, 2, 3, 4], "the log");
    },
  },
  {
    name: "append() returns rising positions after a reopen, and readAll() accepts earlier positions",
    invariant: "order",
    requires: "reopen",
    run: async (context) => {
      const reopen = await context.reopen();
      const positions: string[] = [];
      for (const round of countUp(1, 3)) {
        const store = (await reopen()).store(context.namespace);
        positions.push((await store.append(`order.${round}`, someEvents(2), { expectedVersion: 0 })).position);
        positions.push((await appendOne(store, "every")).position);
      }
      expectEqual(positions, [...new Set(positions)].sort(), "the positions of all appends, in their order");
      const store = (await reopen()).store(context.namespace);
      const log = await store.readAll().toArray();
      for (const [i, { position, actorId, version }] of log.entries()) {
        const rest = await store.readAll({ after: position }).toArray();
        expectEqual(rest, log.slice(i + 1), `the log after ${actorId}@${version}`);
      }
      const ends = log.map(({ position }) => position).filter((position) => positions.includes(position));
      expectEqual(ends, positions, "the positions that the appends returned, as found in the log");
    },
  },
  {
    name: "subscribe() after a reopen returns the stored and the live events after an earlier position",
    invariant: "following",
    requires: "reopen",
    run: async (context) => {
      const reopen = await context.reopen();
      const first = (await reopen()).store(context.namespace);
      await appendCommits(first, "order.1", [3, 2]);
      const [, second] = await first.readAll().toArray();
      const store = (await reopen()).store(context.namespace);
      const subscription = store.subscribe({ after: second!.position });
      const followed = new SubscriptionRecorder(context, subscription);
      await context.wait(subscription.caughtUp, "caughtUp of a subscription after an earlier position");
      await appendOne(store, "order.1");
      expectEqual(versionsOf(await followed.until(4)), countUp(3, 6), "the versions that the subscription returned");
    },
  },
  {
    name: "snapshots.latest() returns the kept snapshots after a reopen",
    invariant: "snapshots",
    requires: "reopen",
    run: async (context) => {
      const reopen = await context.reopen();
      const first = (await reopen()).store(context.namespace);
      await appendCommits(first, "order.1", [3]);
      const snapshot = (version: number) => ({ version, schema: 7, eventId: `e${version}`, state: { n: version } });
      for (const version of countUp(1, 3)) await first.snapshots.put("order.1", snapshot(version), { keep: 2 });
      const { snapshots } = (await reopen()).store(context.namespace);
      expectEqual(await snapshots.latest("order.1"), snapshot(3), "the latest snapshot");
      expectEqual(await snapshots.latest("order.1", { atMost: 2 }), snapshot(2), "the snapshot of version 2");
      expectEqual(
        await snapshots.latest("order.1", { atMost: 1 }),
        undefined,
        "the snapshot of version 1, which keep: 2 removed",
      );
      await snapshots.put("order.1", { ...snapshot(3), state: "new" }, { keep: 1 });
      const later = (await reopen()).store(context.namespace).snapshots;
      expectEqual((await later.latest("order.1"))?.state, "new", "the state of the replaced snapshot");
      expectEqual(
        await later.latest("order.1", { atMost: 2 }),
        undefined,
        "the snapshot of version 2, which keep: 1 removed",
      );
    },
  },
  {
    name: "backend.namespaces() after a reopen lists the exact name of each namespace that has events",
    invariant: "isolation",
    requires: "reopen",
    run: async (context) => {
      const reopen = await context.reopen();
      const first = await reopen();
      const names = similarNames(context);
      for (const name of names) await appendOne(first.store(name), "order.1");
      const quiet = first.store(`${context.namespace}.quiet`);
      await quiet.latestVersion("order.1");
      await quiet.snapshots.put("order.1", { version: 1, schema: 0, eventId: "e", state: {} });
      for (const time of ["second", "third"]) {
        expectEqual(
          await listed(await reopen(), context),
          names.toSorted(),
          `the namespaces that are listed when the storage is opened for the ${time} time`,
        );
      }
    },
  },
  {
    name: "backend.store() keeps namespaces with similar names apart after a reopen",
    invariant: "isolation",
    requires: "reopen",
    run: async (context) => {
      const reopen = await context.reopen();
      const first = await reopen();
      const names = similarNames(context);
      for (const [i, name] of names.entries()) {
        const store = first.store(name);
        await store.append("order.1", someEvents(i + 1, name), { expectedVersion: 0, commitId: "c1" });
        await store.snapshots.put("order.1", { version: i + 1, schema: i, eventId: "e", state: name });
      }
      const second = await reopen();
      // In reverse order, so that another name is opened first.
      for (const [i, name] of [...names.entries()].toReversed()) {
        const store = second.store(name);
        expectEqual(await store.latestVersion("order.1"), i + 1, `the version in "${name}"`);
        const log = (await store.readAll().toArray()).map(({ namespace, type }) => [namespace, type]);
        expectEqual(log, Array.from({ length: i + 1 }, () => [name, name]), `the log of "${name}"`);
        expectEqual((await store.snapshots.latest("order.1"))?.state, name, `the snapshot in "${name}"`);
        const again = await store.append("order.1", oneEvent(), { expectedVersion: 0, commitId: "c1" });
        expectTrue(again.duplicate && again.version === i + 1, `a repeated append is a duplicate in "${name}"`);
        expectEqual((await appendOne(store, "order.1")).version, i + 2, `the next version in "${name}"`);
      }
    },
  },
  {
    name: "read() and snapshots keep actors with similar ids apart after a reopen",
    invariant: "versions",
    requires: "reopen",
    run: async (context) => {
      const reopen = await context.reopen();
      const first = (await reopen()).store(context.namespace);
      const actors = [
        "a",
        "A",
        "a.b",
        "a_b",
        "a-b",
        "a/b",
        "/a",
        "a%2Eb",
        "é",
        "e\u0301",
        "__proto__",
        "é".repeat(100),
      ];
      for (const [i, actorId] of actors.entries()) {
        await first.append(actorId, someEvents(i + 1), { expectedVersion: 0 });
        await first.snapshots.put(actorId, { version: i + 1, schema: i, eventId: "e", state: actorId });
      }
      const store = (await reopen()).store(context.namespace);
      for (const [i, actorId] of actors.entries()) {
        expectEqual(await store.latestVersion(actorId), i + 1, `the version of "${actorId}"`);
        expectEqual((await store.read(actorId).toArray()).length, i + 1, `the number of events of "${actorId}"`);
        expectEqual((await store.snapshots.latest(actorId))?.state, actorId, `the snapshot of "${actorId}"`);
      }
    },
  },
];

/** Names that a storage could confuse if it ignored case, encoded names ambiguously, or compared only a prefix. */
function similarNames({ namespace }: CaseContext): string[] {
  return ["Prod", "prod", "PROD", "a.b", "a_b", "a-b", "a", "ab", "a.B", "a-2Eb"].map((name) => `${namespace}.${name}`);
}

async function listed(backend: Backend, { namespace }: CaseContext): Promise<string[]> {
  const grant = backend.grant(`${namespace}.>`, { reason: "conformance" });
  return (await Array.fromAsync(backend.namespaces(grant), String)).sort();
}
