/** The place of a commit in its file, with the facts that are needed without reading it. */
export interface Entry {
  readonly actorId: string;
  /** The commit's. */
  readonly id: string;
  /** The versions of its first and its last event. */
  readonly first: number;
  readonly last: number;
  /** The place in the log: the number of the line's first byte, counted from 1. It only has to rise. */
  readonly offset: number;
  /** The place of its JSON form in the file, and its length, in bytes. */
  readonly start: number;
  readonly length: number;
}

/** The commits of one file, in the order of the log and by actor. */
export class CommitIndex {
  readonly entries: Entry[] = [];
  readonly #actors: Map<string, Entry[]> = new Map();

  add(entry: Entry): void {
    this.entries.push(entry);
    this.#actors.getOrInsertComputed(entry.actorId, () => []).push(entry);
  }

  of(actorId: string): readonly Entry[] {
    return this.#actors.get(actorId) ?? [];
  }

  version(actorId: string): number {
    return this.of(actorId).at(-1)?.last ?? 0;
  }

  /** The index in `entries` of the first commit at an offset or after it. No commit has to be at that offset. */
  placeOf(offset: number): number {
    let [low, high] = [0, this.entries.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.entries[middle]!.offset < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
