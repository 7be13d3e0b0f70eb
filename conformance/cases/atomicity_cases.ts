import type { CaseDefinition } from "../case_definition.ts";
import { expectEqual, expectError, expectTrue } from "../expect.ts";
import { appendCommits, appendOne, countUp, oneEvent, someEvents, versionsOf } from "../fixtures.ts";

/** A commit is atomic: all its events are stored or none, with one id, one timestamp and consecutive positions. */
export const atomicityCases: readonly CaseDefinition[] = [
  {
    name:
      "read() returns a commit's events with consecutive versions, rising positions, one commit id and one timestamp",
    invariant: "atomicity",
    run: async (context) => {
      const store = await context.store({ now: clock() });
      await appendCommits(store, "order.1", [2, 5, 1]);
      const events = await store.read("order.1").toArray();
      expectEqual(versionsOf(events), countUp(1, 8), "the versions of commits of 2, 5 and 1 events");
      for (const [from, to] of [[0, 2], [2, 7], [7, 8]] as const) {
        const commit = events.slice(from, to);
        const commitName = `of versions ${from + 1} to ${to}, which are one commit`;
        expectEqual(new Set(commit.map(({ commitId }) => commitId)).size, 1, `the number of commit ids ${commitName}`);
        expectEqual(
          new Set(commit.map(({ timestamp }) => timestamp)).size,
          1,
          `the number of timestamps ${commitName}`,
        );
      }
      expectEqual(new Set(events.map(({ commitId }) => commitId)).size, 3, "the number of commit ids of three commits");
      const positions = events.map(({ position }) => position);
      expectEqual(positions, [...new Set(positions)].sort(), "the positions, in string order");
    },
  },
  {
    name: "read() returns the namespace, the actor, the given ids and the time of the writer's clock with each event",
    invariant: "values",
    run: async (context) => {
      const store = await context.store({ now: () => 1_767_225_600_123 });
      const event = {
        type: "Placed",
        data: { sku: "A" },
        id: "event-1",
        metadata: { correlationId: "r-1", by: "Ann" },
      };
      const { position } = await store.append("order.1", [event], { expectedVersion: 0, commitId: "commit-1" });
      const expected = {
        ...event,
        schemaVersion: 1,
        namespace: context.namespace,
        actorId: "order.1",
        version: 1,
        position,
        commitId: "commit-1",
        timestamp: 1_767_225_600_123,
      };
      expectEqual(await store.read("order.1").toArray(), [expected], 'the events of "order.1"');
      expectEqual(await store.readAll().toArray(), [expected], "the events of the log");
    },
  },
  {
    name: "append() assigns unique ids to events and commits without ids",
    invariant: "values",
    run: async (context) => {
      const store = await context.store();
      await appendCommits(store, "order.1", [3, 3]);
      await appendCommits(store, "order.2", [3]);
      const events = await store.readAll().toArray();
      expectEqual(new Set(events.map(({ id }) => id)).size, 9, "the number of ids of nine events");
      expectEqual(new Set(events.map(({ commitId }) => commitId)).size, 3, "the number of ids of three commits");
      expectTrue(
        events.every(({ metadata }) => Object.keys(metadata).length === 0),
        "metadata that was not given is empty",
      );
    },
  },
  {
    name: "append() of a commit with one invalid event stores no event of the commit",
    invariant: "atomicity",
    run: async (context) => {
      const store = await context.store();
      const [one, three] = [...oneEvent({ n: 1 }), ...oneEvent({ n: 3 })] as const;
      const bad = { type: "Made", data: { when: new Date(0) } };
      await expectError(
        store.append("order.1", [one, bad, three] as never, { expectedVersion: 0 }),
        "invalid-event",
        { path: "events[1].data.when" },
        "an append whose second event of three has a Date",
      );
      expectEqual(await store.latestVersion("order.1"), 0, "the version after the refusal");
      expectEqual(await store.readAll().toArray(), [], "the log after the refusal");
      const { version } = await store.append("order.1", oneEvent(), { expectedVersion: 0 });
      expectEqual(version, 1, "the version after the next append");
    },
  },
  {
    name: "append() that conflicts stores no event of its commit",
    invariant: "atomicity",
    run: async (context) => {
      const store = await context.store();
      await appendCommits(store, "order.1", [1]);
      await expectError(
        store.append("order.1", someEvents(5, "Lost"), { expectedVersion: 0 }),
        "version-conflict",
        { actual: 1 },
        "an append of five events to an actor at 1 expecting 0",
      );
      await appendOne(store, "order.2");
      const log = await store.readAll().toArray();
      expectEqual(log.map(({ type }) => type), ["Made", "Made"], "the types in the log");
    },
  },
  {
    name: "readAll() returns commits of several actors one after the other, never mixed",
    invariant: "atomicity",
    run: async (context) => {
      const store = await context.store();
      const actors = countUp(1, 10).map((n) => `order.${n}`);
      const appends = actors.flatMap((actor) =>
        [2, 3].map((size) => store.append(actor, someEvents(size), { expectedVersion: "any" }))
      );
      await Promise.all(appends);
      const log = await store.readAll().toArray();
      expectEqual(log.length, 50, "the number of events of 20 commits");
      const runs = log.filter(({ commitId }, i) => commitId !== log[i - 1]?.commitId);
      expectEqual(runs.length, 20, "the number of times that the commit id changes along the log");
    },
  },
  {
    name: "read() and latestVersion() never return a part of a commit that is being stored",
    invariant: "atomicity",
    run: async (context) => {
      const store = await context.store();
      let done = false;
      const write = async () => {
        for (let i = 0; i < 30; i++) await store.append("order.1", someEvents(4), { expectedVersion: i * 4 });
      };
      const writing = context.background(write().finally(() => done = true));
      while (!done) {
        const [version, events] = [await store.latestVersion("order.1"), await store.read("order.1").toArray()];
        expectEqual(version % 4, 0, `version ${version} modulo 4, where every commit has four events`);
        expectEqual(versionsOf(events), countUp(1, events.length), "the versions while commits are stored");
        expectEqual(events.length % 4, 0, `${events.length} events modulo 4, where every commit has four`);
        expectTrue(events.length >= version, `${events.length} events are read after the version was ${version}`);
        // Lets the event loop turn. Otherwise reads without I/O would delay the I/O of the writes.
        await new Promise((resolve) => setTimeout(resolve));
      }
      await writing;
    },
  },
];

/** A clock that returns another time at each call. */
function clock(): () => number {
  let time = 1_767_225_600_000;
  return () => time++;
}
