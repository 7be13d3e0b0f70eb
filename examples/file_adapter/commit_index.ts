/** The place of a commit in its file, and the fields that the adapter needs without reading the file. */
export interface Entry {
  readonly actorId: string;
  readonly commitId: string;
  /** The version of the commit's first event. */
  readonly firstVersion: number;
  /** The version of the commit's last event. */
  readonly lastVersion: number;
  /** The offset of the commit in its log: the place of the line's first byte in the file, counted from 1. */
  readonly offset: number;
  /** The place of the commit's JSON form in the file, in bytes from 0. */
  readonly start: number;
  /** The bytes of the commit's JSON form. */
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

  /** The commits of an actor, oldest first. */
  of(actorId: string): readonly Entry[] {
    return this.#actors.get(actorId) ?? [];
  }

  /** The version of an actor; 0 without commits. */
  version(actorId: string): number {
    return this.of(actorId).at(-1)?.lastVersion ?? 0;
  }

  /** The index in `entries` of the first commit at or after an offset. The offset may belong to no commit. */
  indexAt(offset: number): number {
    let [low, high] = [0, this.entries.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.entries[middle]!.offset < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
