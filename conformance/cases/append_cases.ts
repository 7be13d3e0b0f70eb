import type { CaseDefinition } from "../case_definition.ts";
import { expectEqual, expectError, expectTrue } from "../expect.ts";
import { appendCommits, appendOne, oneEvent, someEvents, versionsOf } from "../fixtures.ts";

/** Expected versions, results of appends, and conflicts. */
export const appendCases: readonly CaseDefinition[] = [
  {
    name: "append() with expectedVersion 0 begins an actor at version 1",
    invariant: "versions",
    run: async (context) => {
      const store = await context.store();
      const result = await store.append("order.1", oneEvent(), { expectedVersion: 0 });
      expectEqual(
        [result.version, result.duplicate],
        [1, false],
        'version and duplicate of the first append to "order.1"',
      );
      expectEqual(versionsOf(await store.read("order.1").toArray()), [1], 'the versions of "order.1"');
      expectEqual(await store.latestVersion("order.1"), 1, 'the latest version of "order.1"');
    },
  },
  {
    name: "append() with the actor's version as expectedVersion continues the actor",
    invariant: "versions",
    run: async (context) => {
      const store = await context.store();
      await appendCommits(store, "order.1", [1, 3, 2]);
      const { version } = await store.append("order.1", someEvents(2), { expectedVersion: 6 });
      expectEqual(version, 8, "the version after commits of 1, 3, 2 and 2 events");
      expectEqual(versionsOf(await store.read("order.1").toArray()), [1, 2, 3, 4, 5, 6, 7, 8], "the versions");
    },
  },
  {
    name: "latestVersion() returns 0 and read() returns no events for an actor without events",
    invariant: "versions",
    run: async (context) => {
      const store = await context.store();
      expectEqual(await store.latestVersion("order.1"), 0, "the version of an actor in an unused namespace");
      expectEqual(await store.read("order.1").toArray(), [], "the events of an actor in an unused namespace");
      await appendOne(store, "order.2");
      expectEqual(
        await store.latestVersion("order.1"),
        0,
        "the version of an actor without events in a used namespace",
      );
      expectEqual(
        await store.read("order.1").toArray(),
        [],
        "the events of an actor without events in a used namespace",
      );
    },
  },
  conflictsWith("too low", [0, 1, 2]),
  conflictsWith("too high", [4, 5, Number.MAX_SAFE_INTEGER]),
  {
    name: 'append() with expectedVersion "exists" for an actor without events throws a conflict with version 0',
    invariant: "conflicts",
    run: async (context) => {
      const store = await context.store();
      for (const expected of [1, "exists"] as const) {
        await expectError(
          store.append("order.1", oneEvent(), { expectedVersion: expected }),
          "version-conflict",
          { namespace: context.namespace, actorId: "order.1", expected, actual: 0 },
          `an append to "order.1", which has no events, expecting ${expected}`,
        );
      }
      expectEqual(await store.latestVersion("order.1"), 0, "the version after the conflicts");
      expectEqual(await store.readAll().toArray(), [], "the log after the conflicts");
    },
  },
  {
    name: 'append() with "exists" continues an actor that has events, at any version',
    invariant: "conflicts",
    run: async (context) => {
      const store = await context.store();
      await appendCommits(store, "order.1", [2]);
      const first = await store.append("order.1", oneEvent(), { expectedVersion: "exists" });
      const second = await store.append("order.1", someEvents(2), { expectedVersion: "exists" });
      expectEqual([first.version, second.version], [3, 5], "the versions after two appends");
      expectEqual([first.duplicate, second.duplicate], [false, false], "duplicate of two appends");
    },
  },
  {
    name: 'append() with "any" begins an actor and continues it',
    invariant: "conflicts",
    run: async (context) => {
      const store = await context.store();
      const first = await store.append("order.1", oneEvent(), { expectedVersion: "any" });
      const second = await store.append("order.1", someEvents(2), { expectedVersion: "any" });
      expectEqual([first.version, second.version], [1, 3], "the versions after two appends");
      expectEqual(versionsOf(await store.read("order.1").toArray()), [1, 2, 3], "the versions");
    },
  },
  {
    name: "append() at the version that a conflict reported continues the actor",
    invariant: "conflicts",
    run: async (context) => {
      const store = await context.store();
      await appendCommits(store, "order.1", [2]);
      await expectError(
        store.append("order.1", oneEvent({ by: "loser" }), { expectedVersion: 1 }),
        "version-conflict",
        { actual: 2 },
        "an append to an actor at 2 expecting 1",
      );
      const { version } = await store.append("order.1", oneEvent({ by: "winner" }), { expectedVersion: 2 });
      expectEqual(version, 3, "the version after an append that expects the version of the conflict");
      const [last] = await store.read("order.1", { from: 3 }).toArray();
      expectEqual(last?.data, { by: "winner" }, "the data of version 3");
    },
  },
  {
    name: "append() returns the position of the last event of its commit",
    invariant: "order",
    run: async (context) => {
      const store = await context.store();
      for (const size of [1, 3, 2]) {
        const { position, version } = await store.append("order.1", someEvents(size), { expectedVersion: "any" });
        const [last] = await store.read("order.1", { direction: "backwards", limit: 1 }).toArray();
        expectEqual(
          [last?.position, last?.version],
          [position, version],
          `position and version of the last of ${size} events`,
        );
      }
    },
  },
  {
    name: "append() returns the events that a later read returns",
    invariant: "immutability",
    run: async (context) => {
      const store = await context.store();
      for (const size of [1, 3, 2]) {
        const { events, commitId, version } = await store.append("order.1", someEvents(size), {
          expectedVersion: "any",
        });
        const stored = await store.read("order.1", { from: version - size + 1 }).toArray();
        expectEqual(events, stored, `the events of the result of an append of ${size}`);
        expectEqual(stored.map((event) => event.commitId), stored.map(() => commitId), "the commit ids of its events");
      }
      const options = { expectedVersion: 6, commitId: "c1" };
      await store.append("order.1", oneEvent(), options);
      const again = await store.append("order.1", oneEvent(), options);
      expectEqual([again.duplicate, again.events, again.commitId], [true, undefined, "c1"], "a duplicate's result");
    },
  },
  {
    name: "append() that conflicts changes no other actor",
    invariant: "conflicts",
    run: async (context) => {
      const store = await context.store();
      await appendCommits(store, "order.1", [1, 1]);
      await appendCommits(store, "order.2", [1]);
      await expectError(
        store.append("order.1", oneEvent(), { expectedVersion: 1 }),
        "version-conflict",
        { actorId: "order.1", actual: 2 },
        'an append to "order.1", which is at 2, expecting 1',
      );
      const { version } = await store.append("order.2", oneEvent(), { expectedVersion: 1 });
      expectEqual(version, 2, 'the version of "order.2" after a conflict of "order.1"');
    },
  },
  {
    name: "read() returns the appends of another store of the same namespace",
    invariant: "durability",
    run: async (context) => {
      const backend = await context.open();
      const [one, two] = [backend.store(context.namespace), backend.store(context.namespace)];
      await appendCommits(one, "order.1", [2]);
      expectEqual(await two.latestVersion("order.1"), 2, "the version that the other store returns");
      const { version } = await two.append("order.1", oneEvent(), { expectedVersion: 2 });
      expectEqual(version, 3, "the version after an append of the other store");
      expectEqual(
        versionsOf(await one.read("order.1").toArray()),
        [1, 2, 3],
        "the versions that the first store reads",
      );
    },
  },
  {
    name: 'backend.store() without a namespace returns a store of the namespace "default"',
    invariant: "isolation",
    run: async (context) => {
      const backend = await context.open();
      const store = backend.store();
      expectEqual(store.namespace, "default", "the namespace of a store that was opened without a namespace");
      // The storage may contain events of earlier runs in this namespace.
      await appendOne(store, context.namespace);
      const [event] = await backend.store("default").read(context.namespace).toArray();
      expectEqual([event?.namespace, event?.version], ["default", 1], "namespace and version of the event");
    },
  },
  {
    name: "backend.capabilities has documented values",
    invariant: "durability",
    run: async (context) => {
      const { capabilities: { durability, maxCommitBytes } } = await context.open();
      const known = ["none", "process", "disk", "quorum"];
      expectTrue(known.includes(durability), `durability ${durability} is one of ${known.join(", ")}`);
      expectTrue(Number.isSafeInteger(maxCommitBytes), `maxCommitBytes ${maxCommitBytes} is a whole number`);
    },
  },
];

/** A case that expects each of some versions of an actor that is at version 3. */
function conflictsWith(kind: string, expectedVersions: readonly number[]): CaseDefinition {
  return {
    name: `append() with an expectedVersion that is ${kind} throws a conflict with both versions, and stores nothing`,
    invariant: "conflicts",
    run: async (context) => {
      const store = await context.store();
      await appendCommits(store, "order.1", [2, 1]);
      for (const expected of expectedVersions) {
        await expectError(
          store.append("order.1", oneEvent(), { expectedVersion: expected }),
          "version-conflict",
          { namespace: context.namespace, actorId: "order.1", expected, actual: 3 },
          `an append to "order.1", which is at 3, expecting ${expected}`,
        );
      }
      expectEqual(versionsOf(await store.read("order.1").toArray()), [1, 2, 3], "the versions after the conflicts");
    },
  };
}
