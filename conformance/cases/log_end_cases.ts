import type { CaseDefinition } from "../case_definition.ts";
import { expectEqual, expectError, expectTrue } from "../expect.ts";
import { SubscriptionRecorder } from "../subscription_recorder.ts";
import { appendCommits, appendOne, coordinatesOf, countUp, oneEvent, someEvents } from "../fixtures.ts";

const BACKWARDS = { direction: "backwards" } as const;

/** The end of a log, as reads see it, and backwards reads from it into expired history. */
export const logEndCases: readonly CaseDefinition[] = [
  {
    name: "The end of a log is the position of its last event, and undefined where nothing was ever appended",
    invariant: "order",
    run: async (scene) => {
      const store = await scene.store();
      expectEqual(await store.end(), undefined, "the end of an unused log");
      for (const [i, size] of [1, 3, 1, 2].entries()) {
        const { position } = await store.append(`order.${i % 2}`, someEvents(size), { expectedVersion: "any" });
        expectEqual(await store.end(), position, `the end of the log after ${i + 1} commits`);
      }
      const last = (await store.readAll().toArray()).at(-1);
      expectEqual(await store.end(), last?.position, "the end of the log, and the position of its last event");
    },
  },
  {
    name: "A reader and a subscription go on after the end of a log with what is appended later",
    invariant: "order",
    run: async (scene) => {
      const store = await scene.store();
      const followed = [];
      for (const [i, after] of [await store.end(), undefined].entries()) {
        followed.push(new SubscriptionRecorder(scene, store.subscribe({ after }), `subscription ${i + 1}`));
      }
      await appendCommits(store, "order.1", [2, 1]);
      const end = await store.end();
      followed.push(new SubscriptionRecorder(scene, store.subscribe({ after: end }), "the subscription after the end"));
      expectEqual(await store.readAll({ after: end }).toArray(), [], "the log after its end");
      await appendOne(store, "order.2");
      expectEqual(
        coordinatesOf(await store.readAll({ after: end }).toArray()),
        ["order.2@1"],
        "the log after it, later",
      );
      for (const one of followed.slice(0, 2)) expectEqual((await one.until(4)).length, 4, "the events from the start");
      expectEqual(coordinatesOf(await followed[2]!.until(1)), ["order.2@1"], "the events after the end");
    },
  },
  {
    name: "Appends to other namespaces do not move the end of a log",
    invariant: "isolation",
    run: async (scene) => {
      const backend = await scene.open();
      const [one, two] = [backend.store(`${scene.namespace}-one`), backend.store(`${scene.namespace}-two`)];
      await appendCommits(one, "order.1", [1, 2, 1]);
      expectEqual(await two.end(), undefined, "the end of the unused namespace");
      const { position } = await appendOne(two, "order.1");
      await appendOne(one, "order.1");
      expectEqual(await two.end(), position, "the end of the second namespace");
    },
  },
  {
    name: "Every store of a namespace tells the same end, which includes what others appended",
    invariant: "durability",
    requires: "sharedStorage",
    run: async (scene) => {
      const open = await scene.sharedStorage();
      const [one, two] = [(await open()).store(scene.namespace), (await open()).store(scene.namespace)];
      expectEqual([await one.end(), await two.end()], [undefined, undefined], "the ends of an unused namespace");
      for (const [writer, reader] of [[one, two], [two, one]] as const) {
        const { position } = await writer.append("order.1", someEvents(2), { expectedVersion: "any" });
        expectEqual([await writer.end(), await reader.end()], [position, position], "the ends after an append");
      }
    },
  },
  {
    name: "The log read backwards gives what is left, and fails only where it would go on into what has expired",
    invariant: "retention",
    requires: "retainCommits",
    run: async (scene) => {
      const store = (await scene.retainCommits(3)).store(scene.namespace);
      const positions = [];
      for (const n of countUp(0, 4)) {
        await store.append(`order.${n % 2}`, someEvents(2), { expectedVersion: "any" });
        positions.push(...(await store.readAll({ ...BACKWARDS, limit: 2 }).toArray()).map(({ position }) => position));
      }
      const left = await store.readAll({ after: "oldest-available" }).toArray();
      const newestFirst = coordinatesOf(left).reverse();
      expectEqual(newestFirst.length, 6, "the number of events that are left");
      const enough = [
        [{ limit: 6 }, newestFirst],
        [{ limit: 1 }, newestFirst.slice(0, 1)],
        [{ after: "oldest-available" }, newestFirst],
        [{ after: "oldest-available", limit: 9 }, newestFirst],
        [{ after: left[1]!.position }, newestFirst.slice(0, 4)],
        [{ before: left[3]!.position, limit: 3 }, newestFirst.slice(3, 6)],
        [{ actors: "order.1", limit: 2 }, newestFirst.filter((place) => place.startsWith("order.1"))],
        [{ after: "oldest-available", before: left[0]!.position }, []],
      ] as const;
      for (const [options, expected] of enough) {
        const read = await store.readAll({ ...BACKWARDS, ...options }).toArray();
        expectEqual(coordinatesOf(read), expected, `the log read backwards with ${JSON.stringify(options)}`);
        const iterated = [];
        for await (const event of store.readAll({ ...BACKWARDS, ...options })) iterated.push(event);
        expectEqual(coordinatesOf(iterated), expected, "the same, iterated");
      }
      const passing = [
        [{}, newestFirst],
        [{ after: "start" }, newestFirst],
        [{ limit: 7 }, newestFirst],
        [{ after: positions[1] }, newestFirst],
        [{ before: left[1]!.position }, newestFirst.slice(5)],
        [{ before: left[0]!.position }, []],
        [{ actors: "order.1" }, newestFirst.filter((place) => place.startsWith("order.1"))],
        [{ actors: "never.*" }, []],
        [{ types: ["Never"] }, []],
      ] as const;
      const fields = { namespace: scene.namespace, firstAvailable: left[0]!.position };
      for (const [options, expected] of passing) {
        const seen: string[] = [];
        const what = `the log read backwards with ${JSON.stringify(options)}`;
        const read = async () => {
          for await (const event of store.readAll({ ...BACKWARDS, ...options })) seen.push(...coordinatesOf([event]));
        };
        await expectError(read, "events-expired", fields, what);
        expectEqual(seen, expected, `what came before the error of ${what}`);
      }
    },
  },
  {
    name: "The end of a log stays where it is when its last commit expires",
    invariant: "retention",
    requires: "retainAge",
    run: async (scene) => {
      const { backend, advanceTime: pass } = await scene.retainAge();
      const store = backend.store(scene.namespace);
      await appendCommits(store, "order.1", [1, 2]);
      const end = await store.end();
      await pass(2);
      expectEqual(
        await store.readAll({ after: "oldest-available" }).toArray(),
        [],
        "the log, of which everything has expired",
      );
      expectEqual(await store.readAll({ after: "oldest-available", ...BACKWARDS }).toArray(), [], "the same backwards");
      expectEqual(await store.end(), end, "the end of the log when everything has expired");
      const read = store.readAll(BACKWARDS).toArray();
      await expectError(read, "events-expired", { firstAvailable: undefined }, "a read of it backwards from the start");
      expectEqual(await store.readAll({ after: end, ...BACKWARDS }).toArray(), [], "the log after its end, backwards");
      const { position } = await store.append("order.1", oneEvent(), { expectedVersion: 3 });
      expectEqual(await store.end(), position, "the end of the log after a further append");
    },
  },
  {
    name: "A read of the log ends at its end as of when it started, while writers go on",
    invariant: "ranges",
    run: async (scene) => {
      const store = await scene.store();
      await appendCommits(store, "order.1", [1, 1, 1]);
      const seen = [];
      for await (const event of store.readAll()) {
        seen.push(event.version);
        expectTrue(seen.length < 50, "a read ends though each of its events is answered by an append");
        await store.append("order.1", oneEvent(), { expectedVersion: "exists" });
      }
      expectEqual(seen, [1, 2, 3], "the versions that stood in the log when the read started");
    },
  },
  {
    name: "A read shows what was acknowledged before its first event was asked for",
    invariant: "durability",
    run: async (scene) => {
      const store = await scene.store();
      const [log, actor] = [store.readAll(), store.read("order.1")];
      await appendCommits(store, "order.1", [2]);
      expectEqual(coordinatesOf(await log.toArray()), ["order.1@1", "order.1@2"], "the log");
      expectEqual(coordinatesOf(await actor.toArray()), ["order.1@1", "order.1@2"], "the actor");
    },
  },
];
