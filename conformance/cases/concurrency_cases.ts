import { isAetherError } from "../../src/errors/is_aether_error.ts";
import type { EventStore } from "../../src/store/event_store.ts";
import type { CaseDefinition } from "../case_definition.ts";
import { checkError, expectEqual } from "../expect.ts";
import { appendOne, countUp, oneEvent, someEvents, versionsOf } from "../fixtures.ts";

/** Many writers at once, and the results that each of them receives. */
export const concurrencyCases: readonly CaseDefinition[] = [
  {
    name: "append() of one of 100 concurrent writers begins an actor, and all others conflict",
    invariant: "conflicts",
    run: async (context) => {
      const store = await context.store();
      const appends = countUp(1, 100).map((by) => store.append("order.1", oneEvent({ by }), { expectedVersion: 0 }));
      const results = await Promise.allSettled(appends);
      const winners = results.filter(({ status }) => status === "fulfilled");
      expectEqual(winners.length, 1, "the number of writers that succeeded");
      for (const result of results) {
        if (result.status === "fulfilled") continue;
        checkError(
          result.reason,
          "version-conflict",
          { expected: 0, actual: 1 },
          "the error of a writer that conflicted",
        );
      }
      const events = await store.read("order.1").toArray();
      expectEqual(versionsOf(events), [1], "the versions after the race");
      const by = results.findIndex(({ status }) => status === "fulfilled") + 1;
      expectEqual(events[0]?.data, { by }, "the data of the writer that succeeded");
    },
  },
  {
    name: "append() of 100 writers that retry at the reported version makes versions 1 to 100",
    invariant: "versions",
    run: async (context) => {
      const store = await context.store();
      const received = await Promise.all(countUp(1, 100).map((by) => appendUntilDone(store, by)));
      expectEqual(received.toSorted((a, b) => a - b), countUp(1, 100), "the versions that the writers received");
      const events = await store.read("order.1").toArray();
      expectEqual(versionsOf(events), countUp(1, 100), "the stored versions");
      expectEqual(
        events.map(({ data }) => data),
        byVersion(received),
        "the data of the writer that received the version",
      );
    },
  },
  {
    name: 'append() of 100 concurrent writers with "any" succeeds, each at its own version',
    invariant: "versions",
    run: async (context) => {
      const store = await context.store();
      const appends = countUp(1, 100).map((by) =>
        store.append("order.1", oneEvent({ by }), { expectedVersion: "any" })
      );
      const received = (await Promise.all(appends)).map(({ version }) => version);
      expectEqual(received.toSorted((a, b) => a - b), countUp(1, 100), "the versions that the writers received");
      const events = await store.read("order.1").toArray();
      expectEqual(
        events.map(({ data }) => data),
        byVersion(received),
        "the data of the writer that received the version",
      );
    },
  },
  {
    name: 'append() of concurrent writers with "any" and "exists" never mixes their commits',
    invariant: "atomicity",
    run: async (context) => {
      const store = await context.store();
      await appendOne(store, "order.1");
      await Promise.all(
        countUp(1, 40).map((by) => {
          const expectedVersion = by % 2 === 0 ? "any" : "exists";
          return store.append("order.1", someEvents(3, `By${by}`), { expectedVersion });
        }),
      );
      const events = await store.read("order.1", { from: 2 }).toArray();
      expectEqual(versionsOf(events), countUp(2, 121), "the versions of 40 commits of three events");
      for (const start of countUp(0, 39).map((n) => n * 3)) {
        const [one, two, three] = events.slice(start, start + 3);
        expectEqual([two?.type, three?.type], [one?.type, one?.type], `the types of versions from ${start + 2}`);
        expectEqual([one, two, three].map((event) => event?.data), someEvents(3).map(({ data }) => data), "the data");
      }
    },
  },
  {
    name: "append() of concurrent writers of different actors never conflicts",
    invariant: "conflicts",
    run: async (context) => {
      const store = await context.store();
      const received = await Promise.all(
        countUp(1, 50).map(async (n) => {
          const versions = [];
          for (const expectedVersion of [0, 1, 2]) {
            versions.push((await store.append(`order.${n}`, oneEvent(), { expectedVersion })).version);
          }
          return versions;
        }),
      );
      expectEqual(received, countUp(1, 50).map(() => [1, 2, 3]), "the versions that the writers of 50 actors received");
      expectEqual((await store.readAll().toArray()).length, 150, "the number of events in the log");
    },
  },
  {
    name: "read() and latestVersion() include the append before, 100 times in a row",
    invariant: "durability",
    run: async (context) => {
      const store = await context.store();
      for (const n of countUp(1, 100)) {
        const { position } = await store.append("order.1", oneEvent({ n }), { expectedVersion: n - 1 });
        const [last] = await store.read("order.1", { from: n }).toArray();
        expectEqual(
          [last?.version, last?.data, last?.position],
          [n, { n }, position],
          `the event that was read after append ${n}`,
        );
        expectEqual(await store.latestVersion("order.1"), n, `the version after append ${n}`);
        if (n % 10 !== 0) continue;
        expectEqual(versionsOf(await store.read("order.1").toArray()), countUp(1, n), `all versions after append ${n}`);
      }
    },
  },
  {
    name: "readAll() includes the append before, to any actor",
    invariant: "durability",
    run: async (context) => {
      const store = await context.store();
      for (const n of countUp(1, 50)) {
        const { position } = await appendOne(store, `order.${n % 7}`, { n });
        const log = await store.readAll().toArray();
        expectEqual([log.length, log.at(-1)?.data, log.at(-1)?.position], [n, { n }, position], `the log, append ${n}`);
      }
    },
  },
];

async function appendUntilDone(store: EventStore, by: number): Promise<number> {
  let expectedVersion = 0;
  while (true) {
    try {
      return (await store.append("order.1", oneEvent({ by }), { expectedVersion })).version;
    } catch (error) {
      if (!isAetherError(error, "version-conflict")) throw error;
      expectedVersion = error.actual;
    }
  }
}

/** The data in order of versions, of writers 1, 2, 3, ... that received these versions. */
function byVersion(received: readonly number[]): object[] {
  return received.map((_, i) => ({ by: received.indexOf(i + 1) + 1 }));
}
