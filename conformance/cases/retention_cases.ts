import type { Backend } from "../../src/backend/backend.ts";
import type { Position } from "../../src/base/position.ts";
import type { EventStore } from "../../src/store/event_store.ts";
import type { CaseDefinition } from "../case_definition.ts";
import { expectEqual, expectError } from "../expect.ts";
import { appendCommits, appendOne, coordinatesOf, countUp, oneEvent, someEvents, versionsOf } from "../fixtures.ts";
import type { CaseContext } from "../case_context.ts";

/** Retention of one actor: expired events, remaining events, and errors. */
export const retentionCases: readonly CaseDefinition[] = [
  expiring(
    "read() of expired events fails, and its error names the first available version",
    async (store, { namespace }) => {
      const expired = { namespace, actorId: "order.1", firstAvailable: 5 };
      for (
        const options of [{}, { from: 1 }, { from: 4 }, { to: 3 }, { from: 2, to: 4 }, { limit: 1 }, { from: 4, to: 9 }]
      ) {
        const read = store.read("order.1", options).toArray();
        await expectError(
          read,
          "events-expired",
          expired,
          `versions 5 to 10 remain, read with ${JSON.stringify(options)}`,
        );
      }
    },
  ),
  expiring(
    "read() returns the remaining events from the first available version, and ranges of them",
    async (store) => {
      const rows = [
        [{ from: 5 }, countUp(5, 10)],
        [{ from: 6, to: 8 }, [6, 7, 8]],
        [{ from: 7, limit: 2 }, [7, 8]],
        [{ from: 11 }, []],
      ] as const;
      for (const [options, versions] of rows) {
        const read = await store.read("order.1", options).toArray();
        expectEqual(versionsOf(read), versions, `versions 5 to 10 remain, read with ${JSON.stringify(options)}`);
      }
    },
  ),
  expiring(
    "read() backwards returns the remaining events, and fails only if it needs expired events",
    async (store) => {
      const backwards = { direction: "backwards" } as const;
      const rows = [
        [{ ...backwards, limit: 6 }, countUp(5, 10).reverse()],
        [{ ...backwards, limit: 1 }, [10]],
        [{ ...backwards, from: 5 }, countUp(5, 10).reverse()],
        [{ ...backwards, to: 7, limit: 3 }, [7, 6, 5]],
        [{ ...backwards, from: 6, to: 7 }, [7, 6]],
      ] as const;
      for (const [options, versions] of rows) {
        const read = await store.read("order.1", options).toArray();
        expectEqual(versionsOf(read), versions, `versions 5 to 10 remain, read with ${JSON.stringify(options)}`);
        const iterated = [];
        for await (const event of store.read("order.1", options)) iterated.push(event);
        expectEqual(iterated, read, `the same, iterated, with ${JSON.stringify(options)}`);
      }
      const intoExpired = [[{}, countUp(5, 10)], [{ limit: 7 }, countUp(5, 10)], [{ from: 4 }, countUp(5, 10)], [
        { to: 4 },
        [],
      ]];
      for (const [options, versions] of intoExpired as [object, number[]][]) {
        const seen: number[] = [];
        await expectError(
          async () => {
            for await (const event of store.read("order.1", { ...backwards, ...options })) seen.push(event.version);
          },
          "events-expired",
          { actorId: "order.1", firstAvailable: 5 },
          `versions 5 to 10 remain, read backwards with ${JSON.stringify(options)}`,
        );
        expectEqual(seen, versions.toReversed(), `the versions before the error, with ${JSON.stringify(options)}`);
      }
    },
  ),
  expiring("append() continues the versions after events have expired, and reuses no version", async (store) => {
    expectEqual(await store.latestVersion("order.1"), 10, "the version when versions 1 to 4 have expired");
    for (const expected of [0, 4, 6]) {
      const append = store.append("order.1", oneEvent(), { expectedVersion: expected });
      await expectError(append, "version-conflict", { expected, actual: 10 }, `an append expecting ${expected}`);
    }
    expectEqual((await store.append("order.1", oneEvent(), { expectedVersion: 10 })).version, 11, "the next version");
    expectEqual((await appendOne(store, "order.1")).version, 12, "the next version");
    const { version } = await store.append("order.1", oneEvent(), { expectedVersion: "exists" });
    expectEqual(version, 13, 'the next version, with "exists"');
  }),
  expiring(
    "readAll() from an expired start fails, and its error names the first available position",
    async (store, { namespace }) => {
      const remaining = await store.readAll({ after: "oldest-available" }).toArray();
      expectEqual(
        coordinatesOf(remaining),
        countUp(5, 10).map((n) => `order.1@${n}`),
        'the log after "oldest-available"',
      );
      const expired = { namespace, actorId: undefined, firstAvailable: remaining[0]?.position };
      for (
        const options of [{}, { after: "start" }, { limit: 1 }, { types: ["Never"] }, { actors: "order.*" }] as const
      ) {
        const read = store.readAll(options).toArray();
        await expectError(read, "events-expired", expired, `the log, read with ${JSON.stringify(options)}`);
      }
    },
  ),
  {
    name: "readAll() accepts the position at the end of the last expired commit, and fails after an earlier position",
    invariant: "retention",
    requires: "retainCommits",
    run: async (context) => {
      const { store, positions } = await expireFour(context);
      const remaining = await store.readAll({ after: "oldest-available" }).toArray();
      for (const version of [4, 5, 6, 9, 10]) {
        const read = await store.readAll({ after: positions[version - 1] }).toArray();
        expectEqual(
          versionsOf(read),
          countUp(version + 1, 10),
          `the log after version ${version}, where 5 to 10 remain`,
        );
      }
      for (const version of [1, 2, 3]) {
        const read = store.readAll({ after: positions[version - 1] }).toArray();
        const fields = { namespace: context.namespace, firstAvailable: remaining[0]?.position };
        await expectError(read, "events-expired", fields, `the log after version ${version}, where 5 to 10 remain`);
      }
    },
  },
  {
    name: "append() with the commit id of an expired commit throws a conflict, and stores no second commit",
    invariant: "retention",
    requires: "retainCommits",
    run: async (context) => {
      const store = (await context.retainCommits(3)).store(context.namespace);
      for (const n of countUp(0, 4)) {
        await store.append("order.1", someEvents(2), { expectedVersion: n * 2, commitId: `c${n}` });
      }
      for (const n of [0, 1]) {
        const append = store.append("order.1", someEvents(2), { expectedVersion: n * 2, commitId: `c${n}` });
        await expectError(
          append,
          "version-conflict",
          { expected: n * 2, actual: 10 },
          `commit c${n}, which has expired`,
        );
      }
      for (const n of [2, 3, 4]) {
        const result = await store.append("order.1", someEvents(2), { expectedVersion: n * 2, commitId: `c${n}` });
        expectEqual([result.version, result.duplicate], [n * 2 + 2, true], `commit c${n}, which remains, repeated`);
      }
      expectEqual(await store.latestVersion("order.1"), 10, "the version after the repeated appends");
    },
  },
  {
    name: "latestVersion() does not change when all events of an actor have expired",
    invariant: "retention",
    requires: "retainCommits",
    run: async (context) => {
      const store = (await context.retainCommits(3)).store(context.namespace);
      await appendCommits(store, "order.1", [2, 1]);
      await appendCommits(store, "order.2", [1, 1, 1]);
      expectEqual(await store.latestVersion("order.1"), 3, 'the version of "order.1", of which no event remains');
      const expired = { namespace: context.namespace, actorId: "order.1", firstAvailable: 4 };
      await expectError(store.read("order.1").toArray(), "events-expired", expired, 'a read of "order.1"');
      const backwards = store.read("order.1", { direction: "backwards", limit: 1 }).toArray();
      await expectError(backwards, "events-expired", expired, 'a read of "order.1" backwards');
      expectEqual(await store.read("order.1", { from: 4 }).toArray(), [], 'a read of "order.1" from firstAvailable');
      const append = store.append("order.1", oneEvent(), { expectedVersion: 0 });
      await expectError(append, "version-conflict", { expected: 0, actual: 3 }, "an append that expects no events");
      expectEqual(
        (await store.append("order.1", oneEvent(), { expectedVersion: "exists" })).version,
        4,
        "the next version",
      );
      expectEqual(
        versionsOf(await store.read("order.1", { from: 4 }).toArray()),
        [4],
        "the versions after the next append",
      );
    },
  },
  {
    name: "read() of an empty range or beyond the end returns no events after all events have expired",
    invariant: "retention",
    requires: "retainCommits",
    run: async (context) => {
      const store = (await context.retainCommits(3)).store(context.namespace);
      await appendCommits(store, "order.1", [2, 1]);
      await appendCommits(store, "order.2", [1, 1, 1]);
      const expired = { namespace: context.namespace, actorId: "order.1", firstAvailable: 4 };
      for (const direction of ["forwards", "backwards"] as const) {
        const empty = [{ from: 2, to: 1 }, { from: 3, to: 2 }, { from: 3, to: 1 }, { from: 4, to: 3 }, {
          from: 9,
          to: 1,
        }];
        for (const range of [...empty, { from: 4 }, { from: 4, to: 9 }, { from: 9 }]) {
          const read = await store.read("order.1", { ...range, direction }).toArray();
          expectEqual(read, [], `versions 1 to 3 have expired, read ${direction} with ${JSON.stringify(range)}`);
        }
        for (const range of [{}, { to: 1 }, { from: 3 }, { from: 3, to: 3 }, { from: 2, to: 9 }, { limit: 1 }]) {
          await expectError(
            store.read("order.1", { ...range, direction }).toArray(),
            "events-expired",
            expired,
            `versions 1 to 3 have expired, read ${direction} with ${JSON.stringify(range)}`,
          );
        }
      }
    },
  },
  {
    name: "retention.maxCommits expires no commit of another namespace",
    invariant: "isolation",
    requires: "retainCommits",
    run: async (context) => {
      const backend: Backend = await context.retainCommits(3);
      const [one, two] = [backend.store(`${context.namespace}-one`), backend.store(`${context.namespace}-two`)];
      await appendCommits(two, "order.1", [1, 1, 1]);
      await appendCommits(one, "order.1", countUp(1, 8).map(() => 1));
      expectEqual(versionsOf(await two.read("order.1").toArray()), [1, 2, 3], "the versions in the other namespace");
      expectEqual(await two.latestVersion("order.1"), 3, "the version in the other namespace");
      const read = one.read("order.1").toArray();
      await expectError(
        read,
        "events-expired",
        { namespace: one.namespace, firstAvailable: 6 },
        "a read in the first namespace",
      );
    },
  },
];

/**
 * A case on a store that keeps three commits, after five commits of two events to "order.1": versions 5 to 10 remain.
 */
function expiring(
  name: string,
  check: (store: EventStore, context: CaseContext) => Promise<void>,
): CaseDefinition {
  return {
    name,
    invariant: "retention",
    requires: "retainCommits",
    run: async (context) => {
      const { store } = await expireFour(context);
      await check(store, context);
    },
  };
}

/** Stores five commits of two events in a store that keeps three commits, so that versions 1 to 4 have expired. */
async function expireFour(context: CaseContext): Promise<{ store: EventStore; positions: Position[] }> {
  const store = (await context.retainCommits(3)).store(context.namespace);
  const positions = [];
  for (const n of countUp(0, 4)) {
    await store.append("order.1", someEvents(2), { expectedVersion: n * 2 });
    for (const { position } of await store.read("order.1", { from: n * 2 + 1 }).toArray()) positions.push(position);
  }
  return { store, positions };
}
