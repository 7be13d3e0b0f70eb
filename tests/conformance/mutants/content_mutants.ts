import { allOf, changeCommits, changeEvents, mapPages } from "../faulty_driver.ts";
import type { Mutant } from "../mutant.ts";
import type { Page } from "../../../adapter.ts";

/** Faults of the content of the events that reads return. */
export const contentMutants: readonly Mutant[] = [
  {
    name: "repeats a version",
    fault: (log) =>
      changeEvents(log, (event) => event.version < 3 ? event : Object.freeze({ ...event, version: event.version - 1 })),
    caughtBy: "append() of 100 writers that retry at the reported version makes versions 1 to 100",
  },
  {
    name: "gives no schema version above 2",
    fault: (log) =>
      changeEvents(log, (event) => event.schemaVersion < 3 ? event : Object.freeze({ ...event, schemaVersion: 2 })),
    caughtBy: "read() and readAll() return former names and versions in their current shape, and as stored with raw",
  },
  {
    name: "gives each event under the first type of its page",
    fault: (log) => ({
      readLog: (range, signal) =>
        mapPages(log.readLog(range, signal), (page) => page.map((event) => ({ ...event, type: page[0]!.type }))),
    }),
    caughtBy: "readAll() with a type returns events that are stored under its former names",
  },
  {
    name: "gives events that are not frozen",
    fault: (log) => changeEvents(log, (event) => ({ ...event })),
    caughtBy: "read(), readAll() and subscribe() return deeply frozen events",
  },
  {
    name: "gives away the array that it keeps",
    fault: (log) => {
      const kept = new Map<string, Page>();
      return {
        readActor: async function* (actorId, range, signal) {
          const events = await allOf(log.readActor(actorId, range, signal));
          const page = kept.get(actorId) ?? events;
          kept.set(actorId, page);
          yield page;
        },
      };
    },
    caughtBy: "toArray() returns a new array for each read",
  },
  {
    name: "normalises strings",
    fault: (log) => {
      const normal = <T>(value: T): T => JSON.parse(JSON.stringify(value).normalize());
      return changeCommits(log, (commit) => ({ ...commit, events: normal(commit.events) }));
    },
    caughtBy: "read() returns strings of every kind unchanged",
  },
  {
    name: "keeps numbers in 32 bits",
    fault: (log) => {
      const round = (key: string, value: unknown) =>
        key !== "" && typeof value === "number" ? Math.fround(value) : value;
      return changeCommits(log, (commit) => ({ ...commit, events: JSON.parse(JSON.stringify(commit.events), round) }));
    },
    caughtBy: "read() returns numbers unchanged",
  },
  {
    name: "gives every event the schema version 1",
    fault: (log) => changeEvents(log, (event) => Object.freeze({ ...event, schemaVersion: 1 })),
    caughtBy: "append() keeps the schema version of an event, and stores 1 without one",
  },
  {
    name: "loses metadata",
    fault: (log) => changeEvents(log, (event) => Object.freeze({ ...event, metadata: Object.freeze({}) })),
    caughtBy:
      "read() returns the namespace, the actor, the given ids and the time of the writer's clock with each event",
  },
  {
    name: "stamps each event with a time of its own",
    fault: (log) =>
      changeEvents(log, (event) => Object.freeze({ ...event, timestamp: event.timestamp + event.version })),
    caughtBy:
      "read() returns a commit's events with consecutive versions, rising positions, one commit id and one timestamp",
  },
  {
    name: "gives every commit an id of its own",
    fault: (log) => changeEvents(log, (event) => Object.freeze({ ...event, commitId: `commit-${event.position}` })),
    caughtBy: "append() finds a commit by the commit id that the store assigned",
  },
  {
    name: "cuts strings at 64 KB",
    fault: (log) => {
      const cut = (_: string, value: unknown) => typeof value === "string" ? value.slice(0, 65_536) : value;
      return changeCommits(log, (commit) => ({ ...commit, events: JSON.parse(JSON.stringify(commit.events), cut) }));
    },
    caughtBy: "read() returns a string of 300 KB unchanged",
  },
];
