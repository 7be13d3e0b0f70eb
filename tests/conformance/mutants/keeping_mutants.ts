import type { StoredSnapshot } from "../../../adapter.ts";
import { isAetherError } from "../../../mod.ts";
import { changeCommits } from "../faulty_driver.ts";
import type { Mutant } from "../mutant.ts";

/** Faults of snapshots, retention and quotas. */
export const keepingMutants: readonly Mutant[] = [
  {
    name: "ignores atMost",
    fault: (log) => ({ getSnapshot: (actorId, _, signal) => log.getSnapshot(actorId, Infinity, signal) }),
    caughtBy: "snapshots.put() keeps the given number of newest snapshots, and atMost finds the older ones",
  },
  {
    name: "keeps every snapshot",
    fault: (log) => ({
      putSnapshot: (actorId, snapshot, _, signal) => log.putSnapshot(actorId, snapshot, 100, signal),
    }),
    caughtBy: "snapshots.put() without keep keeps only the newest snapshot",
  },
  {
    name: "keeps one snapshot only",
    fault: (log) => ({ putSnapshot: (actorId, snapshot, _, signal) => log.putSnapshot(actorId, snapshot, 1, signal) }),
    caughtBy: "snapshots.put() keeps the given number of newest snapshots, and atMost finds the older ones",
  },
  {
    name: "takes the snapshot that came last for the latest",
    fault: (log) => {
      const last = new Map<string, StoredSnapshot>();
      return {
        putSnapshot: (actorId, snapshot) => void last.set(actorId, snapshot),
        getSnapshot: (actorId, atMost, signal) => {
          const snapshot = last.get(actorId);
          return snapshot !== undefined && snapshot.version <= atMost
            ? snapshot
            : log.getSnapshot(actorId, atMost, signal);
        },
      };
    },
    caughtBy: "snapshots.put() of an older version does not change the latest snapshot",
  },
  {
    name: "keeps the first snapshot of a version",
    fault: (log) => ({
      putSnapshot: async (actorId, snapshot, keep, signal) => {
        const there = await log.getSnapshot(actorId, snapshot.version, signal);
        if (there?.version !== snapshot.version) await log.putSnapshot(actorId, snapshot, keep, signal);
      },
    }),
    caughtBy: "snapshots.put() replaces a snapshot of the same version",
  },
  {
    name: "cuts a snapshot at a megabyte",
    fault: (log) => ({
      putSnapshot: (actorId, { version, bytes }, keep, signal) =>
        log.putSnapshot(actorId, { version, bytes: bytes.slice(0, 1_000_000) }, keep, signal),
    }),
    caughtBy: "snapshots.latest() returns a snapshot of 1.5 MB unchanged",
  },
  {
    name: "takes the actors below an actor for it, in snapshots",
    fault: (log) => {
      const first = (actorId: string) => actorId.split(".").slice(0, 2).join(".");
      return {
        putSnapshot: (actorId, ...rest) => log.putSnapshot(first(actorId), ...rest),
        getSnapshot: (actorId, ...rest) => log.getSnapshot(first(actorId), ...rest),
      };
    },
    caughtBy: "snapshots.put() changes no snapshot of another actor",
  },
  {
    name: "takes a snapshot's version for the actor's",
    fault: (log) => ({
      latestVersion: async (actorId, signal) =>
        Math.max(
          await log.latestVersion(actorId, signal),
          (await log.getSnapshot(actorId, Infinity, signal))?.version ?? 0,
        ),
    }),
    caughtBy: "snapshots.put() changes no version and no log",
  },
  {
    name: "returns what is left of an actor without saying that something has expired",
    fault: (log) => ({
      readActor: (actorId, range, signal) => {
        try {
          return log.readActor(actorId, range, signal);
        } catch (error) {
          if (!isAetherError(error, "events-expired")) throw error;
          return log.readActor(actorId, { ...range, from: Number(error.firstAvailable) }, signal);
        }
      },
    }),
    caughtBy: "read() of expired events fails, and its error names the first available version",
  },
  {
    name: "reports expired events for each read of an actor without events",
    fault: (log) => ({
      readActor: (actorId, range, signal) => {
        try {
          void log.readActor(actorId, { ...range, backwards: false, from: 1, to: Infinity }, signal);
        } catch (error) {
          const first = isAetherError(error, "events-expired") ? Number(error.firstAvailable) : 0;
          if (first > Number(log.latestVersion(actorId, signal))) throw error;
        }
        return log.readActor(actorId, range, signal);
      },
    }),
    caughtBy: "read() of an empty range or beyond the end returns no events after all events have expired",
  },
  {
    name: "refuses every read backwards once something has expired",
    fault: (log) => ({
      readActor: (actorId, range, signal) => {
        void log.readActor(actorId, { ...range, backwards: false, from: 1 }, signal);
        return log.readActor(actorId, range, signal);
      },
    }),
    caughtBy: "read() backwards returns the remaining events, and fails only if it needs expired events",
  },
  {
    name: "ends a read backwards in silence where history has expired",
    fault: (log) => ({
      readActor: async function* (actorId, range, signal) {
        try {
          yield* log.readActor(actorId, range, signal);
        } catch (error) {
          if (!range.backwards) throw error;
        }
      },
    }),
    caughtBy: "read() backwards returns the remaining events, and fails only if it needs expired events",
  },
  {
    name: "returns what is left of the log without saying that something has expired",
    fault: (log) => ({
      readLog: (range, signal) => {
        try {
          return log.readLog(range, signal);
        } catch (error) {
          if (!isAetherError(error, "events-expired")) throw error;
          return log.readLog({ ...range, from: "oldest-available" }, signal);
        }
      },
    }),
    caughtBy: "readAll() from an expired start fails, and its error names the first available position",
  },
  {
    name: "fails at the end of the last expired commit already",
    fault: (log) => ({
      readLog: (range, signal) => {
        if (typeof range.from === "number" && range.from > 1) {
          void log.readLog({ ...range, from: range.from - 1 }, signal);
        }
        return log.readLog(range, signal);
      },
    }),
    caughtBy:
      "readAll() accepts the position at the end of the last expired commit, and fails after an earlier position",
  },
  {
    name: "forgets the version of an actor whose events have all expired",
    fault: (log) => {
      const isGone = (actorId: string) => {
        const version = log.latestVersion(actorId, undefined) as number;
        try {
          void log.readActor(actorId, { from: version, to: version, backwards: false, limit: 1 }, undefined);
          return false;
        } catch {
          return true;
        }
      };
      return {
        latestVersion: (actorId, signal) => isGone(actorId) ? 0 : log.latestVersion(actorId, signal),
      };
    },
    caughtBy: "latestVersion() does not change when all events of an actor have expired",
  },
  {
    name: "stores a commit again whose first copy has expired",
    fault: (log) => {
      const ids = new Set<string>();
      return {
        append: async (commit, signal) => {
          const outcome = await log.append(commit, signal);
          if (outcome.ok || !ids.has(commit.id)) {
            ids.add(commit.id);
            return outcome;
          }
          return await log.append({ ...commit, expectedVersion: "any" }, signal);
        },
      };
    },
    caughtBy: "append() with the commit id of an expired commit throws a conflict, and stores no second commit",
  },
  {
    name: "gives a subscription what is left without saying that something has expired",
    fault: (log) => ({
      follow: (range, signal) => {
        try {
          return log.follow(range, signal);
        } catch (error) {
          if (!isAetherError(error, "events-expired")) throw error;
          return log.follow({ ...range, from: "oldest-available" }, signal);
        }
      },
    }),
    caughtBy: "subscribe() and caughtUp fail after an expired position, and work after the last expired commit",
  },
  {
    name: "lets a subscription skip what expires under it",
    fault: (log) => ({
      follow: async function* (range, signal) {
        try {
          yield* log.follow(range, signal);
        } catch (error) {
          if (!isAetherError(error, "events-expired")) throw error;
          yield* log.follow({ ...range, from: "oldest-available" }, signal);
        }
      },
    }),
    caughtBy: "subscribe() fails if its next event has expired, and never continues with a gap",
  },
  {
    name: "refuses an append to a full namespace with an unspecific error",
    fault: (log) => ({
      append: async (commit, signal) => {
        try {
          return await log.append(commit, signal);
        } catch (cause) {
          throw new Error("maximum messages exceeded", { cause });
        }
      },
    }),
    caughtBy: "append() stores commits up to the quota, and refuses the next commit as a whole",
  },
  {
    name: "counts a commit that its quota refuses as a version",
    fault: (log) => {
      let refused = 0;
      return {
        append: async (commit, signal) => {
          try {
            return await log.append(commit, signal);
          } catch (error) {
            refused++;
            throw error;
          }
        },
        latestVersion: async (actorId, signal) => await log.latestVersion(actorId, signal) + refused,
      };
    },
    caughtBy: "append() stores commits up to the quota, and refuses the next commit as a whole",
  },
  {
    name: "says that a namespace is full before it looks at the commit id",
    fault: (log) => {
      let commits = 0;
      return {
        append: async (commit, signal) => {
          const full = commits >= 2 ? { ...commit, expectedVersion: "any" as const } : commit;
          const outcome = await log.append(full, signal);
          commits++;
          return outcome;
        },
      };
    },
    caughtBy: "append() reports conflicts and duplicates in a full namespace",
  },
  {
    name: "shares one quota among all namespaces",
    fault: (log, { logs }) => ({
      append: async (commit, signal) => {
        const [first = log] = logs.values();
        if (first !== log) await first.append({ ...commit, actorId: "quota", expectedVersion: "any" }, signal);
        return await log.append(commit, signal);
      },
    }),
    caughtBy: "append() is not refused because another namespace is full",
  },
  {
    name: "gives each repetition of an event id a new one",
    fault: (log) => {
      const seen = new Set<string>();
      const fresh = (id: string) => seen.has(id) ? crypto.randomUUID() : (seen.add(id), id);
      return changeCommits(log, (commit) => ({
        ...commit,
        events: commit.events.map((event) => ({ ...event, id: fresh(event.id) })),
      }));
    },
    caughtBy: "append() accepts events that were read from another actor",
  },
];
