import type { SnapshotStore } from "../../src/store/snapshot_store.ts";
import type { CaseDefinition } from "../case_definition.ts";
import { expectEqual, expectError, expectTrue } from "../expect.ts";
import { appendCommits, countUp, oneEvent } from "../fixtures.ts";

/** Snapshots: stored beside the events, found by version, and without effect on the events. */
export const snapshotCases: readonly CaseDefinition[] = [
  {
    name: "snapshots.latest() returns undefined without a snapshot",
    invariant: "snapshots",
    run: async (context) => {
      const store = await context.store();
      expectEqual(await store.snapshots.latest("order.1"), undefined, "the snapshot in an unused namespace");
      await appendCommits(store, "order.1", [2]);
      expectEqual(await store.snapshots.latest("order.1"), undefined, "the snapshot of an actor with events only");
      expectEqual(
        await store.snapshots.latest("order.1", { atMost: 1 }),
        undefined,
        "the snapshot of an actor with events only, at most version 1",
      );
    },
  },
  {
    name: "snapshots.latest() returns a snapshot unchanged",
    invariant: "snapshots",
    run: async (context) => {
      const { snapshots } = await context.store();
      const states = [{ items: [{ sku: "é 😀" }], total: 0.1, none: null }, [], "", 0, false, null, {
        __: { constructor: 1 },
      }];
      for (const [i, state] of states.entries()) {
        const snapshot = { version: i + 1, schema: i, eventId: `event-${i}`, state };
        await snapshots.put("order.1", snapshot);
        expectEqual(await snapshots.latest("order.1"), snapshot, `the snapshot of version ${i + 1}`);
      }
    },
  },
  {
    name: "snapshots.put() without keep keeps only the newest snapshot",
    invariant: "snapshots",
    run: async (context) => {
      const { snapshots } = await context.store();
      for (const version of [1, 2, 3]) await put(snapshots, "order.1", version);
      expectEqual((await snapshots.latest("order.1"))?.version, 3, "the newest version");
      expectEqual(await snapshots.latest("order.1", { atMost: 2 }), undefined, "a snapshot at most of version 2");
    },
  },
  {
    name: "snapshots.put() keeps the given number of newest snapshots, and atMost finds the older ones",
    invariant: "snapshots",
    run: async (context) => {
      const { snapshots } = await context.store();
      for (const version of [2, 4, 6, 8, 10]) await put(snapshots, "order.1", version, 3);
      const rows: [atMost: number | undefined, version: number | undefined][] = [
        [undefined, 10],
        [Number.MAX_SAFE_INTEGER, 10],
        [10, 10],
        [9, 8],
        [8, 8],
        [7, 6],
        [6, 6],
        [5, undefined],
        [1, undefined],
      ];
      for (const [atMost, version] of rows) {
        const found = await snapshots.latest("order.1", { atMost });
        expectEqual(
          [found?.version, found?.state],
          [version, version && { at: version }],
          `the snapshot with atMost ${atMost}`,
        );
      }
      await put(snapshots, "order.1", 12, 1);
      expectEqual(
        await snapshots.latest("order.1", { atMost: 11 }),
        undefined,
        "an older snapshot after a put that keeps one snapshot",
      );
    },
  },
  {
    name: "snapshots.put() replaces a snapshot of the same version",
    invariant: "snapshots",
    run: async (context) => {
      const { snapshots } = await context.store();
      await put(snapshots, "order.1", 1, 3);
      for (const schema of [1, 2, 3]) {
        await snapshots.put("order.1", { version: 2, schema, eventId: `e${schema}`, state: schema }, { keep: 3 });
      }
      const expected = { version: 2, schema: 3, eventId: "e3", state: 3 };
      expectEqual(await snapshots.latest("order.1"), expected, "the snapshot of version 2");
      expectEqual((await snapshots.latest("order.1", { atMost: 1 }))?.version, 1, "the older snapshot, which is kept");
    },
  },
  {
    name: "snapshots.put() of an older version does not change the latest snapshot",
    invariant: "snapshots",
    run: async (context) => {
      const { snapshots } = await context.store();
      await put(snapshots, "order.1", 5, 2);
      await put(snapshots, "order.1", 3, 2);
      expectEqual((await snapshots.latest("order.1"))?.version, 5, "the latest version, with two kept");
      expectEqual(
        (await snapshots.latest("order.1", { atMost: 4 }))?.version,
        3,
        "the version at most 4, with two kept",
      );
      await put(snapshots, "order.1", 4, 1);
      expectEqual((await snapshots.latest("order.1"))?.version, 5, "the latest version, with one kept");
    },
  },
  {
    name: "snapshots.put() changes no snapshot of another actor",
    invariant: "snapshots",
    run: async (context) => {
      const { snapshots } = await context.store();
      const actors = ["order", "order.1", "order.1.lines", "order.2"];
      for (const [i, actorId] of actors.entries()) await put(snapshots, actorId, i + 1);
      for (const version of [20, 21, 22]) await put(snapshots, "order.1", version);
      for (const [i, actorId] of actors.entries()) {
        const expected = actorId === "order.1" ? 22 : i + 1;
        expectEqual(
          (await snapshots.latest(actorId))?.version,
          expected,
          `the version of the snapshot of "${actorId}"`,
        );
      }
    },
  },
  {
    name: "snapshots.latest() returns a snapshot of 1.5 MB unchanged",
    invariant: "snapshots",
    run: async (context) => {
      const { snapshots } = await context.store();
      // The state is hard to compress, so that it stays large in transit.
      let seed = 7;
      const random = () => (seed = (seed * 48_271) % 2_147_483_647).toString(36);
      const items = countUp(1, 120_000).map(() => random());
      const state = { items, text: "é".repeat(300_000) };
      await snapshots.put("order.1", { version: 9, schema: 1, eventId: "e9", state });
      await put(snapshots, "order.2", 1);
      const found = await snapshots.latest("order.1");
      expectTrue(JSON.stringify(found?.state) === JSON.stringify(state), "the large state is returned unchanged");
      await put(snapshots, "order.1", 10);
      expectEqual(
        (await snapshots.latest("order.1"))?.state,
        { at: 10 },
        "the small state that replaces the large state",
      );
    },
  },
  {
    name: "snapshots.put() copies the state, and snapshots.latest() returns it deeply frozen",
    invariant: "immutability",
    run: async (context) => {
      const { snapshots } = await context.store();
      const state = { items: [{ sku: "A" }] };
      const putting = snapshots.put("order.1", { version: 1, schema: 1, eventId: "e1", state });
      state.items[0]!.sku = "B";
      await putting;
      state.items.push({ sku: "C" });
      const found = (await snapshots.latest("order.1"))!;
      expectEqual(found.state, { items: [{ sku: "A" }] }, "the state");
      const { items } = found.state as typeof state;
      expectTrue([found, found.state, items, items[0]].every(Object.isFrozen), "every part of the snapshot is frozen");
    },
  },
  {
    name: "snapshots.put() changes no version and no log",
    invariant: "snapshots",
    run: async (context) => {
      const store = await context.store();
      await put(store.snapshots, "order.1", 7);
      expectEqual(await store.latestVersion("order.1"), 0, "the version of an actor with a snapshot only");
      expectEqual(await store.readAll().toArray(), [], "the log");
      const append = store.append("order.1", oneEvent(), { expectedVersion: 7 });
      await expectError(append, "version-conflict", { actual: 0 }, "an append that expects the snapshot's version");
      expectEqual((await store.append("order.1", oneEvent(), { expectedVersion: 0 })).version, 1, "the first version");
      expectEqual((await store.snapshots.latest("order.1"))?.version, 7, "the unchanged snapshot");
    },
  },
  {
    name: "snapshots.put() and snapshots.latest() refuse invalid arguments, and store nothing",
    invariant: "refusals",
    run: async (context) => {
      const { snapshots } = await context.store();
      const good = { version: 1, schema: 1, eventId: "e1", state: {} };
      const bad: [change: object, code: "invalid-argument" | "invalid-event"][] = [
        [{ version: 0 }, "invalid-argument"],
        [{ version: 1.5 }, "invalid-argument"],
        [{ version: undefined }, "invalid-argument"],
        [{ schema: -1 }, "invalid-argument"],
        [{ schema: "1" }, "invalid-argument"],
        [{ eventId: "" }, "invalid-argument"],
        [{ eventId: "with space" }, "invalid-argument"],
        [{ state: undefined }, "invalid-event"],
        [{ state: { when: new Date(0) } }, "invalid-event"],
        [{ state: () => 1 }, "invalid-event"],
        [{ unknown: 1 }, "invalid-argument"],
      ];
      for (const [change, code] of bad) {
        const title = `put with ${Object.keys(change)} ${String(Object.values(change)[0])}`;
        await expectError(snapshots.put("order.1", { ...good, ...change } as never), code, {}, title);
      }
      for (const keep of [0, -1, 1.5, 101, "1", NaN]) {
        const fields = { argument: "keep" };
        await expectError(
          snapshots.put("order.1", good, { keep } as never),
          "invalid-argument",
          fields,
          `keep ${keep}`,
        );
      }
      for (const atMost of [0, -1, 1.5, "1", NaN]) {
        const fields = { argument: "atMost" };
        await expectError(
          snapshots.latest("order.1", { atMost } as never),
          "invalid-argument",
          fields,
          `atMost ${atMost}`,
        );
      }
      await expectError(
        snapshots.put("order..1", good),
        "invalid-actor-id",
        { value: "order..1" },
        "put of a bad actor",
      );
      expectEqual(await snapshots.latest("order.1"), undefined, "the snapshot after the refusals");
    },
  },
];

function put(snapshots: SnapshotStore, actorId: string, version: number, keep?: number): Promise<void> {
  return snapshots.put(actorId, { version, schema: 1, eventId: `e${version}`, state: { at: version } }, { keep });
}
