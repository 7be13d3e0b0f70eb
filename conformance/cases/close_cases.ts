import type { EventStore } from "../../src/store/event_store.ts";
import type { CaseDefinition } from "../case_definition.ts";
import { expectEqual, expectError, expectThrows } from "../expect.ts";
import { appendCommits, appendOne, countUp, oneEvent, versionsOf } from "../fixtures.ts";

/** A closed object refuses calls, ends its operations, and leaves other objects open. */
export const closeCases: readonly CaseDefinition[] = [
  {
    name: "After a store was closed, everything asked of it says closed",
    invariant: "endings",
    run: async (scene) => {
      const backend = await scene.open();
      const store = backend.store(scene.namespace);
      await appendCommits(store, "order.1", [2]);
      await store.close();
      await checkClosed(store);
      expectEqual(await backend.store(scene.namespace).latestVersion("order.1"), 2, "the version after the refusals");
    },
  },
  {
    name: "After the backend was closed, everything asked of it and of its stores says closed",
    invariant: "endings",
    run: async (scene) => {
      const backend = await scene.open();
      const store = backend.store(scene.namespace);
      await appendCommits(store, "order.1", [2]);
      const grant = backend.grant(">", { reason: "conformance" });
      await backend.close();
      await checkClosed(store);
      expectThrows(() => backend.store(scene.namespace), "closed", {}, "backend.store");
      expectThrows(() => backend.grant(">", { reason: "conformance" }), "closed", {}, "backend.grant");
      expectThrows(() => backend.namespaces(grant), "closed", {}, "backend.namespaces");
    },
  },
  {
    name: "Closing twice, at once or later, and by disposing, is closing",
    invariant: "endings",
    run: async (scene) => {
      const backend = await scene.open();
      const store = backend.store(scene.namespace);
      await appendCommits(store, "order.1", [1]);
      await scene.wait(Promise.all([store.close(), store.close()]), "two calls of close of a store");
      await scene.wait(store[Symbol.asyncDispose](), "the disposal of a closed store");
      await scene.wait(Promise.all([backend.close(), backend.close()]), "two calls of close of a backend");
      await scene.wait(backend[Symbol.asyncDispose](), "the disposal of a closed backend");
      await scene.wait(store.close(), "close of a store of a closed backend");
    },
  },
  {
    name: "Closing a store leaves other stores of its namespace, and what is stored, as they were",
    invariant: "endings",
    run: async (scene) => {
      const backend = await scene.open();
      const [one, two] = [backend.store(scene.namespace), backend.store(scene.namespace)];
      await appendCommits(one, "order.1", [2]);
      await one.close();
      expectEqual((await appendOne(two, "order.1")).version, 3, "the version after an append by the other store");
      const three = backend.store(scene.namespace);
      expectEqual(versionsOf(await three.read("order.1").toArray()), [1, 2, 3], "what a new store reads");
    },
  },
  {
    name: "A read that is going on fails when its store is closed",
    invariant: "endings",
    run: async (scene) => {
      const backend = await scene.open();
      await appendCommits(backend.store(scene.namespace), "order.1", [2, 2]);
      for (const name of ["read", "readAll"] as const) {
        const store = backend.store(scene.namespace);
        const unused = name === "read" ? store.read("order.1") : store.readAll();
        const seen: number[] = [];
        await expectError(
          async () => {
            for await (const { version } of name === "read" ? store.read("order.1") : store.readAll()) {
              seen.push(version);
              if (version === 2) await store.close();
            }
          },
          "closed",
          {},
          `${name}, closed at its second event`,
        );
        expectEqual(seen, [1, 2], "the versions that were given before");
        await expectError(unused.toArray(), "closed", {}, `${name}, not yet used when the store was closed`);
      }
    },
  },
  {
    name: "An append that is going on when its store is closed is done before close resolves",
    invariant: "endings",
    run: async (scene) => {
      const backend = await scene.open();
      const store = backend.store(scene.namespace);
      await appendOne(store, "order.1");
      const appends = countUp(1, 20).map((n) => store.append(`order.${n}`, oneEvent(), { expectedVersion: "any" }));
      const done = Promise.allSettled(appends);
      await scene.wait(store.close(), "close of a store with appends going on");
      const other = backend.store(scene.namespace);
      const results = await scene.wait(done, "the appends that were going on");
      for (const [i, result] of results.entries()) {
        const stored = await other.latestVersion(`order.${i + 1}`) - (i === 0 ? 1 : 0);
        expectEqual(
          stored,
          result.status === "fulfilled" ? 1 : 0,
          `what is stored of an append that is ${result.status}`,
        );
      }
    },
  },
  {
    name: "A reader is for one use, by iteration or by toArray()",
    invariant: "refusals",
    run: async (scene) => {
      const store = await scene.store();
      await appendCommits(store, "order.1", [2]);
      for (const reader of [store.read("order.1"), store.readAll()]) {
        await reader.toArray();
        const fields = { argument: "reader" };
        await expectError(reader.toArray(), "invalid-argument", fields, "toArray() after toArray()");
        const iterate = async () => {
          for await (const _ of reader) break;
        };
        await expectError(iterate, "invalid-argument", fields, "an iteration after toArray()");
      }
      const left = store.read("order.1");
      for await (const _ of left) break;
      await expectError(left.toArray(), "invalid-argument", { argument: "reader" }, "toArray() after an iteration");
    },
  },
];

async function checkClosed(store: EventStore): Promise<void> {
  const append = store.append("order.1", oneEvent(), { expectedVersion: "any" });
  await expectError(append, "closed", {}, "append");
  await expectError(store.latestVersion("order.1"), "closed", {}, "latestVersion");
  await expectError(store.end(), "closed", {}, "end");
  expectThrows(() => store.read("order.1"), "closed", {}, "read");
  expectThrows(() => store.readAll(), "closed", {}, "readAll");
  expectThrows(() => store.subscribe(), "closed", {}, "subscribe");
  const snapshot = { version: 1, schema: 1, eventId: "e1", state: {} };
  await expectError(store.snapshots.put("order.1", snapshot), "closed", {}, "snapshots.put");
  await expectError(store.snapshots.latest("order.1"), "closed", {}, "snapshots.latest");
}
