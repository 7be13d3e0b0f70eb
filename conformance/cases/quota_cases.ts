import type { CaseDefinition } from "../case_definition.ts";
import { isAetherError } from "../../src/errors/is_aether_error.ts";
import { checkError, expectEqual, expectError, expectTrue } from "../expect.ts";
import { appendCommits, appendOne, coordinatesOf, countUp, oneEvent, someEvents, versionsOf } from "../fixtures.ts";

/** A full namespace refuses the newest and keeps the rest. */
export const quotaCases: readonly CaseDefinition[] = [
  {
    name: "A namespace takes as many commits as its quota says, and refuses one more without storing any of it",
    invariant: "quota",
    requires: "quotaCommits",
    run: async (scene) => {
      const store = (await scene.quotaCommits(3)).store(scene.namespace);
      await appendCommits(store, "order.1", [2, 3, 1]);
      const before = await store.readAll().toArray();
      const fields = { namespace: scene.namespace };
      for (const [actorId, expectedVersion] of [["order.1", 6], ["order.1", "any"], ["order.2", 0]] as const) {
        const append = store.append(actorId, someEvents(2), { expectedVersion });
        await expectError(append, "quota-exceeded", fields, `an append to "${actorId}" in a full namespace`);
      }
      expectEqual(await store.readAll().toArray(), before, "the log after the refusals");
      expectEqual([await store.latestVersion("order.1"), await store.latestVersion("order.2")], [6, 0], "the versions");
    },
  },
  {
    name: "A full namespace leaves another as it was",
    invariant: "isolation",
    requires: "quotaCommits",
    run: async (scene) => {
      const backend = await scene.quotaCommits(2);
      const [full, other] = [backend.store(`${scene.namespace}-one`), backend.store(`${scene.namespace}-two`)];
      await appendCommits(full, "order.1", [1, 1]);
      const fields = { namespace: full.namespace };
      await expectError(appendOne(full, "order.1"), "quota-exceeded", fields, "an append to the full namespace");
      await appendCommits(other, "order.1", [1, 1]);
      expectEqual(versionsOf(await other.read("order.1").toArray()), [1, 2], "the versions in the other namespace");
    },
  },
  {
    name: "A full namespace is read, followed and given snapshots as before",
    invariant: "quota",
    requires: "quotaCommits",
    run: async (scene) => {
      const store = (await scene.quotaCommits(2)).store(scene.namespace);
      await appendCommits(store, "order.1", [1, 2]);
      await expectError(appendOne(store, "order.1"), "quota-exceeded", {}, "an append to a full namespace");
      const followed = [];
      for await (const event of store.subscribe()) {
        followed.push(event);
        if (followed.length === 3) break;
      }
      expectEqual(coordinatesOf(followed), ["order.1@1", "order.1@2", "order.1@3"], "what a subscription gave");
      await store.snapshots.put("order.1", { version: 3, schema: 1, eventId: "e3", state: {} });
      expectEqual((await store.snapshots.latest("order.1"))?.version, 3, "the snapshot");
    },
  },
  {
    name: "A full namespace still tells conflicts and repeated commits for what they are",
    invariant: "commitIds",
    requires: "quotaCommits",
    run: async (scene) => {
      const store = (await scene.quotaCommits(2)).store(scene.namespace);
      const options = { expectedVersion: 0, commitId: "c1" };
      const first = await store.append("order.1", someEvents(2), options);
      await store.append("order.1", oneEvent(), { expectedVersion: 2 });
      expectEqual(
        await store.append("order.1", someEvents(2), options),
        { ...first, duplicate: true },
        "the repetition",
      );
      const append = store.append("order.1", oneEvent(), { expectedVersion: 1 });
      await expectError(append, "version-conflict", { expected: 1, actual: 3 }, "an append that expects too little");
    },
  },
  {
    name: "A namespace takes no more bytes than its quota says, and keeps what it has taken",
    invariant: "quota",
    requires: "quotaBytes",
    run: async (scene) => {
      const store = (await scene.quotaBytes(20_000)).store(scene.namespace);
      const text = "x".repeat(1_000);
      let taken = 0;
      let refusal: unknown;
      while (refusal === undefined && taken < 40) {
        try {
          await store.append("order.1", oneEvent({ text }), { expectedVersion: taken });
          taken++;
        } catch (error) {
          if (!isAetherError(error)) throw error;
          refusal = error;
        }
      }
      checkError(refusal, "quota-exceeded", { namespace: scene.namespace }, `append ${taken + 1} of about 1,100 bytes`);
      expectTrue(taken > 5 && taken < 20, `${taken} commits of about 1,100 bytes are taken, where 20,000 bytes are`);
      expectEqual(versionsOf(await store.read("order.1").toArray()), countUp(1, taken), "the versions that were taken");
      expectEqual(await store.latestVersion("order.1"), taken, "the version");
    },
  },
];
