import { EventsExpiredError } from "../../../errors.ts";
import type { RecordedEvent } from "../../../mod.ts";
import { allOf, delegateTo, mapPages } from "../faulty_driver.ts";
import type { Mutant } from "../mutant.ts";
import type { Page } from "../../../adapter.ts";

/** Faults of the ranges and the order of reads. */
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
