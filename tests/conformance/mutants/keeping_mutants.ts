import type { StoredSnapshot } from "../../../adapter.ts";
import { isAetherError } from "../../../mod.ts";
import { changeCommits } from "../faulty_driver.ts";
import type { Mutant } from "../mutant.ts";

/** Faults of snapshots, retention and quotas. */
export const keepingMutants: readonly Mutant[] = [
  {
    name: "ignores atMost",
    fault: (log) => ({ getSnapshot: (actorId, _, signal) => log.getSnapshot(actorId, Infinity, signal) }),
    caughtBy: "An actor keeps as many snapshots as keep says, newest first, and atMost finds the older ones",
  },
  {
    name: "keeps every snapshot",
    fault: (log) => ({
      putSnapshot: (actorId, snapshot, _, signal) => log.putSnapshot(actorId, snapshot, 100, signal),
    }),
    caughtBy: "Without keep only the newest snapshot stays",
  },
  {
    name: "keeps one snapshot only",
    fault: (log) => ({ putSnapshot: (actorId, snapshot, _, signal) => log.putSnapshot(actorId, snapshot, 1, signal) }),
    caughtBy: "An actor keeps as many snapshots as keep says, newest first, and atMost finds the older ones",
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
    caughtBy: "An older snapshot that comes late does not become the latest",
  },
  {
    name: "keeps the first snapshot of a version",
    fault: (log) => ({
      putSnapshot: async (actorId, snapshot, keep, signal) => {
        const there = await log.getSnapshot(actorId, snapshot.version, signal);
        if (there?.version !== snapshot.version) await log.putSnapshot(actorId, snapshot, keep, signal);
      },
    }),
    caughtBy: "A snapshot of the same version replaces the one before",
  },
  {
    name: "cuts a snapshot at a megabyte",
    fault: (log) => ({
      putSnapshot: (actorId, { version, bytes }, keep, signal) =>
        log.putSnapshot(actorId, { version, bytes: bytes.slice(0, 1_000_000) }, keep, signal),
    }),
    caughtBy: "A snapshot of 1.5 MB comes back whole",
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
    caughtBy: "Snapshots of one actor leave those of other actors as they were",
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
    caughtBy: "A snapshot changes no version, no log and no expectation",
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
    caughtBy: "Events up to a version expire together, and the read of what has expired says where history begins",
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
    caughtBy: "An empty range and one beyond the end have no events, if all events of the actor expired",
  },
  {
    name: "refuses every read backwards once something has expired",
    fault: (log) => ({
      readActor: (actorId, range, signal) => {
        void log.readActor(actorId, { ...range, backwards: false, from: 1 }, signal);
        return log.readActor(actorId, range, signal);
      },
    }),
    caughtBy: "A read backwards gives what is left, and fails only where it would go on into what has expired",
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
    caughtBy: "A read backwards gives what is left, and fails only where it would go on into what has expired",
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
    caughtBy: "The log says that its beginning has expired, and where it begins now",
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
    caughtBy: "A checkpoint at the end of the last expired commit works, an earlier one says that events have expired",
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
    caughtBy: "An actor whose events have all expired keeps its version",
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
    caughtBy: "A commit id whose commit has expired is a conflict, never a second commit",
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
    caughtBy: "A subscription to what has expired fails, and so does its caughtUp; at the edge of it, it works",
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
    caughtBy: "A subscription that history expires under says so: it never goes on with a gap",
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
    caughtBy: "A namespace takes as many commits as its quota says, and refuses one more without storing any of it",
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
    caughtBy: "A namespace takes as many commits as its quota says, and refuses one more without storing any of it",
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
    caughtBy: "A full namespace still tells conflicts and repeated commits for what they are",
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
    caughtBy: "A full namespace leaves another as it was",
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
    caughtBy: "Events that were read can be appended to another actor",
  },
];
