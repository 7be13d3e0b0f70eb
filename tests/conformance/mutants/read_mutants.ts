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
    caughtBy: "A read without options gives all events, oldest first",
  },
  {
    name: "repeats a version",
    fault: (log) =>
      changeEvents(log, (event) => event.version < 3 ? event : Object.freeze({ ...event, version: event.version - 1 })),
    caughtBy: "100 writers that each try again with the version that a conflict told make versions 1 to 100",
  },
  {
    name: "gives no schema version above 2",
    fault: (log) =>
      changeEvents(log, (event) => event.schemaVersion < 3 ? event : Object.freeze({ ...event, schemaVersion: 2 })),
    caughtBy: "Events of former names and versions are read in their current shape, and raw as they are stored",
  },
  {
    name: "gives each event under the first type of its page",
    fault: (log) => ({
      readLog: (range, signal) =>
        mapPages(log.readLog(range, signal), (page) => page.map((event) => ({ ...event, type: page[0]!.type }))),
    }),
    caughtBy: "A filter by a type selects events that are stored under its former names",
  },
  {
    name: "reads from the version after the one asked for",
    fault: (log) => ({
      readActor: (actorId, range, signal) =>
        log.readActor(actorId, { ...range, from: range.from > 1 ? range.from + 1 : 1 }, signal),
    }),
    caughtBy: "A read from a version includes it, also inside a commit, and has nothing beyond the end",
  },
  {
    name: "reads up to, but not including, the version asked for",
    fault: (log) => ({
      readActor: (actorId, range, signal) => log.readActor(actorId, { ...range, to: range.to - 1 }, signal),
    }),
    caughtBy: "A read to a version includes it, also inside a commit, and ends at the last event",
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
    caughtBy: "A limit of a read backwards keeps the newest of the range",
  },
  {
    name: "reads forwards when it is asked to read backwards",
    fault: (log) => ({
      readActor: (actorId, range, signal) =>
        log.readActor(actorId, { ...range, backwards: false, limit: Infinity }, signal),
    }),
    caughtBy: "A read backwards gives the same events, newest first",
  },
  {
    name: "gives no more than 900 events",
    fault: (log) => ({
      readActor: (actorId, range, signal) =>
        mapPages(log.readActor(actorId, range, signal), (page) => page.slice(0, 900)),
    }),
    caughtBy: "A read of a long history gives all of it, in order, from both ends",
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
    caughtBy: "A lookback since the cause finds the command with a snapshot before and after the cause",
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
    caughtBy: "Every read after an append shows it: 100 times in a row",
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
    caughtBy: "Every read of the log after an append shows it, whichever actor it was of",
  },
  {
    name: "tells a version that is one append behind",
    fault: (log) => ({
      latestVersion: (actorId, signal) => Math.max(0, log.latestVersion(actorId, signal) as number - 1),
    }),
    caughtBy: "Every read after an append shows it: 100 times in a row",
  },
  {
    name: "gives the log in the order of actors",
    fault: (log) => ({
      readLog: async function* (range, signal) {
        const events = await allOf(log.readLog(range, signal));
        yield events.sort((a, b) => a.actorId < b.actorId ? -1 : a.actorId > b.actorId ? 1 : 0);
      },
    }),
    caughtBy: "The log has all events of the namespace in the order in which they were appended",
  },
  {
    name: "mixes the commits of several actors in the log",
    fault: (log) => ({
      readLog: async function* (range, signal) {
        const events = await allOf(log.readLog(range, signal));
        yield events.sort((a, b) => a.version - b.version);
      },
    }),
    caughtBy: "Commits of several actors stand in the log one after the other, never mixed",
  },
  {
    name: "skips the rest of a commit when it reads on inside of it",
    fault: (log) => ({
      readLog: (range, signal) =>
        log.readLog({ ...range, from: range.from === 1 ? 1 : Number(range.from) + 1 }, signal),
    }),
    caughtBy: "A read after the position of any event, also inside a commit, goes on with the next one",
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
    caughtBy: "A position beyond the end of the log is refused rather than read from",
  },
  {
    name: "takes the limit of the log before it looks at actors",
    fault: (log) => ({
      readLog: async function* (range, signal) {
        yield (await allOf(log.readLog(range, signal))).slice(0, range.limit);
      },
    }),
    caughtBy: "A limit counts the events that were selected, and not those that were passed over",
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
    caughtBy: "An actor pattern selects the events of the actors that it covers",
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
    caughtBy: "A read of the log ends at its end as of when it started, while writers go on",
  },
  {
    name: "gives events that are not frozen",
    fault: (log) => changeEvents(log, (event) => ({ ...event })),
    caughtBy: "Everything that is read is frozen throughout, whichever way it is read",
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
    caughtBy: "Changing an array that was collected changes no later read",
  },
  {
    name: "normalises strings",
    fault: (log) => {
      const normal = <T>(value: T): T => JSON.parse(JSON.stringify(value).normalize());
      return changeCommits(log, (commit) => ({ ...commit, events: normal(commit.events) }));
    },
    caughtBy: "Text of every kind comes back as it was",
  },
  {
    name: "keeps numbers in 32 bits",
    fault: (log) => {
      const round = (key: string, value: unknown) =>
        key !== "" && typeof value === "number" ? Math.fround(value) : value;
      return changeCommits(log, (commit) => ({ ...commit, events: JSON.parse(JSON.stringify(commit.events), round) }));
    },
    caughtBy: "Numbers come back as they were",
  },
  {
    name: "gives every event the schema version 1",
    fault: (log) => changeEvents(log, (event) => Object.freeze({ ...event, schemaVersion: 1 })),
    caughtBy: "An event keeps the schema version that it was given, and has 1 without one",
  },
  {
    name: "loses metadata",
    fault: (log) => changeEvents(log, (event) => Object.freeze({ ...event, metadata: Object.freeze({}) })),
    caughtBy: "An event carries the namespace, the actor, the clock of the appender and the ids that it was given",
  },
  {
    name: "stamps each event with a time of its own",
    fault: (log) =>
      changeEvents(log, (event) => Object.freeze({ ...event, timestamp: event.timestamp + event.version })),
    caughtBy: "The events of a commit have consecutive versions, increasing positions, one commit id and one timestamp",
  },
  {
    name: "gives every commit an id of its own",
    fault: (log) => changeEvents(log, (event) => Object.freeze({ ...event, commitId: `commit-${event.position}` })),
    caughtBy: "The commit id that a commit was given by itself repeats it as well",
  },
  {
    name: "cuts strings at 64 KB",
    fault: (log) => {
      const cut = (_: string, value: unknown) => typeof value === "string" ? value.slice(0, 65_536) : value;
      return changeCommits(log, (commit) => ({ ...commit, events: JSON.parse(JSON.stringify(commit.events), cut) }));
    },
    caughtBy: "300 KB of text come back whole",
  },
  {
    name: "keeps actors in an object that has a prototype",
    fault: (log) => ({
      latestVersion: (actorId, signal) => ({} as Record<string, number>)[actorId] ?? log.latestVersion(actorId, signal),
    }),
    caughtBy: "Actors with ids that nearly collide have histories of their own",
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
    caughtBy: "Actors with ids that nearly collide have histories of their own",
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
    caughtBy: 'Where nothing has expired, after "oldest-available" is all of the log',
  },
];
