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
 */
export class HeadCache {
  /** By subject, in the order of use. */
  readonly #heads: Map<string, ActorHead> = new Map();
  readonly #max: number;

  /** @param max So many actors' heads are kept: about 150 bytes each. */
  constructor(max: number) {
    this.#max = max;
  }

  get(subject: string): ActorHead | undefined {
    return this.#heads.get(subject);
  }

  set(subject: string, head: ActorHead): void {
    this.#heads.delete(subject);
    this.#heads.set(subject, head);
    if (this.#heads.size <= this.#max) return;
    const [oldest] = this.#heads.keys();
    this.#heads.delete(oldest!);
  }

  /** Notes a head that was read, unless a later one is known: an append may have been acknowledged meanwhile. */
  advance(subject: string, head: ActorHead): void {
    const known = this.#heads.get(subject);
    if (known === undefined || known.sequence < head.sequence) this.set(subject, head);
  }

  delete(subject: string): void {
    this.#heads.delete(subject);
  }

  /** Forgets all whose subjects begin so. */
  deleteAll(prefix: string): void {
    for (const subject of this.#heads.keys()) if (subject.startsWith(prefix)) this.#heads.delete(subject);
  }
}
