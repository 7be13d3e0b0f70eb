import { LruCache } from "../util/lru_cache.ts";

/** The latest commit of an actor. */
export interface LatestCommit {
  /** The number of events of the actor. */
  readonly version: number;
  /** The sequence of its last commit message; 0 if there is none. */
  readonly sequence: number;
}

/**
 * By subject, the latest commits of the actors with recent appends, so that the next append takes one round trip: about
 * 150 bytes each. They may be out of date, since others append too. The server checks each append.
 */
export class SequenceCache extends LruCache<string, LatestCommit> {
  /**
   * Records a latest commit that was read, unless a later one is known: an append may have been acknowledged meanwhile.
   */
  advance(subject: string, latest: LatestCommit): void {
    const known = this.get(subject);
    if (known === undefined || known.sequence < latest.sequence) this.set(subject, latest);
  }
}
