import { type AppendOutcome, isEndOfCommit, logIdentityOf, newLogIdentity, offsetOf } from "../../../adapter.ts";
import { AbortError } from "../../../errors.ts";
import type { RecordedEvent } from "../../../mod.ts";
import { allOf, changeCommits, WHOLE_LOG } from "../faulty_driver.ts";
import type { Mutant } from "../mutant.ts";

const ALL = { from: 1, to: Infinity, backwards: false, limit: Infinity } as const;

/** Faults of what an append stores, and of what it answers. */
export const appendMutants: readonly Mutant[] = [
  {
    name: "drops the last event of a commit of several",
    fault: (log) =>
      changeCommits(
        log,
        (commit) => ({ ...commit, events: commit.events.slice(0, Math.max(1, commit.events.length - 1)) }),
      ),
    caughtBy: "append() with the actor's version as expectedVersion continues the actor",
  },
  {
    name: "stores an event twice",
    fault: (log) => changeCommits(log, (commit) => ({ ...commit, events: [...commit.events, commit.events[0]!] })),
    caughtBy: "append() with expectedVersion 0 begins an actor at version 1",
  },
  {
    name: "ignores the expected version",
    fault: (log) => changeCommits(log, (commit) => ({ ...commit, expectedVersion: "any" })),
    caughtBy:
      "append() with an expectedVersion that is too low throws a conflict with both versions, and stores nothing",
  },
  {
    name: "takes an expected version that is too high",
    fault: (log) => ({
      append: (commit, signal) => {
        const version = log.latestVersion(commit.actorId, signal) as number;
        const isHigh = typeof commit.expectedVersion === "number" && commit.expectedVersion > version;
        return log.append(isHigh ? { ...commit, expectedVersion: "any" } : commit, signal);
      },
    }),
    caughtBy:
      "append() with an expectedVersion that is too high throws a conflict with both versions, and stores nothing",
  },
  {
    name: "treats an actor without events as existing",
    fault: (log) =>
      changeCommits(
        log,
        (commit) => commit.expectedVersion === "exists" ? { ...commit, expectedVersion: "any" } : commit,
      ),
    caughtBy: 'append() with expectedVersion "exists" for an actor without events throws a conflict with version 0',
  },
  {
    name: "reports the expected version as the actual version",
    fault: (log) => ({
      append: async (commit, signal) => {
        const outcome = await log.append(commit, signal);
        return outcome.ok ? outcome : { ok: false, actual: Number(commit.expectedVersion) };
      },
    }),
    caughtBy: "append() at the version that a conflict reported continues the actor",
  },
  {
    name: "stores the first event of a commit that conflicts",
    fault: (log) => ({
      append: async (commit, signal) => {
        const outcome = await log.append(commit, signal);
        if (!outcome.ok) {
          await log.append({ ...commit, events: commit.events.slice(0, 1), expectedVersion: "any" }, signal);
        }
        return outcome;
      },
    }),
    caughtBy: "append() that conflicts stores no event of its commit",
  },
  {
    name: "stores the events of a commit one by one",
    fault: (log) => ({
      append: async (commit, signal) => {
        let outcome = await log.append({ ...commit, events: commit.events.slice(0, 1) }, signal);
        for (const event of commit.events.slice(1)) {
          if (!outcome.ok || outcome.duplicate) return outcome;
          outcome = await log.append({ ...commit, events: [event], expectedVersion: "any" }, signal);
        }
        return outcome;
      },
    }),
    caughtBy: "read() and latestVersion() never return a part of a commit that is being stored",
  },
  {
    name: "checks the expected version, then stores without a lock",
    fault: (log) => ({
      append: async (commit, signal) => {
        const actual = log.latestVersion(commit.actorId, signal) as number;
        await Promise.resolve();
        const { expectedVersion } = commit;
        if (typeof expectedVersion === "number" && expectedVersion !== actual) return { ok: false, actual };
        return await log.append({ ...commit, expectedVersion: "any" }, signal);
      },
    }),
    caughtBy: "append() of one of 100 concurrent writers begins an actor, and all others conflict",
  },
  {
    name: 'gives up on "any" when another writer was faster',
    fault: (log) => ({
      append: async (commit, signal) => {
        const expectedVersion = log.latestVersion(commit.actorId, signal) as number;
        await Promise.resolve();
        return await log.append(commit.expectedVersion === "any" ? { ...commit, expectedVersion } : commit, signal);
      },
    }),
    caughtBy: 'append() of 100 concurrent writers with "any" succeeds, each at its own version',
  },
  {
    name: "returns the offset before the last event of a commit",
    fault: (log) => ({
      append: async (commit, signal) => {
        const outcome = await log.append(commit, signal);
        return outcome.ok ? { ...outcome, offset: Math.max(1, outcome.offset - 1) } : outcome;
      },
    }),
    caughtBy: "append() returns the position of the last event of its commit",
  },
  {
    name: "stores another timestamp",
    fault: (log) => changeCommits(log, (commit) => ({ ...commit, timestamp: commit.timestamp + 1 })),
    caughtBy: "append() returns the events that a later read returns",
  },
  {
    name: "ignores commit ids",
    fault: (log) => changeCommits(log, (commit) => ({ ...commit, id: crypto.randomUUID() })),
    caughtBy: "append() that is repeated with its commit id returns its first result as a duplicate",
  },
  {
    name: "does not say that a repeated commit is a duplicate",
    fault: (log) => ({
      append: async (commit, signal) => {
        const outcome = await log.append(commit, signal);
        return outcome.ok ? { ...outcome, duplicate: false } : outcome;
      },
    }),
    caughtBy:
      "append() of several events, repeated with its commit id, returns the version and position of the last event",
  },
  {
    name: "answers a repeated commit with the actor's version of now",
    fault: (log) => ({
      append: async (commit, signal) => {
        const outcome = await log.append(commit, signal);
        if (!outcome.ok || !outcome.duplicate) return outcome;
        return { ...outcome, version: await log.latestVersion(commit.actorId, signal) };
      },
    }),
    caughtBy: "append() that is repeated after later commits returns its first result",
  },
  {
    name: "knows only the last commit id of an actor",
    fault: (log) => {
      const last = new Map<string, string>();
      return {
        append: async (commit, signal) => {
          const outcome = await log.append(commit, signal);
          if (outcome.ok && outcome.duplicate && last.get(commit.actorId) !== commit.id) {
            return { ok: false, actual: outcome.version };
          }
          last.set(commit.actorId, commit.id);
          return outcome;
        },
      };
    },
    caughtBy: "append() finds each commit of a history by its commit id and expected version",
  },
  {
    name: "looks for a commit id in the whole namespace",
    fault: (log) => ({
      append: async (commit, signal) => {
        const all = await allOf(log.readLog(WHOLE_LOG, signal));
        const last = all.findLast(({ commitId }) => commitId === commit.id);
        if (last === undefined) return log.append(commit, signal);
        return duplicateOf(last);
      },
    }),
    caughtBy: "append() finds no commit id of another actor",
  },
  {
    name: "accepts a repeated commit id with an expectedVersion inside the stored commit",
    fault: (log) => ({
      append: async (commit, signal) => {
        const outcome = await log.append(commit, signal);
        if (outcome.ok || typeof commit.expectedVersion !== "number") return outcome;
        const rest = await allOf(log.readActor(commit.actorId, { ...ALL, from: commit.expectedVersion + 1 }, signal));
        const last = rest.find(({ commitId, position }) => commitId === commit.id && isEndOfCommit(position));
        if (rest[0]?.commitId !== commit.id || last === undefined) return outcome;
        return duplicateOf(last);
      },
    }),
    caughtBy: "append() with a stored commit id and a different expectedVersion throws a conflict",
  },
  {
    name: "recognizes a repeated commit only if it has the same number of events",
    fault: (log) => ({
      append: async (commit, signal) => {
        const outcome = await log.append(commit, signal);
        if (!outcome.ok || !outcome.duplicate) return outcome;
        const size = outcome.version - Number(commit.expectedVersion);
        return size === commit.events.length ? outcome : { ok: false, actual: outcome.version };
      },
    }),
    caughtBy: "append() with a stored commit id returns the first result, even with other events",
  },
  {
    name: "reports an append as aborted although it was stored",
    fault: (log) => ({
      append: async (commit, signal) => {
        const outcome = await log.append(commit, signal);
        await Promise.resolve();
        if (signal?.aborted) throw new AbortError("Cannot append: the signal was aborted");
        return outcome;
      },
    }),
    caughtBy: "append() whose signal is aborted while it waits rejects with AbortError only if it stored nothing",
  },
  {
    name: "acknowledges an append without storing it while another append is running",
    fault: (log) => {
      let busy = false;
      return {
        append: async (commit, signal) => {
          if (busy) {
            const version = await log.latestVersion(commit.actorId, signal) + commit.events.length;
            return { ok: true, version, identity: newLogIdentity(), offset: 1, duplicate: false };
          }
          busy = true;
          await Promise.resolve();
          busy = false;
          return await log.append(commit, signal);
        },
      };
    },
    caughtBy: "append() of concurrent writers of different actors never conflicts",
  },
];

/** The outcome of an append that repeats a stored commit, whose last event is given. */
function duplicateOf({ version, position }: RecordedEvent): AppendOutcome {
  return { ok: true, version, identity: logIdentityOf(position), offset: offsetOf(position), duplicate: true };
}
