import type { CaseDefinition } from "../case_definition.ts";
import { isAetherError } from "../../src/errors/is_aether_error.ts";
import { checkError, expectEqual, expectError, expectTrue } from "../expect.ts";
import { appendCommits, appendOne, coordinatesOf, countUp, oneEvent, someEvents, versionsOf } from "../fixtures.ts";

/** A full namespace refuses new commits and keeps the stored commits. */
export const quotaCases: readonly CaseDefinition[] = [
  {
    name: "append() stores commits up to the quota, and refuses the next commit as a whole",
    invariant: "quota",
    requires: "quotaCommits",
    run: async (context) => {
      const store = (await context.quotaCommits(3)).store(context.namespace);
      await appendCommits(store, "order.1", [2, 3, 1]);
      const before = await store.readAll().toArray();
      const fields = { namespace: context.namespace };
      for (const [actorId, expectedVersion] of [["order.1", 6], ["order.1", "any"], ["order.2", 0]] as const) {
        const append = store.append(actorId, someEvents(2), { expectedVersion });
        await expectError(append, "quota-exceeded", fields, `an append to "${actorId}" in a full namespace`);
      }
      expectEqual(await store.readAll().toArray(), before, "the log after the refusals");
      expectEqual([await store.latestVersion("order.1"), await store.latestVersion("order.2")], [6, 0], "the versions");
    },
  },
  {
    name: "append() is not refused because another namespace is full",
    invariant: "isolation",
    requires: "quotaCommits",
    run: async (context) => {
      const backend = await context.quotaCommits(2);
      const [full, other] = [backend.store(`${context.namespace}-one`), backend.store(`${context.namespace}-two`)];
      await appendCommits(full, "order.1", [1, 1]);
      const fields = { namespace: full.namespace };
      await expectError(appendOne(full, "order.1"), "quota-exceeded", fields, "an append to the full namespace");
      await appendCommits(other, "order.1", [1, 1]);
      expectEqual(versionsOf(await other.read("order.1").toArray()), [1, 2], "the versions in the other namespace");
    },
  },
  {
    name: "subscribe() and snapshots work in a full namespace",
    invariant: "quota",
    requires: "quotaCommits",
    run: async (context) => {
      const store = (await context.quotaCommits(2)).store(context.namespace);
      await appendCommits(store, "order.1", [1, 2]);
      await expectError(appendOne(store, "order.1"), "quota-exceeded", {}, "an append to a full namespace");
      const followed = [];
      for await (const event of store.subscribe()) {
        followed.push(event);
        if (followed.length === 3) break;
      }
      expectEqual(
        coordinatesOf(followed),
        ["order.1@1", "order.1@2", "order.1@3"],
        "the events that a subscription returned",
      );
      await store.snapshots.put("order.1", { version: 3, schema: 1, eventId: "e3", state: {} });
      expectEqual((await store.snapshots.latest("order.1"))?.version, 3, "the snapshot");
    },
  },
  {
    name: "append() reports conflicts and duplicates in a full namespace",
    invariant: "commitIds",
    requires: "quotaCommits",
    run: async (context) => {
      const store = (await context.quotaCommits(2)).store(context.namespace);
      const options = { expectedVersion: 0, commitId: "c1" };
      const first = await store.append("order.1", someEvents(2), options);
      await store.append("order.1", oneEvent(), { expectedVersion: 2 });
      expectEqual(
        await store.append("order.1", someEvents(2), options),
        { ...first, duplicate: true },
        "the result of the repeated append",
      );
      const append = store.append("order.1", oneEvent(), { expectedVersion: 1 });
      await expectError(
        append,
        "version-conflict",
        { expected: 1, actual: 3 },
        "an append that expects an older version",
      );
    },
  },
  {
    name: "append() refuses commits beyond the quota of bytes, and keeps the stored commits",
    invariant: "quota",
    requires: "quotaBytes",
    run: async (context) => {
      const store = (await context.quotaBytes(20_000)).store(context.namespace);
      const text = "x".repeat(1_000);
      let stored = 0;
      let refusal: unknown;
      while (refusal === undefined && stored < 40) {
        try {
          await store.append("order.1", oneEvent({ text }), { expectedVersion: stored });
          stored++;
        } catch (error) {
          if (!isAetherError(error)) throw error;
          refusal = error;
        }
      }
      checkError(
        refusal,
        "quota-exceeded",
        { namespace: context.namespace },
        `append ${stored + 1} of about 1,100 bytes`,
      );
      expectTrue(stored > 5 && stored < 20, `${stored} commits of about 1,100 bytes are stored within 20,000 bytes`);
      expectEqual(versionsOf(await store.read("order.1").toArray()), countUp(1, stored), "the stored versions");
      expectEqual(await store.latestVersion("order.1"), stored, "the version");
    },
  },
];
