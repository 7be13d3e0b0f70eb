import type { EventStore } from "../../src/store/event_store.ts";
import type { CaseDefinition } from "../case_definition.ts";
import { expectEqual, expectError, expectThrows } from "../expect.ts";
import { appendCommits, appendOne, countUp, oneEvent, versionsOf } from "../fixtures.ts";

/** A closed object refuses calls, ends its operations, and leaves other objects open. */
export const closeCases: readonly CaseDefinition[] = [
  {
    name: "store.close() makes every later call of the store fail as closed",
    invariant: "endings",
    run: async (context) => {
      const backend = await context.open();
      const store = backend.store(context.namespace);
      await appendCommits(store, "order.1", [2]);
      await store.close();
      await checkClosed(store);
      expectEqual(await backend.store(context.namespace).latestVersion("order.1"), 2, "the version after the refusals");
    },
  },
  {
    name: "backend.close() makes every later call of the backend and its stores fail as closed",
    invariant: "endings",
    run: async (context) => {
      const backend = await context.open();
      const store = backend.store(context.namespace);
      await appendCommits(store, "order.1", [2]);
      const grant = backend.grant(">", { reason: "conformance" });
      await backend.close();
      await checkClosed(store);
      expectThrows(() => backend.store(context.namespace), "closed", {}, "backend.store");
      expectThrows(() => backend.grant(">", { reason: "conformance" }), "closed", {}, "backend.grant");
      expectThrows(() => backend.namespaces(grant), "closed", {}, "backend.namespaces");
    },
  },
  {
    name: "close() can be called repeatedly, at the same time, later or by disposal",
    invariant: "endings",
    run: async (context) => {
      const backend = await context.open();
      const store = backend.store(context.namespace);
      await appendCommits(store, "order.1", [1]);
      await context.wait(Promise.all([store.close(), store.close()]), "two calls of close of a store");
      await context.wait(store[Symbol.asyncDispose](), "the disposal of a closed store");
      await context.wait(Promise.all([backend.close(), backend.close()]), "two calls of close of a backend");
      await context.wait(backend[Symbol.asyncDispose](), "the disposal of a closed backend");
      await context.wait(store.close(), "close of a store of a closed backend");
    },
  },
  {
    name: "store.close() changes no other store of its namespace and no stored event",
    invariant: "endings",
    run: async (context) => {
      const backend = await context.open();
      const [one, two] = [backend.store(context.namespace), backend.store(context.namespace)];
      await appendCommits(one, "order.1", [2]);
      await one.close();
      expectEqual((await appendOne(two, "order.1")).version, 3, "the version after an append by the other store");
      const three = backend.store(context.namespace);
      expectEqual(versionsOf(await three.read("order.1").toArray()), [1, 2, 3], "the versions that a new store reads");
    },
  },
  {
    name: "store.close() makes running reads fail",
    invariant: "endings",
    run: async (context) => {
      const backend = await context.open();
      await appendCommits(backend.store(context.namespace), "order.1", [2, 2]);
      for (const name of ["read", "readAll"] as const) {
        const store = backend.store(context.namespace);
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
        expectEqual(seen, [1, 2], "the versions that were returned before");
        await expectError(unused.toArray(), "closed", {}, `${name}, not yet used when the store was closed`);
      }
    },
  },
  {
    name: "store.close() waits for running appends",
    invariant: "endings",
    run: async (context) => {
      const backend = await context.open();
      const store = backend.store(context.namespace);
      await appendOne(store, "order.1");
      const appends = countUp(1, 20).map((n) => store.append(`order.${n}`, oneEvent(), { expectedVersion: "any" }));
      const done = Promise.allSettled(appends);
      await context.wait(store.close(), "close of a store with running appends");
      const other = backend.store(context.namespace);
      const results = await context.wait(done, "the running appends");
      for (const [i, result] of results.entries()) {
        const stored = await other.latestVersion(`order.${i + 1}`) - (i === 0 ? 1 : 0);
        expectEqual(
          stored,
          result.status === "fulfilled" ? 1 : 0,
          `the number of stored events of an append that is ${result.status}`,
        );
      }
    },
  },
  {
    name: "toArray() and iteration refuse a reader that was used before",
    invariant: "refusals",
    run: async (context) => {
      const store = await context.store();
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
