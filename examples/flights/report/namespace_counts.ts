import type { ReadOnlyStore } from "@flowmade-one/aether";

/** The numbers of events, commits and actors in a namespace. */
export interface NamespaceCounts {
  readonly events: number;
  readonly commits: number;
  /** The number of events of each actor, greatest first. */
  readonly actors: ReadonlyMap<string, number>;
}

/** Counts the events, commits and actors of a namespace by reading all events. */
export async function countEvents(source: ReadOnlyStore): Promise<NamespaceCounts> {
  const commits = new Set<string>();
  const actors = new Map<string, number>();
  let events = 0;
  for await (const { actorId, commitId } of source.readAll()) {
    events++;
    commits.add(commitId);
    actors.set(actorId, (actors.get(actorId) ?? 0) + 1);
  }
  return { events, commits: commits.size, actors: new Map(byCountDescending(actors)) };
}

/** The entries of a map, greatest number first. Entries with equal numbers are in the order of their names. */
export function byCountDescending(numbers: ReadonlyMap<string, number>): [name: string, number: number][] {
  return [...numbers].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
}
