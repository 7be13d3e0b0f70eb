import type { CaseDefinition } from "../case_definition.ts";
import { expectEqual, expectError, expectTrue } from "../expect.ts";
import { SubscriptionRecorder } from "../subscription_recorder.ts";
import { appendCommits, appendOne, coordinatesOf, countUp, oneEvent, someEvents } from "../fixtures.ts";

const BACKWARDS = { direction: "backwards" } as const;

/** The end of a log, and backwards reads from the end to expired commits. */
export const logEndCases: readonly CaseDefinition[] = [
  {
    name: "end() returns the position of the last event, and undefined for an unused log",
    invariant: "order",
    run: async (context) => {
      const store = await context.store();
      expectEqual(await store.end(), undefined, "the end of an unused log");
      for (const [i, size] of [1, 3, 1, 2].entries()) {
        const { position } = await store.append(`order.${i % 2}`, someEvents(size), { expectedVersion: "any" });
        expectEqual(await store.end(), position, `the end of the log after ${i + 1} commits`);
      }
      const last = (await store.readAll().toArray()).at(-1);
      expectEqual(
        await store.end(),
        last?.position,
        "the end of the log, compared with the position of its last event",
      );
    },
  },
  {
    name: "readAll() and subscribe() after the end of a log return the events that are appended later",
    invariant: "order",
    run: async (context) => {
      const store = await context.store();
      const followed = [];
      for (const [i, after] of [await store.end(), undefined].entries()) {
        followed.push(new SubscriptionRecorder(context, store.subscribe({ after }), `subscription ${i + 1}`));
      }
      await appendCommits(store, "order.1", [2, 1]);
      const end = await store.end();
      followed.push(
        new SubscriptionRecorder(context, store.subscribe({ after: end }), "the subscription after the end"),
      );
      expectEqual(await store.readAll({ after: end }).toArray(), [], "the log after its end");
      await appendOne(store, "order.2");
      expectEqual(
        coordinatesOf(await store.readAll({ after: end }).toArray()),
        ["order.2@1"],
        "the log after its former end, later",
      );
      for (const one of followed.slice(0, 2)) expectEqual((await one.until(4)).length, 4, "the events from the start");
      expectEqual(coordinatesOf(await followed[2]!.until(1)), ["order.2@1"], "the events after the end");
    },
  },
  {
    name: "end() does not change after appends to other namespaces",
    invariant: "isolation",
    run: async (context) => {
      const backend = await context.open();
      const [one, two] = [backend.store(`${context.namespace}-one`), backend.store(`${context.namespace}-two`)];
      await appendCommits(one, "order.1", [1, 2, 1]);
      expectEqual(await two.end(), undefined, "the end of the unused namespace");
      const { position } = await appendOne(two, "order.1");
      await appendOne(one, "order.1");
      expectEqual(await two.end(), position, "the end of the second namespace");
    },
  },
  {
    name: "end() of every store of a namespace includes the appends of other stores",
    invariant: "durability",
    requires: "sharedStorage",
    run: async (context) => {
      const open = await context.sharedStorage();
      const [one, two] = [(await open()).store(context.namespace), (await open()).store(context.namespace)];
      expectEqual([await one.end(), await two.end()], [undefined, undefined], "the ends of an unused namespace");
      for (const [writer, reader] of [[one, two], [two, one]] as const) {
        const { position } = await writer.append("order.1", someEvents(2), { expectedVersion: "any" });
        expectEqual([await writer.end(), await reader.end()], [position, position], "the ends after an append");
      }
    },
  },
  {
    name: "readAll() backwards returns the remaining events, and fails only if it needs expired events",
    invariant: "retention",
    requires: "retainCommits",
    run: async (context) => {
      const store = (await context.retainCommits(3)).store(context.namespace);
      const positions = [];
      for (const n of countUp(0, 4)) {
        await store.append(`order.${n % 2}`, someEvents(2), { expectedVersion: "any" });
        positions.push(...(await store.readAll({ ...BACKWARDS, limit: 2 }).toArray()).map(({ position }) => position));
      }
      const remaining = await store.readAll({ after: "oldest-available" }).toArray();
      const newestFirst = coordinatesOf(remaining).reverse();
      expectEqual(newestFirst.length, 6, "the number of remaining events");
      const withoutExpired = [
        [{ limit: 6 }, newestFirst],
        [{ limit: 1 }, newestFirst.slice(0, 1)],
        [{ after: "oldest-available" }, newestFirst],
        [{ after: "oldest-available", limit: 9 }, newestFirst],
        [{ after: remaining[1]!.position }, newestFirst.slice(0, 4)],
        [{ before: remaining[3]!.position, limit: 3 }, newestFirst.slice(3, 6)],
        [{ actors: "order.1", limit: 2 }, newestFirst.filter((event) => event.startsWith("order.1"))],
        [{ after: "oldest-available", before: remaining[0]!.position }, []],
      ] as const;
      for (const [options, expected] of withoutExpired) {
        const read = await store.readAll({ ...BACKWARDS, ...options }).toArray();
        expectEqual(coordinatesOf(read), expected, `the log read backwards with ${JSON.stringify(options)}`);
        const iterated = [];
        for await (const event of store.readAll({ ...BACKWARDS, ...options })) iterated.push(event);
        expectEqual(coordinatesOf(iterated), expected, "the same, iterated");
      }
      const intoExpired = [
        [{}, newestFirst],
        [{ after: "start" }, newestFirst],
        [{ limit: 7 }, newestFirst],
        [{ after: positions[1] }, newestFirst],
        [{ before: remaining[1]!.position }, newestFirst.slice(5)],
        [{ before: remaining[0]!.position }, []],
        [{ actors: "order.1" }, newestFirst.filter((event) => event.startsWith("order.1"))],
        [{ actors: "never.*" }, []],
        [{ types: ["Never"] }, []],
      ] as const;
      const fields = { namespace: context.namespace, firstAvailable: remaining[0]!.position };
      for (const [options, expected] of intoExpired) {
        const seen: string[] = [];
        const title = `the log read backwards with ${JSON.stringify(options)}`;
        const read = async () => {
          for await (const event of store.readAll({ ...BACKWARDS, ...options })) seen.push(...coordinatesOf([event]));
        };
        await expectError(read, "events-expired", fields, title);
        expectEqual(seen, expected, `the events before the error of ${title}`);
      }
    },
  },
  {
    name: "end() does not change when the last commit expires",
    invariant: "retention",
    requires: "retainAge",
    run: async (context) => {
      const { backend, advanceTime } = await context.retainAge();
      const store = backend.store(context.namespace);
      await appendCommits(store, "order.1", [1, 2]);
      const end = await store.end();
      await advanceTime(2);
      expectEqual(
        await store.readAll({ after: "oldest-available" }).toArray(),
        [],
        "the log after all commits have expired",
      );
      expectEqual(await store.readAll({ after: "oldest-available", ...BACKWARDS }).toArray(), [], "the same backwards");
      expectEqual(await store.end(), end, "the end of the log after all commits have expired");
      const read = store.readAll(BACKWARDS).toArray();
      await expectError(read, "events-expired", { firstAvailable: undefined }, "a backwards read of the whole log");
      expectEqual(await store.readAll({ after: end, ...BACKWARDS }).toArray(), [], "the log after its end, backwards");
      const { position } = await store.append("order.1", oneEvent(), { expectedVersion: 3 });
      expectEqual(await store.end(), position, "the end of the log after a further append");
    },
  },
  {
    name: "readAll() ends at the end that the log has when the read starts, while writers append",
    invariant: "ranges",
    run: async (context) => {
      const store = await context.store();
      await appendCommits(store, "order.1", [1, 1, 1]);
      const seen = [];
      for await (const event of store.readAll()) {
        seen.push(event.version);
        expectTrue(seen.length < 50, "a read ends although each of its events causes an append");
        await store.append("order.1", oneEvent(), { expectedVersion: "exists" });
      }
      expectEqual(seen, [1, 2, 3], "the versions that were in the log when the read started");
    },
  },
  {
    name: "read() and readAll() return commits that were acknowledged before the iteration",
    invariant: "durability",
    run: async (context) => {
      const store = await context.store();
      const [log, actor] = [store.readAll(), store.read("order.1")];
      await appendCommits(store, "order.1", [2]);
      expectEqual(coordinatesOf(await log.toArray()), ["order.1@1", "order.1@2"], "the log");
      expectEqual(coordinatesOf(await actor.toArray()), ["order.1@1", "order.1@2"], "the actor");
    },
  },
];
