import type { ReadOnlyStore } from "@flowmade-one/aether";

/** The content of a namespace. */
export interface Stock {
  readonly events: number;
  readonly commits: number;
  /** The number of events of each actor, in descending order. */
  readonly actors: ReadonlyMap<string, number>;
}

/** Counts the events of a namespace by reading all of them. */
export async function takeStock(source: ReadOnlyStore): Promise<Stock> {
  const commits = new Set<string>();
  const actors = new Map<string, number>();
  let events = 0;
  for await (const { actorId, commitId } of source.readAll()) {
    events++;
    commits.add(commitId);
    actors.set(actorId, (actors.get(actorId) ?? 0) + 1);
  }
  return { events, commits: commits.size, actors: new Map(mostFirst(actors)) };
}

/** The entries of a map by their number, then by their name. */
export function mostFirst(numbers: ReadonlyMap<string, number>): [name: string, number: number][] {
  return [...numbers].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
}
