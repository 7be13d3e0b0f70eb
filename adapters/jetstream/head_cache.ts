/** The end of an actor's history. */
export interface ActorHead {
  /** How many events the actor has. */
  readonly version: number;
  /** The sequence of its last frame; 0 if it has none. */
  readonly sequence: number;
}

/**
 * The heads of the actors that were appended to last, so that the next append is one round trip. They may be out of
 * date, as others append too: what rests on them is checked by the server.
 *
 * There are two generations: what is used is in the young one, which becomes the old one when it is full, and what was
 * not used since then is forgotten. To keep the order of use, a map would have to be written to at each use.
 */
export class HeadCache {
  readonly #max: number;
  #young: Map<string, ActorHead> = new Map();
  #old: Map<string, ActorHead> = new Map();

  /** @param max So many actors' heads are kept at most: about 150 bytes each. */
  constructor(max: number) {
    this.#max = max;
  }

  get(subject: string): ActorHead | undefined {
    const young = this.#young.get(subject);
    if (young !== undefined) return young;
    const old = this.#old.get(subject);
    if (old !== undefined) this.set(subject, old);
    return old;
  }

  set(subject: string, head: ActorHead): void {
    if (this.#max === 0) return;
    this.#young.set(subject, head);
    if (this.#young.size < this.#max / 2) return;
    this.#old = this.#young;
    this.#young = new Map();
  }

  /** Notes a head that was read, unless a later one is known: an append may have been acknowledged meanwhile. */
  advance(subject: string, head: ActorHead): void {
    const known = this.get(subject);
    if (known === undefined || known.sequence < head.sequence) this.set(subject, head);
  }

  delete(subject: string): void {
    this.#young.delete(subject);
    this.#old.delete(subject);
  }

  /** Forgets all whose subjects begin so. */
  deleteAll(prefix: string): void {
    for (const generation of [this.#young, this.#old]) {
      for (const subject of generation.keys()) if (subject.startsWith(prefix)) generation.delete(subject);
    }
  }
}
