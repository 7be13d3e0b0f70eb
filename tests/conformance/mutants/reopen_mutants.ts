import type { Log } from "../../../adapter.ts";
import type { Namespace } from "../../../mod.ts";
import { MemorySnapshots } from "../../../adapters/memory/memory_snapshots.ts";
import { allOf, WHOLE_LOG } from "../faulty_driver.ts";
import type { Mutant } from "../mutant.ts";

/** Faults that show when a storage is opened again: what is kept in the process, or under a name that is not its own. */
export const reopenMutants: readonly Mutant[] = [
  {
    name: "forgets its snapshots when it is closed",
    fault: () => {
      const snapshots = new MemorySnapshots();
      return {
        putSnapshot: (actorId, snapshot, keep) => snapshots.put(actorId, snapshot, keep),
        getSnapshot: (actorId, atMost) => snapshots.get(actorId, atMost),
      };
    },
    caughtBy: "snapshots.latest() returns the kept snapshots after a reopen",
  },
  {
    name: "finds its snapshots by version when it is opened again, not by actor",
    fault: (log) => ({
      putSnapshot: (_, snapshot, keep, signal) => log.putSnapshot("any", snapshot, keep + 100, signal),
      getSnapshot: (_, atMost, signal) => log.getSnapshot("any", atMost, signal),
    }),
    caughtBy: "read() and snapshots keep actors with similar ids apart after a reopen",
  },
  {
    name: "lower-cases the names that it stores under",
    nameFault: (namespace) => namespace.toLowerCase() as Namespace,
    caughtBy: "backend.store() keeps namespaces with similar names apart after a reopen",
  },
  {
    name: "stores under names in which a dot is an underscore",
    nameFault: (namespace) => namespace.replaceAll(".", "_") as Namespace,
    caughtBy: "backend.store() keeps namespaces with similar names apart after a reopen",
  },
  {
    name: "lists namespaces by the lower-case names of their files",
    listFault: (listed) => new Set(listed.map((namespace) => namespace.toLowerCase() as Namespace)),
    caughtBy: "backend.namespaces() after a reopen lists the exact name of each namespace that has events",
  },
  {
    name: "lists namespaces only when they were opened since",
    listFault: (listed, opened) => listed.filter((namespace) => opened.includes(namespace)),
    caughtBy: "backend.namespaces() after a reopen lists the exact name of each namespace that has events",
  },
  {
    name: "restarts positions when it is opened again",
    fault: (log) => {
      const before = lastOffset(log);
      return {
        append: async (commit, signal) => {
          const outcome = await log.append(commit, signal);
          return outcome.ok ? { ...outcome, offset: outcome.offset - await before } : outcome;
        },
      };
    },
    caughtBy: "append() returns rising positions after a reopen, and readAll() accepts earlier positions",
  },
  {
    name: "restarts versions when it is opened again",
    fault: (log) => {
      const own = new Set<string>();
      return {
        append: (commit, signal) => {
          own.add(commit.actorId);
          return log.append(commit, signal);
        },
        latestVersion: (actorId, signal) => own.has(actorId) ? log.latestVersion(actorId, signal) : 0,
      };
    },
    caughtBy: "append() continues the versions after a reopen, and conflicts report them",
  },
  {
    name: "knows commit ids only until it is closed",
    fault: (log) => {
      const own = new Set<string>();
      return {
        append: async (commit, signal) => {
          const outcome = await log.append(commit, signal);
          if (outcome.ok && outcome.duplicate && !own.has(commit.id)) return { ok: false, actual: 4 };
          own.add(commit.id);
          return outcome;
        },
      };
    },
    caughtBy: "append() finds a commit id after a reopen, and returns the first result",
  },
];

/** Where the log stood when it was opened. */
async function lastOffset(log: Log): Promise<number> {
  return (await allOf(log.readLog(WHOLE_LOG, undefined))).length;
}
