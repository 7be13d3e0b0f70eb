import type { Log } from "../../../adapter.ts";
import { parsePosition, type Position } from "../../../mod.ts";
import { allOf, changeEvents, delegateTo, WHOLE_LOG } from "../faulty_driver.ts";
import type { Mutant } from "../mutant.ts";

/** Faults that let one namespace show in another. */
export const namespaceMutants: readonly Mutant[] = [
  {
    name: "shows the log of every namespace in each",
    fault: (_, { logs }) => ({
      readLog: async function* (range, signal) {
        for (const log of logs.values()) yield await allOf(log.readLog(range, signal));
      },
    }),
    caughtBy: "read(), latestVersion() and append() of one namespace find no events of another",
  },
  {
    name: "looks for the version of an actor in every namespace",
    fault: (_, { logs }) => ({
      latestVersion: (actorId) =>
        Math.max(...[...logs.values()].map((log) => log.latestVersion(actorId, undefined) as number)),
    }),
    caughtBy: "read(), latestVersion() and append() of one namespace find no events of another",
  },
  {
    name: 'looks in every namespace for what "exists"',
    fault: (log, { logs }) => ({
      append: (commit, signal) => {
        const exists = [...logs.values()].some((other) => other.latestVersion(commit.actorId, signal) !== 0);
        const isSo = commit.expectedVersion === "exists" && exists;
        return log.append(isSo ? { ...commit, expectedVersion: "any" } : commit, signal);
      },
    }),
    caughtBy: 'append() with "exists" conflicts if the actor exists only in another namespace',
  },
  {
    name: "remembers commit ids for all namespaces together",
    fault: (log, { logs }) => ({
      append: (commit, signal) => {
        for (const other of logs.values()) {
          const isThere = other.latestVersion(commit.actorId, signal) !== 0 && commit.expectedVersion === 0;
          const outcome = isThere ? other.append(commit, signal) : undefined;
          if (outcome !== undefined && !(outcome instanceof Promise) && outcome.ok) return outcome;
        }
        return log.append(commit, signal);
      },
    }),
    caughtBy: "append() finds no commit id of another namespace",
  },
  {
    name: "tells the version of another namespace in a conflict",
    fault: (log, { logs }) => ({
      append: async (commit, signal) => {
        const outcome = await log.append(commit, signal);
        if (outcome.ok) return outcome;
        const versions = [...logs.values()].map((other) => other.latestVersion(commit.actorId, signal) as number);
        return { ok: false, actual: Math.max(...versions) };
      },
    }),
    caughtBy: "read(), latestVersion() and append() of one namespace find no events of another",
  },
  {
    name: "numbers the commits of all namespaces together",
    fault: (log, { logs }) => shiftBy(log, (logs.size - 1) * 8),
    caughtBy: "append() returns positions that do not depend on other namespaces",
  },
  {
    name: "gives a subscription what is appended in the namespaces below",
    fault: (log, { namespace, logs }) => ({
      follow: async function* (range, signal) {
        for await (const item of log.follow(range, signal)) {
          yield item;
          if (item === "caughtUp") continue;
          for (const [name, other] of logs) {
            if (name.startsWith(`${namespace}.`)) {
              yield await allOf(other.readLog(WHOLE_LOG, signal));
            }
          }
        }
      },
    }),
    caughtBy: "readAll() and subscribe() return no event of another namespace in the hierarchy",
  },
  {
    name: "appends to every namespace",
    fault: (log, { logs }) => {
      const all = () => [...logs.values()].filter((other) => other !== log);
      return {
        append: (commit, signal) => {
          const outcome = log.append(commit, signal);
          for (const other of all()) void other.append({ ...commit, expectedVersion: "any" }, signal);
          return outcome;
        },
      };
    },
    caughtBy: "subscribe() returns no event of another namespace",
  },
  collapses(
    "takes _ in a namespace for a dot",
    (namespace) => namespace.replaceAll("_", "."),
    "readAll() and latestVersion() keep namespaces with similar names apart",
  ),
  collapses(
    "takes namespaces for the same that differ in case only",
    (namespace) => namespace.toLowerCase(),
    "readAll() and latestVersion() keep namespaces with similar names apart",
  ),
  collapses(
    "takes a namespace for the one above it",
    (namespace) => namespace.split(".")[0]!,
    "readAll() and subscribe() return no event of another namespace in the hierarchy",
  ),
  {
    name: "lists a namespace that was only looked at",
    listFault: (_, opened) => opened,
    caughtBy: "backend.namespaces() does not list a namespace that was only read",
  },
  {
    name: "lists a namespace twice",
    listFault: (listed) => [...listed, ...listed],
    caughtBy: "backend.namespaces() lists the namespaces with events that the grant's pattern covers",
  },
  {
    name: "lists at most three namespaces",
    listFault: (listed) => listed.slice(0, 3),
    caughtBy: "backend.namespaces() lists the namespaces with events that the grant's pattern covers",
  },
  {
    name: "keeps the snapshots of all namespaces together",
    fault: (log, { logs }) => {
      const first = () => logs.values().next().value ?? log;
      return {
        putSnapshot: (...args) => first().putSnapshot(...args),
        getSnapshot: (...args) => first().getSnapshot(...args),
      };
    },
    caughtBy: "snapshots.latest() returns no snapshot of another namespace",
  },
];

/** Two namespaces of the same collapsed name are one log, whose events claim to be of either. */
function collapses(name: string, collapse: (namespace: string) => string, caughtBy: string): Mutant {
  return {
    name,
    fault: (log, { namespace, logs }) => {
      const [, shared = log] = [...logs].find(([other]) => collapse(other) === collapse(namespace)) ?? [];
      return { ...delegateTo(shared), ...changeEvents(shared, (event) => Object.freeze({ ...event, namespace })) };
    },
    caughtBy,
  };
}

/** A log whose offsets begin later by a number. */
function shiftBy(log: Log, more: number): Partial<Log> {
  return {
    append: async (commit, signal) => {
      const outcome = await log.append(commit, signal);
      return outcome.ok ? { ...outcome, offset: outcome.offset + more } : outcome;
    },
    ...changeEvents(
      log,
      ({ position, ...event }) => Object.freeze({ ...event, position: later(position, more) }),
    ),
  };
}

function later(position: Position, more: number): Position {
  const [identity, digits] = position.split("-");
  return parsePosition(`${identity}-${Number(digits) + more * 1_024}`);
}
