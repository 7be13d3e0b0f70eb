import type { Backend } from "../../src/backend/backend.ts";
import type { Position } from "../../src/base/position.ts";
import type { EventStore } from "../../src/store/event_store.ts";
import type { CaseDefinition } from "../case_definition.ts";
import { expectEqual, expectError } from "../expect.ts";
import { appendCommits, appendOne, coordinatesOf, countUp, oneEvent, someEvents, versionsOf } from "../fixtures.ts";
import type { CaseContext } from "../case_context.ts";

/** Retention of one actor: what has expired, what is left, and what says so. */
export const retentionCases: readonly CaseDefinition[] = [
  expiring(
    "Events up to a version expire together, and the read of what has expired says where history begins",
    async (store, { namespace }) => {
      const gone = { namespace, actorId: "order.1", firstAvailable: 5 };
      for (
        const options of [{}, { from: 1 }, { from: 4 }, { to: 3 }, { from: 2, to: 4 }, { limit: 1 }, { from: 4, to: 9 }]
      ) {
        const read = store.read("order.1", options).toArray();
        await expectError(
          read,
          "events-expired",
          gone,
          `versions 5 to 10 are left, read with ${JSON.stringify(options)}`,
        );
      }
    },
  ),
  expiring("What is left is read from its first version, and by ranges within it", async (store) => {
    const rows = [
      [{ from: 5 }, countUp(5, 10)],
      [{ from: 6, to: 8 }, [6, 7, 8]],
      [{ from: 7, limit: 2 }, [7, 8]],
      [{ from: 11 }, []],
    ] as const;
    for (const [options, versions] of rows) {
      const read = await store.read("order.1", options).toArray();
      expectEqual(versionsOf(read), versions, `versions 5 to 10 are left, read with ${JSON.stringify(options)}`);
    }
  }),
  expiring(
    "A read backwards gives what is left, and fails only where it would go on into what has expired",
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
        expectEqual(versionsOf(read), versions, `versions 5 to 10 are left, read with ${JSON.stringify(options)}`);
        const iterated = [];
        for await (const event of store.read("order.1", options)) iterated.push(event);
        expectEqual(iterated, read, `the same, iterated, with ${JSON.stringify(options)}`);
      }
      const passing = [[{}, countUp(5, 10)], [{ limit: 7 }, countUp(5, 10)], [{ from: 4 }, countUp(5, 10)], [
        { to: 4 },
        [],
      ]];
      for (const [options, versions] of passing as [object, number[]][]) {
        const seen: number[] = [];
        await expectError(
          async () => {
            for await (const event of store.read("order.1", { ...backwards, ...options })) seen.push(event.version);
          },
          "events-expired",
          { actorId: "order.1", firstAvailable: 5 },
          `versions 5 to 10 are left, read backwards with ${JSON.stringify(options)}`,
        );
        expectEqual(seen, versions.toReversed(), `what came before the error, with ${JSON.stringify(options)}`);
      }
    },
  ),
  expiring("Versions go on after events have expired: none is used again", async (store) => {
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
  expiring("The log says that its beginning has expired, and where it begins now", async (store, { namespace }) => {
    const left = await store.readAll({ after: "oldest-available" }).toArray();
    expectEqual(coordinatesOf(left), countUp(5, 10).map((n) => `order.1@${n}`), 'the log after "oldest-available"');
    const gone = { namespace, actorId: undefined, firstAvailable: left[0]?.position };
    for (
      const options of [{}, { after: "start" }, { limit: 1 }, { types: ["Never"] }, { actors: "order.*" }] as const
    ) {
      const read = store.readAll(options).toArray();
      await expectError(read, "events-expired", gone, `the log, read with ${JSON.stringify(options)}`);
    }
  }),
  {
    name: "A checkpoint at the end of the last expired commit works, an earlier one says that events have expired",
    invariant: "retention",
    requires: "retainCommits",
    run: async (scene) => {
      const { store, positions } = await expireFour(scene);
      const left = await store.readAll({ after: "oldest-available" }).toArray();
      for (const version of [4, 5, 6, 9, 10]) {
        const read = await store.readAll({ after: positions[version - 1] }).toArray();
        expectEqual(
          versionsOf(read),
          countUp(version + 1, 10),
          `the log after version ${version}, where 5 to 10 are left`,
        );
      }
      for (const version of [1, 2, 3]) {
        const read = store.readAll({ after: positions[version - 1] }).toArray();
        const fields = { namespace: scene.namespace, firstAvailable: left[0]?.position };
        await expectError(read, "events-expired", fields, `the log after version ${version}, where 5 to 10 are left`);
      }
    },
  },
  {
    name: "A commit id whose commit has expired is a conflict, never a second commit",
    invariant: "retention",
    requires: "retainCommits",
    run: async (scene) => {
      const store = (await scene.retainCommits(3)).store(scene.namespace);
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
        expectEqual([result.version, result.duplicate], [n * 2 + 2, true], `commit c${n}, which is left, repeated`);
      }
      expectEqual(await store.latestVersion("order.1"), 10, "the version after all that");
    },
  },
  {
    name: "An actor whose events have all expired keeps its version",
    invariant: "retention",
    requires: "retainCommits",
    run: async (scene) => {
      const store = (await scene.retainCommits(3)).store(scene.namespace);
      await appendCommits(store, "order.1", [2, 1]);
      await appendCommits(store, "order.2", [1, 1, 1]);
      expectEqual(await store.latestVersion("order.1"), 3, 'the version of "order.1", which has nothing left');
      const gone = { namespace: scene.namespace, actorId: "order.1", firstAvailable: 4 };
      await expectError(store.read("order.1").toArray(), "events-expired", gone, 'a read of "order.1"');
      const backwards = store.read("order.1", { direction: "backwards", limit: 1 }).toArray();
      await expectError(backwards, "events-expired", gone, 'a read of "order.1" backwards');
      expectEqual(await store.read("order.1", { from: 4 }).toArray(), [], 'a read of "order.1" from firstAvailable');
      const append = store.append("order.1", oneEvent(), { expectedVersion: 0 });
      await expectError(append, "version-conflict", { expected: 0, actual: 3 }, "an append that expects no events");
      expectEqual(
        (await store.append("order.1", oneEvent(), { expectedVersion: "exists" })).version,
        4,
        "the next one",
      );
      expectEqual(versionsOf(await store.read("order.1", { from: 4 }).toArray()), [4], "what is left of it then");
    },
  },
  {
    name: "An empty range and one beyond the end have no events, if all events of the actor expired",
    invariant: "retention",
    requires: "retainCommits",
    run: async (scene) => {
      const store = (await scene.retainCommits(3)).store(scene.namespace);
      await appendCommits(store, "order.1", [2, 1]);
      await appendCommits(store, "order.2", [1, 1, 1]);
      const gone = { namespace: scene.namespace, actorId: "order.1", firstAvailable: 4 };
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
            gone,
            `versions 1 to 3 have expired, read ${direction} with ${JSON.stringify(range)}`,
          );
        }
      }
    },
  },
  {
    name: "Expiry in one namespace does not change another",
    invariant: "isolation",
    requires: "retainCommits",
    run: async (scene) => {
      const backend: Backend = await scene.retainCommits(3);
      const [one, two] = [backend.store(`${scene.namespace}-one`), backend.store(`${scene.namespace}-two`)];
      await appendCommits(two, "order.1", [1, 1, 1]);
      await appendCommits(one, "order.1", countUp(1, 8).map(() => 1));
      expectEqual(versionsOf(await two.read("order.1").toArray()), [1, 2, 3], "the versions in the other namespace");
      expectEqual(await two.latestVersion("order.1"), 3, "the version in the other namespace");
      const read = one.read("order.1").toArray();
      await expectError(read, "events-expired", { namespace: one.namespace, firstAvailable: 6 }, "a read in the first");
    },
  },
];

/** A case on a store that keeps three commits, with five of two events appended to "order.1": 5 to 10 are left. */
function expiring(
  name: string,
  check: (store: EventStore, scene: CaseContext) => Promise<void>,
): CaseDefinition {
  return {
    name,
    invariant: "retention",
    requires: "retainCommits",
    run: async (scene) => {
      const { store } = await expireFour(scene);
      await check(store, scene);
    },
  };
}

async function expireFour(scene: CaseContext): Promise<{ store: EventStore; positions: Position[] }> {
  const store = (await scene.retainCommits(3)).store(scene.namespace);
  const positions = [];
  for (const n of countUp(0, 4)) {
    await store.append("order.1", someEvents(2), { expectedVersion: n * 2 });
    for (const { position } of await store.read("order.1", { from: n * 2 + 1 }).toArray()) positions.push(position);
  }
  return { store, positions };
}
