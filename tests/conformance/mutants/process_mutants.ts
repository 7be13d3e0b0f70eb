import { MemorySnapshots } from "../../../adapters/memory/memory_snapshots.ts";
import { mapPages } from "../faulty_driver.ts";
import type { Mutant } from "../mutant.ts";

/** Faults that show only when several backends share a storage: each has state of its own. */
export const processMutants: readonly Mutant[] = [
  {
    name: "trusts the version that it stored itself last",
    fault: (log) => {
      const known = new Map<string, number>();
      return {
        append: async (commit, signal) => {
          const version = known.get(commit.actorId) ?? await log.latestVersion(commit.actorId, signal);
          const isMet = commit.expectedVersion === version;
          const outcome = await log.append(isMet ? { ...commit, expectedVersion: "any" } : commit, signal);
          if (outcome.ok) known.set(commit.actorId, outcome.version);
          return outcome;
        },
      };
    },
    caughtBy:
      "append() with an expected version that another backend has passed reports the current version in its conflict",
  },
  {
    name: "takes any reply as stored if it knew the expected version",
    fault: (log) => {
      const known = new Map<string, number>();
      return {
        append: async (commit, signal) => {
          const expected = known.get(commit.actorId);
          let outcome = await log.append(commit, signal);
          if (!outcome.ok && expected === commit.expectedVersion) {
            const { identity, offset } = (await log.latestCommit(signal))!;
            const version = expected + commit.events.length;
            outcome = { ok: true, version, identity, offset, duplicate: false };
          }
          if (outcome.ok) known.set(commit.actorId, outcome.version);
          return outcome;
        },
      };
    },
    caughtBy:
      "append() with an expected version that another backend has passed reports the current version in its conflict",
  },
  {
    name: "reads what it has read before",
    fault: (log) => {
      const versions = new Map<string, number | Promise<number>>();
      return {
        latestVersion: (actorId, signal) => {
          const version = versions.get(actorId) ?? log.latestVersion(actorId, signal);
          versions.set(actorId, version);
          return version;
        },
      };
    },
    caughtBy:
      "append() with an expected version that another backend has passed reports the current version in its conflict",
  },
  {
    name: "knows only the commit ids that it stored itself",
    fault: (log) => {
      const own = new Set<string>();
      return {
        append: async (commit, signal) => {
          const outcome = await log.append(commit, signal);
          if (outcome.ok && outcome.duplicate && !own.has(commit.id)) return { ok: false, actual: outcome.version };
          own.add(commit.id);
          return outcome;
        },
      };
    },
    caughtBy: "append() with the commit id of another backend's commit returns a duplicate",
  },
  {
    name: "shows in its log only what it appended itself",
    fault: (log) => {
      const own = new Set<string>();
      return {
        append: (commit, signal) => {
          own.add(commit.id);
          return log.append(commit, signal);
        },
        readLog: (range, signal) =>
          mapPages(log.readLog(range, signal), (page) => page.filter(({ commitId }) => own.has(commitId))),
      };
    },
    caughtBy:
      "read() and readAll() return the appends of other backends, whether the reader was opened before or after the appends",
  },
  {
    name: "wakes its subscriptions only for what it appended itself",
    fault: (log) => {
      const own = new Set<string>();
      return {
        append: (commit, signal) => {
          own.add(commit.id);
          return log.append(commit, signal);
        },
        follow: async function* (range, signal) {
          let isLive = false;
          for await (const item of log.follow(range, signal)) {
            const isOwn = item !== "caughtUp" && item.every(({ commitId }) => own.has(commitId));
            if (!isLive || isOwn) yield item;
            isLive ||= item === "caughtUp";
          }
        },
      };
    },
    caughtBy: "subscribe() returns the events of another backend, stored and live, in the order of the log",
  },
  {
    name: "keeps snapshots in its process",
    fault: () => {
      const snapshots = new MemorySnapshots();
      return {
        putSnapshot: (actorId, snapshot, keep) => snapshots.put(actorId, snapshot, keep),
        getSnapshot: (actorId, atMost) => snapshots.get(actorId, atMost),
      };
    },
    caughtBy: "snapshots.latest() and snapshots.put() find and replace snapshots of another backend",
  },
  {
    name: "lists only the namespaces that it opened itself",
    listFault: (listed, opened) => listed.filter((namespace) => opened.includes(namespace)),
    caughtBy: "backend.namespaces() lists the namespaces of another backend, and refuses the grants of that backend",
  },
  {
    name: "checks versions under a lock of its own process",
    fault: (log) => {
      let turn: Promise<unknown> = Promise.resolve();
      return {
        append: (commit, signal) => {
          const next = turn.then(async () => {
            const actual = await log.latestVersion(commit.actorId, signal);
            for (let i = 0; i < 5; i++) await Promise.resolve();
            if (typeof commit.expectedVersion === "number" && commit.expectedVersion !== actual) {
              return { ok: false as const, actual };
            }
            return await log.append({ ...commit, expectedVersion: "any" }, signal);
          });
          turn = next;
          return next;
        },
      };
    },
    caughtBy: "append() of many concurrent backends at the same version succeeds once",
  },
];
