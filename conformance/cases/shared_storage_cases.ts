import type { CaseDefinition } from "../case_definition.ts";
import { expectEqual, expectError, expectThrows } from "../expect.ts";
import { SubscriptionRecorder } from "../subscription_recorder.ts";
import { appendCommits, appendOne, coordinatesOf, countUp, oneEvent, someEvents, versionsOf } from "../fixtures.ts";

/** Several backends on one storage, like several processes: each reads the acknowledged commits of other backends. */
export const sharedStorageCases: readonly CaseDefinition[] = [
  {
    name:
      "read() and readAll() return the appends of other backends, whether the reader was opened before or after the appends",
    invariant: "durability",
    requires: "sharedStorage",
    run: async (context) => {
      const open = await context.sharedStorage();
      const [one, two] = [await open(), await open()].map((backend) => backend.store(context.namespace));
      await appendCommits(one!, "order.1", [2, 1]);
      const three = (await open()).store(context.namespace);
      const log = await one!.readAll().toArray();
      for (const [store, name] of [[two!, "opened before"], [three, "opened after"]] as const) {
        expectEqual(await store.latestVersion("order.1"), 3, `the version returned by a backend ${name}`);
        expectEqual(await store.read("order.1").toArray(), log, `the actor read by a backend ${name}`);
        expectEqual(await store.readAll().toArray(), log, `the log read by a backend ${name}`);
      }
    },
  },
  {
    name:
      "append() with an expected version that another backend has passed reports the current version in its conflict",
    invariant: "conflicts",
    requires: "sharedStorage",
    run: async (context) => {
      const open = await context.sharedStorage();
      const [one, two] = [await open(), await open()].map((backend) => backend.store(context.namespace));
      await one!.append("order.1", oneEvent(), { expectedVersion: 0 });
      for (const store of [one!, two!]) {
        expectEqual(await store.latestVersion("order.1"), 1, "the version after one append");
      }
      await two!.append("order.1", someEvents(3), { expectedVersion: 1 });
      await expectError(
        one!.append("order.1", oneEvent(), { expectedVersion: 1 }),
        "version-conflict",
        { expected: 1, actual: 4 },
        "an append that expects the version that this backend stored last",
      );
      const { version } = await one!.append("order.1", oneEvent(), { expectedVersion: 4 });
      expectEqual(version, 5, "the version after an append that expects the version of the conflict");
      for (const store of [one!, two!]) {
        expectEqual(await store.latestVersion("order.1"), 5, "the version after all appends");
      }
      const { version: versionAfterExists } = await two!.append("order.1", oneEvent(), { expectedVersion: "exists" });
      expectEqual(versionAfterExists, 6, 'the version after "exists" by the other backend');
    },
  },
  {
    name: "append() of many concurrent backends at the same version succeeds once",
    invariant: "conflicts",
    requires: "sharedStorage",
    run: async (context) => {
      const open = await context.sharedStorage();
      const stores = [];
      for (let i = 0; i < 4; i++) stores.push((await open()).store(context.namespace));
      for (const round of countUp(0, 9)) {
        const appends = stores.map((store, by) =>
          store.append("order.1", oneEvent({ by }), { expectedVersion: round })
        );
        const results = await Promise.allSettled(appends);
        const winners = results.filter(({ status }) => status === "fulfilled");
        expectEqual(winners.length, 1, `the number of successful appends of round ${round}`);
      }
      expectEqual(versionsOf(await stores[3]!.read("order.1").toArray()), countUp(1, 10), "the versions");
    },
  },
  {
    name: 'append() with "any" succeeds at a distinct version each time, while other backends append',
    invariant: "versions",
    requires: "sharedStorage",
    run: async (context) => {
      const open = await context.sharedStorage();
      const stores = [];
      for (let i = 0; i < 3; i++) stores.push((await open()).store(context.namespace));
      const returned = await Promise.all(stores.map(async (store) => {
        const versions = [];
        for (let i = 0; i < 20; i++) versions.push((await appendOne(store, "order.1")).version);
        return versions;
      }));
      expectEqual(returned.flat().sort((a, b) => a - b), countUp(1, 60), "the versions that the appends returned");
      expectEqual(versionsOf(await stores[0]!.read("order.1").toArray()), countUp(1, 60), "the versions that are read");
    },
  },
  {
    name: "append() with the commit id of another backend's commit returns a duplicate",
    invariant: "commitIds",
    requires: "sharedStorage",
    run: async (context) => {
      const open = await context.sharedStorage();
      const [one, two] = [await open(), await open()].map((backend) => backend.store(context.namespace));
      const options = { expectedVersion: 0, commitId: "c1" };
      const first = await one!.append("order.1", someEvents(3), options);
      expectEqual(
        await two!.append("order.1", someEvents(3), options),
        { ...first, duplicate: true },
        "the result of the repeated append",
      );
      await two!.append("order.1", oneEvent(), { expectedVersion: 3 });
      expectEqual(
        await one!.append("order.1", someEvents(3), options),
        { ...first, duplicate: true },
        "the result of the repeated append",
      );
      expectEqual(coordinatesOf(await one!.readAll().toArray()), countUp(1, 4).map((n) => `order.1@${n}`), "the log");
    },
  },
  {
    name: "subscribe() returns the events of another backend, stored and live, in the order of the log",
    invariant: "following",
    requires: "sharedStorage",
    run: async (context) => {
      const open = await context.sharedStorage();
      const [one, two] = [await open(), await open()].map((backend) => backend.store(context.namespace));
      await appendCommits(one!, "order.1", [2]);
      const subscription = two!.subscribe();
      const followed = new SubscriptionRecorder(context, subscription);
      await context.wait(subscription.caughtUp, "caughtUp of a subscription to the events of another backend");
      for (const n of countUp(1, 10)) await appendOne(n % 2 ? one! : two!, `live.${n}`);
      const log = await one!.readAll().toArray();
      expectEqual(
        coordinatesOf(await followed.until(12)),
        coordinatesOf(log),
        "the events that the subscription returned, compared with the log",
      );
    },
  },
  {
    name: "subscribe() to an unused namespace returns the first event of another backend",
    invariant: "following",
    requires: "sharedStorage",
    run: async (context) => {
      const open = await context.sharedStorage();
      const [one, two] = [await open(), await open()].map((backend) => backend.store(context.namespace));
      const subscription = two!.subscribe({ after: "now" });
      const followed = new SubscriptionRecorder(context, subscription);
      await context.wait(subscription.caughtUp, "caughtUp of a subscription to an unused namespace");
      await appendOne(one!, "order.1");
      expectEqual(coordinatesOf(await followed.until(1)), ["order.1@1"], "the events that the subscription returned");
    },
  },
  {
    name: "readAll() accepts a position that another backend returned",
    invariant: "order",
    requires: "sharedStorage",
    run: async (context) => {
      const open = await context.sharedStorage();
      const [one, two] = [await open(), await open()].map((backend) => backend.store(context.namespace));
      await appendCommits(one!, "order.1", [2, 3]);
      for (const { position, version } of await one!.readAll().toArray()) {
        const rest = await two!.readAll({ after: position }).toArray();
        expectEqual(
          versionsOf(rest),
          countUp(version + 1, 5),
          `the versions that another backend reads after version ${version}`,
        );
      }
    },
  },
  {
    name: "snapshots.latest() and snapshots.put() find and replace snapshots of another backend",
    invariant: "snapshots",
    requires: "sharedStorage",
    run: async (context) => {
      const open = await context.sharedStorage();
      const [one, two] = [await open(), await open()].map((backend) => backend.store(context.namespace).snapshots);
      for (const version of [1, 2]) {
        await one!.put("order.1", { version, schema: 1, eventId: "e", state: "one" }, { keep: 2 });
      }
      expectEqual((await two!.latest("order.1"))?.state, "one", "the state that the other backend finds");
      await two!.put("order.1", { version: 2, schema: 1, eventId: "e", state: "two" }, { keep: 2 });
      expectEqual(
        (await one!.latest("order.1"))?.state,
        "two",
        "the state after the other backend replaced the snapshot",
      );
      expectEqual((await one!.latest("order.1", { atMost: 1 }))?.state, "one", "the older snapshot");
    },
  },
  {
    name: "backend.namespaces() lists the namespaces of another backend, and refuses the grants of that backend",
    invariant: "grants",
    requires: "sharedStorage",
    run: async (context) => {
      const open = await context.sharedStorage();
      const [one, two] = [await open(), await open()];
      await appendOne(one!.store(`${context.namespace}.orders`), "order.1");
      const pattern = `${context.namespace}.>`;
      const grant = two!.grant(pattern, { reason: "conformance" });
      const listed: string[] = await Array.fromAsync(two!.namespaces(grant));
      expectEqual(listed, [`${context.namespace}.orders`], "the namespaces that the other backend lists");
      const foreign = one!.grant(pattern, { reason: "conformance" });
      expectThrows(() => two!.namespaces(foreign), "invalid-grant", {}, "namespaces with a grant of another backend");
    },
  },
];
