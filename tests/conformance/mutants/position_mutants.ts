import { type LogKey, newLogIdentity } from "../../../adapter.ts";
import { parsePosition } from "../../../mod.ts";
import { changeEvents } from "../faulty_driver.ts";
import type { Mutant } from "../mutant.ts";

const READ = "readAll() refuses a position of another log, also when this log has grown beyond it";
const SUBSCRIPTION = "subscribe() fails after a position of another log, also when this log has grown beyond it";
const NAMED = "append(), end(), reads, subscriptions and the bus return positions of one log";

/** Faults of the identity of a log. */
export const positionMutants: readonly Mutant[] = [
  {
    name: "reads after positions of other logs",
    fault: (log) => ({ readLog: (range, signal) => log.readLog({ ...range, identity: undefined }, signal) }),
    caughtBy: READ,
  },
  {
    name: "follows after positions of other logs",
    fault: (log) => ({ follow: (range, signal) => log.follow({ ...range, identity: undefined }, signal) }),
    caughtBy: SUBSCRIPTION,
  },
  {
    name: "does not look at positions as long as its log is empty",
    fault: (log) => {
      let isUsed = false;
      return {
        append: (commit, signal) => (isUsed = true, log.append(commit, signal)),
        readLog: (range, signal) => isUsed ? log.readLog(range, signal) : [],
      };
    },
    caughtBy: READ,
  },
  {
    name: "reads backwards before positions of other logs",
    fault: (log) => ({
      readLog: (range, signal) => log.readLog(range.backwards ? { ...range, identity: undefined } : range, signal),
    }),
    caughtBy: READ,
  },
  {
    name: "tells the end of a log as a position of another log",
    fault: (log) => ({
      latestCommit: async (signal) => {
        const last = await log.latestCommit(signal);
        return last && { ...last, identity: newLogIdentity() };
      },
    }),
    caughtBy: NAMED,
  },
  {
    name: "tells an end of a log that is empty",
    fault: (log) => ({
      latestCommit: async (signal) => await log.latestCommit(signal) ?? { identity: "ffffffffffff", offset: 1 },
    }),
    caughtBy: "readAll() of an empty range returns no event, and refuses positions of another log",
  },
  {
    name: "answers an append with the identity of another log",
    fault: (log) => ({
      append: async (commit, signal) => {
        const outcome = await log.append(commit, signal);
        return outcome.ok ? { ...outcome, identity: newLogIdentity() } : outcome;
      },
    }),
    caughtBy: NAMED,
  },
  {
    name: "gives events another identity than its log has",
    fault: (log) => changeIdentity(log, newLogIdentity()),
    caughtBy: NAMED,
  },
  {
    name: "gives the logs of all namespaces one identity",
    fault: (log) => ({
      ...changeIdentity(log, "3f9c0a1b2c4d"),
      append: async (commit, signal) => {
        const outcome = await log.append(commit, signal);
        return outcome.ok ? { ...outcome, identity: "3f9c0a1b2c4d" } : outcome;
      },
    }),
    caughtBy: NAMED,
  },
  {
    name: "gives a log another identity each time it is opened",
    fault: (log) => {
      const identity = newLogIdentity();
      const readLog = changeIdentity(log, identity).readLog;
      return {
        append: async (commit, signal) => {
          const outcome = await log.append(commit, signal);
          return outcome.ok ? { ...outcome, identity } : outcome;
        },
        readLog: (range, signal) => readLog({ ...range, identity: undefined }, signal),
      };
    },
    caughtBy: "append() of backends that create a log at the same time returns positions of one log",
  },
];

function changeIdentity(log: Parameters<typeof changeEvents>[0], identity: LogKey["identity"]) {
  return changeEvents(log, ({ position, ...event }) => {
    const digits = position.slice(identity.length);
    return Object.freeze({ ...event, position: parsePosition(`${identity}${digits}`) });
  });
}
