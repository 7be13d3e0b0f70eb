/**
 * The invariants, one sentence each. Each case checks one of them.
 *
 * @module
 */

/** The invariants by their short names. */
export const INVARIANTS = {
  isolation: "What happens in one namespace is invisible to everything asked of another",
  hierarchy: "A hierarchy of namespaces is a naming habit, not visibility",
  grants: "Only an unforgeable grant of this backend lets its holder observe namespaces, and only those of its pattern",
  immutability: "An event never changes after it is created: not through what was passed in, not through what was read",
  values: "What is read equals what was appended",
  versions: "Versions of one actor are 1, 2, 3, ... without gap or repeat",
  conflicts: "An append whose expected version is not the actor's stores nothing and says both versions",
  atomicity: "A commit is stored entirely or not at all",
  commitIds: "An append that is repeated with its commit id is stored once, and returns its first result",
  ranges: "A read gives exactly the events that were asked for, in the order that was asked for",
  order: "The log of a namespace has one order, which positions tell",
  following: "A subscription gives every event once, in the order of the log, until it is ended",
  projections: "A read model contains every event of its namespace once, in the order of the log",
  announcing: "The bus announces what was stored, once, in the order of each actor's versions",
  carrying: "What one process publishes and stores the others hear once, in order, and nothing else",
  records: "A record changes only over the revision that its writer expects, and revisions rise for good",
  calls: "A request reaches the handler of its address at most once, and no handler of another address",
  consuming: "A consumer passes over no event that it did not handle, skip or park, and keeps the order of each actor",
  snapshots: "Snapshots change speed, never results",
  retention: "Retention expires whole prefixes, uses no version again, and no read returns less in silence",
  quota: "A full namespace refuses the newest and keeps the rest",
  durability: "What was acknowledged is seen by every backend on the same storage, then and later",
  refusals: "Misuse is refused with a code and its fields, before anything is done",
  endings: "What was closed or aborted says so, and stores nothing",
} as const;

/** The short name of an invariant. */
export type Invariant = keyof typeof INVARIANTS;
