/**
 * The invariants, one sentence each. Each case checks one of them.
 *
 * @module
 */

/** The invariants by their short names. */
export const INVARIANTS = {
  isolation: "A request about one namespace reveals nothing of another namespace",
  hierarchy: "A hierarchy of namespaces is a naming convention, and gives no visibility",
  grants: "Only an unforgeable grant of this backend gives access to several namespaces, and only within its pattern",
  immutability:
    "An event never changes after it is created, even if the appended values or the read values are changed",
  values: "Read values equal the appended values",
  versions: "Versions of one actor are 1, 2, 3, ... without gap or repeat",
  conflicts:
    "An append whose expected version differs from the actor's version stores nothing, and reports both versions",
  atomicity: "A commit is stored entirely or not at all",
  commitIds: "An append that is repeated with its commit id is stored once, and returns its first result",
  ranges: "A read returns exactly the requested events, in the requested order",
  order: "The log of a namespace has one order, which is the order of its positions",
  following: "A subscription returns every event once, in the order of the log, until it ends",
  projections: "A read model contains every event of its namespace once, in the order of the log",
  announcing: "The bus delivers stored events at most once, in the order of each actor's versions",
  carrying:
    "Other processes receive the published and stored events of a process at most once, in order, and nothing else",
  records: "A record changes only if it has the revision that its writer expects, and revisions always rise",
  calls: "A request reaches the handler of its address at most once, and no handler of another address",
  consuming:
    "A consumer handles or parks every event that the application does not skip, and keeps the order of each actor",
  snapshots: "Snapshots change speed, never results",
  retention: "Retention expires the oldest commits, reuses no version, and makes no read omit expired events silently",
  quota: "A full namespace refuses new commits and keeps the stored commits",
  durability:
    "Every backend on a storage reads the acknowledged commits, immediately and after the storage is opened again",
  refusals: "Invalid use is refused with a code and its fields, before anything is done",
  probing: "`backend.probe()` returns valid measurements of the storage while the storage answers",
  endings:
    "A close ends only the operations of the closed object, an abort ends only the operations with its signal, " +
    "and an operation that fails as closed or aborted stores nothing",
} as const;

/** The short name of an invariant. */
export type Invariant = keyof typeof INVARIANTS;
