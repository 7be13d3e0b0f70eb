import type { CaseDefinition } from "../case_definition.ts";
import { expectEqual, expectError } from "../expect.ts";
import { appendCommits, oneEvent, someEvents, versionsOf } from "../fixtures.ts";

/** A commit id makes an append repeatable. */
export const commitIdCases: readonly CaseDefinition[] = [
  {
    name: "append() that is repeated with its commit id returns its first result as a duplicate",
    invariant: "commitIds",
    run: async (context) => {
      const store = await context.store();
      const append = () => store.append("order.1", oneEvent(), { expectedVersion: 0, commitId: "c1" });
      const first = await append();
      const again = await append();
      expectEqual(first.duplicate, false, "duplicate of the first append");
      expectEqual(again, { ...first, duplicate: true }, "the result of the repeated append");
      expectEqual(versionsOf(await store.read("order.1").toArray()), [1], "the versions after both appends");
    },
  },
  {
    name: "append() of several events, repeated with its commit id, returns the version and position of the last event",
    invariant: "commitIds",
    run: async (context) => {
      const store = await context.store();
      await appendCommits(store, "order.1", [2]);
      const append = () => store.append("order.1", someEvents(5), { expectedVersion: 2, commitId: "c1" });
      const first = await append();
      expectEqual(first.version, 7, "the version after five more events");
      expectEqual(await append(), { ...first, duplicate: true }, "the result of the repeated append");
    },
  },
  {
    name: "append() that is repeated after later commits returns its first result",
    invariant: "commitIds",
    run: async (context) => {
      const store = await context.store();
      await appendCommits(store, "order.1", [1]);
      const append = () => store.append("order.1", someEvents(3), { expectedVersion: 1, commitId: "c1" });
      const first = await append();
      for (let version = 4; version < 24; version++) {
        await store.append("order.1", oneEvent(), { expectedVersion: version, commitId: `later-${version}` });
      }
      expectEqual(await append(), { ...first, duplicate: true }, "the result, repeated 20 commits later");
      expectEqual(await store.latestVersion("order.1"), 24, "the version after the repeated append");
    },
  },
  {
    name: "append() finds each commit of a history by its commit id and expected version",
    invariant: "commitIds",
    run: async (context) => {
      const store = await context.store();
      const sizes = [1, 4, 2, 1, 3];
      const appendAll = async () => {
        const results = [];
        let expectedVersion = 0;
        for (const [i, size] of sizes.entries()) {
          results.push(await store.append("order.1", someEvents(size), { expectedVersion, commitId: `c${i}` }));
          expectedVersion += size;
        }
        return results;
      };
      const first = await appendAll();
      const again = await appendAll();
      expectEqual(
        again,
        first.map((result) => ({ ...result, duplicate: true })),
        "the results of all repeated appends",
      );
    },
  },
  {
    name: "append() with a stored commit id returns the first result, even with other events",
    invariant: "commitIds",
    run: async (context) => {
      const store = await context.store();
      const options = { expectedVersion: 0, commitId: "c1" };
      const first = await store.append("order.1", someEvents(2), options);
      for (const size of [1, 2, 3]) {
        const again = await store.append("order.1", someEvents(size, "Other"), options);
        expectEqual(again, { ...first, duplicate: true }, `the result, repeated with ${size} other events`);
      }
      const events = await store.read("order.1").toArray();
      expectEqual(events.map(({ type }) => type), ["Made", "Made"], "the stored types");
    },
  },
  {
    name: "append() with another commit id at a version that is taken throws a conflict",
    invariant: "commitIds",
    run: async (context) => {
      const store = await context.store();
      await store.append("order.1", someEvents(2), { expectedVersion: 0, commitId: "c1" });
      for (const commitId of ["c2", "C1", "c", "c11", undefined]) {
        await expectError(
          store.append("order.1", oneEvent(), { expectedVersion: 0, commitId }),
          "version-conflict",
          { expected: 0, actual: 2 },
          `an append with commit id ${commitId} where c1 is stored`,
        );
      }
      expectEqual(await store.latestVersion("order.1"), 2, "the version after the conflicts");
    },
  },
  {
    name: "append() with a stored commit id and a different expectedVersion throws a conflict",
    invariant: "commitIds",
    run: async (context) => {
      const store = await context.store();
      await appendCommits(store, "order.1", [1]);
      await store.append("order.1", someEvents(3), { expectedVersion: 1, commitId: "c1" });
      await store.append("order.1", oneEvent(), { expectedVersion: 4, commitId: "c2" });
      for (const expectedVersion of [0, 2, 3, 4]) {
        await expectError(
          store.append("order.1", someEvents(3), { expectedVersion, commitId: "c1" }),
          "version-conflict",
          { expected: expectedVersion, actual: 5 },
          `an append with the id of the commit stored at expectedVersion 1, and expectedVersion ${expectedVersion}`,
        );
      }
      await expectError(
        store.append("order.1", oneEvent(), { expectedVersion: 6, commitId: "c2" }),
        "version-conflict",
        { expected: 6, actual: 5 },
        "an append with a used commit id, expecting a version beyond the end",
      );
    },
  },
  {
    name: "append() accepts a used commit id for the next commit of the actor",
    invariant: "commitIds",
    run: async (context) => {
      const store = await context.store();
      await store.append("order.1", oneEvent(), { expectedVersion: 0, commitId: "c1" });
      const second = await store.append("order.1", oneEvent(), { expectedVersion: 1, commitId: "c1" });
      expectEqual([second.version, second.duplicate], [2, false], "version and duplicate of the second commit");
      const again = await store.append("order.1", oneEvent(), { expectedVersion: 1, commitId: "c1" });
      expectEqual(again, { ...second, duplicate: true }, "the result of the repeated second append");
    },
  },
  {
    name: "append() finds no commit id of another actor",
    invariant: "commitIds",
    run: async (context) => {
      const store = await context.store();
      const options = { expectedVersion: 0, commitId: "c1" };
      await store.append("order.1", oneEvent({ of: 1 }), options);
      const other = await store.append("order.2", oneEvent({ of: 2 }), options);
      expectEqual([other.version, other.duplicate], [1, false], 'version and duplicate of the append to "order.2"');
      const [event] = await store.read("order.2").toArray();
      expectEqual([event?.data, event?.commitId], [{ of: 2 }, "c1"], 'the data and the commit id of "order.2"');
    },
  },
  {
    name: "append() finds a commit by the commit id that the store assigned",
    invariant: "commitIds",
    run: async (context) => {
      const store = await context.store();
      const first = await store.append("order.1", someEvents(2), { expectedVersion: 0 });
      const [event] = await store.read("order.1").toArray();
      const again = await store.append("order.1", someEvents(2), { expectedVersion: 0, commitId: event?.commitId });
      expectEqual(again, { ...first, duplicate: true }, "the result, repeated with the id that was read");
    },
  },
  {
    name:
      "append() with one commit id, called many times at once, stores one commit, and every call returns its result",
    invariant: "commitIds",
    run: async (context) => {
      const store = await context.store();
      await appendCommits(store, "order.1", [1]);
      const append = () => store.append("order.1", someEvents(2), { expectedVersion: 1, commitId: "c1" });
      const results = await Promise.all(Array.from({ length: 20 }, append));
      expectEqual(
        results.filter(({ duplicate }) => !duplicate).length,
        1,
        "the number of results that are no duplicate",
      );
      expectEqual(new Set(results.map(({ position }) => position)).size, 1, "the number of returned positions");
      expectEqual([...new Set(results.map(({ version }) => version))], [3], "the returned versions");
      expectEqual(await store.latestVersion("order.1"), 3, "the version after all appends");
    },
  },
];
