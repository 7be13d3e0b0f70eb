import { LruCache } from "../util/lru_cache.ts";

/** The latest commit of an actor. */
export interface LatestCommit {
  /** The number of events of the actor. */
  readonly version: number;
  /** The sequence of its last commit message; 0 if there is none. */
  readonly sequence: number;
}

/**
 * The latest commits of recently used actors, by subject, about 150 bytes each. With a cached commit, an append takes
 * one round trip. Entries may be out of date, since other processes append too. The server checks each append.
 */
export class SequenceCache extends LruCache<string, LatestCommit> {
  /**
   * Records the latest commit after a read, unless a later one is cached: an append may have been acknowledged during
   * the read.
   */
  advance(subject: string, latest: LatestCommit): void {
    const known = this.get(subject);
    if (known === undefined || known.sequence < latest.sequence) this.set(subject, latest);
  }
}
