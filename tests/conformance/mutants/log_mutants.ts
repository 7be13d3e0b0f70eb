import {
  type CommitPlace,
  type Log,
  type LogRange,
  newLogIdentity,
  offsetOf,
  type Page,
  type Pages,
} from "../../../adapter.ts";
import { isAetherError } from "../../../mod.ts";
import { allOf, type Fault, mapPages, WHOLE_LOG } from "../faulty_driver.ts";
import type { Mutant } from "../mutant.ts";

const REVERSED = "readAll() backwards returns the same events as forwards, newest first";
const EXPIRED = "readAll() backwards returns the remaining events, and fails only if it needs expired events";

/** A fault of reading the log backwards. */
function backwards(read: (log: Log, range: LogRange, signal: AbortSignal | undefined) => Pages): Fault {
  return (log) => ({
    readLog: (range, signal) => range.backwards ? read(log, range, signal) : log.readLog(range, signal),
  });
}

/** Faults of reading the log from its end, and of telling that. */
export const logMutants: readonly Mutant[] = [
  {
    name: "reads the log forwards in each direction",
    fault: backwards((log, range, signal) => log.readLog({ ...range, backwards: false }, signal)),
    caughtBy: REVERSED,
  },
  {
    name: "gives the commits of the log newest first, and their events oldest first",
    fault: backwards((log, range, signal) =>
      mapPages(log.readLog(range, signal), (page) => {
        const commits = Map.groupBy(page, ({ commitId }) => commitId);
        return [...commits.values()].flatMap((events) => events.toReversed());
      })
    ),
    caughtBy: REVERSED,
  },
  {
    name: "gives no more than a page of the log backwards",
    fault: backwards(async function* (log, range, signal) {
      for await (const page of log.readLog(range, signal)) return yield page.slice(0, 256);
    }),
    caughtBy: "readAll() backwards reads a long log to its start, with all actors, a rare actor and a frequent actor",
  },
  {
    name: "gives up on a rare actor after a long stretch of the log backwards",
    fault: backwards(async function* (log, range, signal) {
      const page = await allOf(log.readLog(range, signal));
      if (range.actors !== "rare") return yield page;
      const last = page.findIndex(({ actorId }) => actorId === "rare");
      yield page.slice(0, Math.max(last, 0) + 200);
    }),
    caughtBy: "readAll() backwards reads a long log to its start, with all actors, a rare actor and a frequent actor",
  },
  {
    name: "counts a limit before it selects actors, backwards",
    fault: backwards(async function* (log, range, signal) {
      const page = await allOf(log.readLog(range, signal));
      yield page.slice(0, range.limit);
    }),
    caughtBy: "readAll() backwards with types and actors returns the selected events, and the limit counts only these",
  },
  {
    name: "takes a limit for one of commits, backwards",
    fault: backwards(async function* (log, range, signal) {
      let left = range.limit - 1;
      for (const event of await allOf(log.readLog(range, signal))) {
        if (left < 0) return;
        yield [event];
        left -= event.type === "Shipped" ? 2 : 1;
      }
    }),
    caughtBy: "readAll() backwards with a limit cuts the log, even inside a commit, by toArray() and by iteration",
  },
  {
    name: "leaves out the last commit of a part of the log",
    fault: (log) => ({
      readLog: (range, signal) =>
        mapPages(log.readLog(range, signal), (page) => page.filter(({ position }) => offsetOf(position) !== range.to)),
    }),
    caughtBy: "readAll() reads between any two positions, also inside of commits, in both directions",
  },
  {
    name: "begins at the newest event again when the log was read backwards to its start",
    fault: backwards(async function* (log, range, signal) {
      yield* log.readLog(range, signal);
      yield* log.readLog({ ...range, limit: 1 }, signal);
    }),
    caughtBy: "readAll() backwards begins at the end that the log has when the read starts, while writers append",
  },
  {
    name: "reads before a position beyond the end of the log as if it was the end",
    fault: (log) => ({
      readLog: (range, signal) => log.readLog(range.to === Infinity ? range : { ...range, reached: 0 }, signal),
    }),
    caughtBy: "readAll() refuses a bound beyond the end of the log, in both directions",
  },
  {
    name: "ends the log read backwards in silence where something has expired",
    fault: backwards(async function* (log, range, signal) {
      try {
        yield* log.readLog(range, signal);
      } catch (error) {
        if (!isAetherError(error, "events-expired")) throw error;
      }
    }),
    caughtBy: EXPIRED,
  },
  {
    name: "refuses the log read backwards at once where something has expired",
    fault: backwards(async function* (log, range, signal) {
      const pages: Page[] = await Array.fromAsync(log.readLog(range, signal));
      yield* pages;
    }),
    caughtBy: EXPIRED,
  },
  {
    name: "tells as the end of a log the commit after its last",
    fault: (log) => ({
      latestCommit: async (signal) => {
        const last = await log.latestCommit(signal);
        return { identity: last?.identity ?? newLogIdentity(), offset: (last?.offset ?? 0) + 1 };
      },
    }),
    caughtBy: "end() returns the position of the last event, and undefined for an unused log",
  },
  {
    name: "tells as the end of a log what it was when it was asked for first",
    fault: (log) => {
      let first: Promise<CommitPlace | undefined> | undefined;
      return { latestCommit: (signal) => first ??= Promise.resolve(log.latestCommit(signal)) };
    },
    caughtBy: "readAll() and subscribe() after the end of a log return the events that are appended later",
  },
  {
    name: "tells as the end of a log the greatest of all namespaces",
    fault: (_, { logs }) => ({
      latestCommit: async (signal) => {
        const ends = await Promise.all(Array.from(logs.values(), (log) => log.latestCommit(signal)));
        return ends.reduce((last, end) => end !== undefined && end.offset > (last?.offset ?? 0) ? end : last);
      },
    }),
    caughtBy: "end() does not change after appends to other namespaces",
  },
  {
    name: "tells as the end of a log the last commit of its own",
    fault: (log) => {
      let last: CommitPlace | undefined;
      return {
        append: async (commit, signal) => {
          const outcome = await log.append(commit, signal);
          if (outcome.ok) last = outcome;
          return outcome;
        },
        latestCommit: () => last,
      };
    },
    caughtBy: "end() of every store of a namespace includes the appends of other stores",
  },
  {
    name: "tells as the end of a log the last commit that is left",
    fault: (log) => ({
      latestCommit: async (signal) => {
        const left = await allOf(log.readLog({ ...WHOLE_LOG, from: "oldest-available" }, signal));
        return left.length === 0 ? undefined : log.latestCommit(signal);
      },
    }),
    caughtBy: "end() does not change when the last commit expires",
  },
  {
    name: "is reconnecting all the time",
    fault: (log) => ({
      follow: (range, signal) => {
        const items = log.follow(range, signal);
        return { isReconnecting: true, [Symbol.asyncIterator]: () => items[Symbol.asyncIterator]() };
      },
    }),
    caughtBy: "subscription.state is catching-up until caughtUp resolves, then live, and ended after any end",
  },
];
