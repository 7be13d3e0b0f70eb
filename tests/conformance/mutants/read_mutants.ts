import { EventsExpiredError } from "../../../errors.ts";
import type { RecordedEvent } from "../../../mod.ts";
import { allOf, changeCommits, changeEvents, delegateTo, mapPages } from "../faulty_driver.ts";
import type { Mutant } from "../mutant.ts";
import type { Page } from "../../../adapter.ts";

/** Faults of what is read. */
export const readMutants: readonly Mutant[] = [
  {
    name: "gives an event twice where pages meet",
    fault: (log) => ({
      readActor: (actorId, range, signal) =>
        mapPages(
          log.readActor(actorId, range, signal),
          (page) => page.length > 3 ? [...page.slice(0, 3), ...page.slice(2)] : page,
        ),
    }),
    caughtBy: "read() without options returns all events, oldest first",
  },
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
    name: "reads from the version after the one asked for",
    fault: (log) => ({
      readActor: (actorId, range, signal) =>
        log.readActor(actorId, { ...range, from: range.from > 1 ? range.from + 1 : 1 }, signal),
    }),
    caughtBy: "read() from a version includes that version, even inside a commit, and returns nothing beyond the end",
  },
  {
    name: "reads up to, but not including, the version asked for",
    fault: (log) => ({
      readActor: (actorId, range, signal) => log.readActor(actorId, { ...range, to: range.to - 1 }, signal),
    }),
    caughtBy: "read() to a version includes that version, even inside a commit, and ends at the last event",
  },
  {
    name: "takes the limit as a number of events from the other end when it reads backwards",
    fault: (log) => ({
      readActor: (actorId, range, signal) => {
        if (!range.backwards) return log.readActor(actorId, range, signal);
        const pages = log.readActor(actorId, { ...range, backwards: false }, signal);
        return mapPages(pages, (page) => page.reverse());
      },
    }),
    caughtBy: "read() backwards with a limit returns the newest events of the range",
  },
  {
    name: "reads forwards when it is asked to read backwards",
    fault: (log) => ({
      readActor: (actorId, range, signal) =>
        log.readActor(actorId, { ...range, backwards: false, limit: Infinity }, signal),
    }),
    caughtBy: "read() backwards returns the same events, newest first",
  },
  {
    name: "gives no more than 900 events",
    fault: (log) => ({
      readActor: (actorId, range, signal) =>
        mapPages(log.readActor(actorId, range, signal), (page) => page.slice(0, 900)),
    }),
    caughtBy: "read() returns a long history completely, in order, in both directions",
  },
  {
    name: "ends a read backwards at version 100",
    fault: (log) => ({
      readActor: (actorId, range, signal) =>
        mapPages(
          log.readActor(actorId, range, signal),
          (page) => range.backwards ? page.filter(({ version }) => version >= 100) : page,
        ),
    }),
    caughtBy:
      "execute() with lookback { since } finds a repeated command, whether the snapshot is from before or after the cause",
  },
  {
    name: "answers reads from what it had read before",
    fault: (log) => {
      const read = new Map<string, RecordedEvent[]>();
      return {
        readActor: async function* (actorId, range, signal) {
          const events = read.get(actorId) ?? await allOf(log.readActor(actorId, range, signal));
          if (range.from === 1) read.set(actorId, events);
          yield [...events];
        },
      };
    },
    caughtBy: "read() and latestVersion() include the append before, 100 times in a row",
  },
  {
    name: "reads a replica that is one append behind",
    fault: (log) => {
      let behind: Page = [];
      return {
        readLog: async function* (range, signal) {
          const events = await allOf(log.readLog(range, signal));
          yield behind;
          behind = events;
        },
      };
    },
    caughtBy: "readAll() includes the append before, to any actor",
  },
  {
    name: "tells a version that is one append behind",
    fault: (log) => ({
      latestVersion: (actorId, signal) => Math.max(0, log.latestVersion(actorId, signal) as number - 1),
    }),
    caughtBy: "read() and latestVersion() include the append before, 100 times in a row",
  },
  {
    name: "gives the log in the order of actors",
    fault: (log) => ({
      readLog: async function* (range, signal) {
        const events = await allOf(log.readLog(range, signal));
        yield events.sort((a, b) => a.actorId < b.actorId ? -1 : a.actorId > b.actorId ? 1 : 0);
      },
    }),
    caughtBy: "readAll() returns all events of the namespace in the order of their appends",
  },
  {
    name: "mixes the commits of several actors in the log",
    fault: (log) => ({
      readLog: async function* (range, signal) {
        const events = await allOf(log.readLog(range, signal));
        yield events.sort((a, b) => a.version - b.version);
      },
    }),
    caughtBy: "readAll() returns commits of several actors one after the other, never mixed",
  },
  {
    name: "skips the rest of a commit when it reads on inside of it",
    fault: (log) => ({
      readLog: (range, signal) =>
        log.readLog({ ...range, from: range.from === 1 ? 1 : Number(range.from) + 1 }, signal),
    }),
    caughtBy: "readAll() after any position continues with the next event, even if the position is inside a commit",
  },
  {
    name: "takes a position beyond the end for the end",
    fault: (log) => ({
      readLog: (range, signal) => {
        try {
          return log.readLog(range, signal);
        } catch {
          return [];
        }
      },
    }),
    caughtBy: "readAll() refuses a position beyond the end of the log",
  },
  {
    name: "takes the limit of the log before it looks at actors",
    fault: (log) => ({
      readLog: async function* (range, signal) {
        yield (await allOf(log.readLog(range, signal))).slice(0, range.limit);
      },
    }),
    caughtBy: "readAll() with a filter and a limit counts only the selected events",
  },
  {
    name: "selects actors of more tokens than the pattern has",
    fault: (log) => ({
      readLog: async function* (range, signal) {
        const tokens = range.actors?.split(".").length;
        const events = await allOf(log.readLog(range, signal));
        yield events.filter(({ actorId }) => tokens === undefined || actorId.split(".").length >= tokens + 1);
      },
    }),
    caughtBy: "readAll() with an actor pattern returns the events of the actors that it covers",
  },
  {
    name: "never ends a read of the log while events are appended",
    fault: (log) => ({
      readLog: async function* (range, signal) {
        const seen = new Set<string>();
        while (true) {
          const next = (await allOf(log.readLog(range, signal))).filter(({ id }) => !seen.has(id));
          if (next.length === 0) return;
          for (const event of next) {
            seen.add(event.id);
            yield [event];
          }
        }
      },
    }),
    caughtBy: "readAll() ends at the end that the log has when the read starts, while writers append",
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
  {
    name: "keeps actors in an object that has a prototype",
    fault: (log) => ({
      latestVersion: (actorId, signal) => ({} as Record<string, number>)[actorId] ?? log.latestVersion(actorId, signal),
    }),
    caughtBy: "read() and latestVersion() keep actors with similar ids apart",
  },
  {
    name: "takes actor ids for the same that differ in case only",
    fault: (log) => {
      const lower = delegateTo(log);
      return {
        append: (commit, signal) => lower.append({ ...commit, actorId: commit.actorId.toLowerCase() }, signal),
        readActor: (actorId, range, signal) => lower.readActor(actorId.toLowerCase(), range, signal),
        latestVersion: (actorId, signal) => lower.latestVersion(actorId.toLowerCase(), signal),
      };
    },
    caughtBy: "read() and latestVersion() keep actors with similar ids apart",
  },
  {
    name: "says that events have expired where none have",
    fault: (log, { namespace }) => ({
      readLog: (range, signal) => {
        const pages = log.readLog(range, signal);
        if (range.from === "oldest-available") throw new EventsExpiredError({ namespace, firstAvailable: undefined });
        return pages;
      },
    }),
    caughtBy: 'readAll() after "oldest-available" returns the whole log if no commit has expired',
  },
];
