import type { CaseDefinition } from "../case_definition.ts";
import { isAetherError } from "../../src/errors/is_aether_error.ts";
import { expectEqual, expectError, expectThrows, expectTrue } from "../expect.ts";
import { appendCommits, countUp, oneEvent, versionsOf } from "../fixtures.ts";

/** An aborted signal ends its operation with its reason, and leaves no partial result. */
export const abortCases: readonly CaseDefinition[] = [
  {
    name: "append() with an aborted signal stores nothing, and rejects with the signal's reason as the cause",
    invariant: "endings",
    run: async (context) => {
      const store = await context.store();
      const reason = new Error("too late");
      const signal = AbortSignal.abort(reason);
      for (const expectedVersion of [0, "any"] as const) {
        const append = store.append("order.1", oneEvent(), { expectedVersion, signal });
        await expectError(append, "aborted", { cause: reason }, `an append expecting ${expectedVersion}`);
      }
      expectEqual(await store.latestVersion("order.1"), 0, "the version after the refusals");
      expectEqual(await store.readAll().toArray(), [], "the log after the refusals");
    },
  },
  {
    name: "append() whose signal is aborted while it waits rejects with AbortError only if it stored nothing",
    invariant: "endings",
    run: async (context) => {
      const store = await context.store();
      for (const n of countUp(1, 10)) {
        const controller = new AbortController();
        const options = { expectedVersion: 0, commitId: "c1", signal: controller.signal };
        const appending = store.append(`order.${n}`, oneEvent(), options).catch((error: unknown) => error);
        for (let i = 0; i < n; i++) await Promise.resolve();
        controller.abort();
        const result = await context.wait(appending, "an append that is aborted");
        const version = await store.latestVersion(`order.${n}`);
        if (isAetherError(result, "aborted")) expectEqual(version, 0, "the version after an append that was aborted");
        else if (!(result instanceof Error)) expectEqual(version, 1, "the version after an append that succeeded");
        else expectTrue(isAetherError(result, "outcome-unknown"), `an append that is aborted fails with ${result}`);
        // With any outcome of the first append, repeating it leaves one commit.
        const again = await store.append(`order.${n}`, oneEvent(), { expectedVersion: 0, commitId: "c1" });
        const latest = await store.latestVersion(`order.${n}`);
        expectEqual([again.version, latest], [1, 1], "the versions after the repeated append");
      }
    },
  },
  {
    name: "read(), readAll(), subscribe(), latestVersion(), end() and snapshots refuse an aborted signal",
    invariant: "endings",
    run: async (context) => {
      const store = await context.store();
      await appendCommits(store, "order.1", [1]);
      const reason = { why: "no error, any value" };
      const options = { signal: AbortSignal.abort(reason) };
      const fields = { cause: reason };
      expectThrows(() => store.read("order.1", options), "aborted", fields, "read");
      expectThrows(() => store.readAll(options), "aborted", fields, "readAll");
      expectThrows(() => store.subscribe(options), "aborted", fields, "subscribe");
      await expectError(store.latestVersion("order.1", options), "aborted", fields, "latestVersion");
      await expectError(store.end(options), "aborted", fields, "end");
      await expectError(store.snapshots.latest("order.1", options), "aborted", fields, "snapshots.latest");
      const snapshot = { version: 1, schema: 1, eventId: "e1", state: {} };
      await expectError(store.snapshots.put("order.1", snapshot, options), "aborted", fields, "snapshots.put");
      expectEqual(await store.snapshots.latest("order.1"), undefined, "the snapshot that was not put");
    },
  },
  {
    name: "read() and readAll() fail at the next event after their signal is aborted",
    invariant: "endings",
    run: async (context) => {
      const store = await context.store();
      await appendCommits(store, "order.1", [2, 2]);
      for (const name of ["read", "readAll"] as const) {
        const controller = new AbortController();
        const reason = new Error("enough");
        const options = { signal: controller.signal };
        const seen: number[] = [];
        await expectError(
          async () => {
            for await (const { version } of name === "read" ? store.read("order.1", options) : store.readAll(options)) {
              seen.push(version);
              if (version === 2) controller.abort(reason);
            }
          },
          "aborted",
          { cause: reason },
          `${name}, aborted at its second event`,
        );
        expectEqual(seen, [1, 2], "the versions that were returned before");
      }
    },
  },
  {
    name: "toArray() fails if the signal of its reader was aborted before the iteration",
    invariant: "endings",
    run: async (context) => {
      const store = await context.store();
      await appendCommits(store, "order.1", [2]);
      const controller = new AbortController();
      const reason = new Error("not any more");
      const options = { signal: controller.signal };
      const readers = [store.read("order.1", options), store.readAll(options)];
      controller.abort(reason);
      for (const reader of readers) {
        await expectError(
          reader.toArray(),
          "aborted",
          { cause: reason, name: "AbortError" },
          "toArray() after the abort",
        );
      }
    },
  },
  {
    name: "append() and read() ignore a signal that is aborted after they have ended",
    invariant: "endings",
    run: async (context) => {
      const store = await context.store();
      const controller = new AbortController();
      const { signal } = controller;
      await store.append("order.1", oneEvent(), { expectedVersion: 0, signal });
      const events = await store.read("order.1", { signal }).toArray();
      controller.abort();
      expectEqual(versionsOf(events), [1], "the versions that were read");
      expectEqual(versionsOf(await store.read("order.1").toArray()), [1], "the versions that are read now");
    },
  },
];
