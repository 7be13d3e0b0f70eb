import { actorOfSubject, type Names } from "./names.ts";

/** So many actors are remembered. */
const MAX_ACTORS = 20_000;

/** Which actor a subject of one namespace's log is of. Remembers it: decoding and checking cost more than all else. */
export class ActorsOfSubjects {
  readonly #names: Names;
  readonly #actors: Map<string, string> = new Map();
  #partitions = 0;

  constructor(names: Names) {
    this.#names = names;
  }

  /** The actor whose commits are stored at a subject; `undefined` if it is no actor's. */
  of(partitions: number, subject: string): string | undefined {
    if (partitions !== this.#partitions || this.#actors.size > MAX_ACTORS) this.#actors.clear();
    this.#partitions = partitions;
    const known = this.#actors.get(subject);
    if (known !== undefined) return known;
    const actorId = actorOfSubject(this.#names, partitions, subject);
    if (actorId !== undefined) this.#actors.set(subject, actorId);
    return actorId;
  }
}
