import type { ReadOnlyStore } from "@flowmade-one/aether";

/** The numbers of events and commits in a namespace, and of the events of each actor. */
export interface NamespaceCounts {
  readonly events: number;
  readonly commits: number;
  /** The number of events of each actor, greatest first. */
  readonly eventsByActor: ReadonlyMap<string, number>;
}

/** Counts the events and commits of a namespace, and the events of each actor, by reading all events. */
export async function countEvents(source: ReadOnlyStore): Promise<NamespaceCounts> {
  const commits = new Set<string>();
  const eventsByActor = new Map<string, number>();
  let events = 0;
  for await (const { actorId, commitId } of source.readAll()) {
    events++;
    commits.add(commitId);
    eventsByActor.set(actorId, (eventsByActor.get(actorId) ?? 0) + 1);
  }
  return { events, commits: commits.size, eventsByActor: new Map(byCountDescending(eventsByActor)) };
}

/** The entries of a map, greatest number first. Entries with equal numbers are in the order of their names. */
export function byCountDescending(numbers: ReadonlyMap<string, number>): [name: string, number: number][] {
  return [...numbers].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
}
