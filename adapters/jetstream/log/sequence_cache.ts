import { LruCache } from "../util/lru_cache.ts";

/** The end of an actor's history. */
export interface LatestCommit {
  /** How many events the actor has. */
  readonly version: number;
  /** The sequence of its last frame; 0 if it has none. */
  readonly sequence: number;
}

/**
 * By subject, the heads of the actors that were appended to last, so that the next append is one round trip: about 150
 * bytes each. They may be out of date, as others append too: what rests on them is checked by the server.
 */
export class SequenceCache extends LruCache<string, LatestCommit> {
  /** Notes a head that was read, unless a later one is known: an append may have been acknowledged meanwhile. */
  advance(subject: string, head: LatestCommit): void {
    const known = this.get(subject);
    if (known === undefined || known.sequence < head.sequence) this.set(subject, head);
  }
}
