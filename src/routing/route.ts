import { CachedMatch } from "./cached_match.ts";
import type { PatternIndex } from "./pattern_index.ts";

/**
 * The subscribers of one subject. Reading {@link handlers} searches only after a change that affects the subject.
 *
 * A publisher keeps a route to publish to one subject repeatedly. A route need not be closed. While it is reachable,
 * the patterns of its router stay in memory.
 */
export class Route<T extends object> {
  readonly #index: PatternIndex<T>;
  readonly #match: CachedMatch<T>;

  constructor(index: PatternIndex<T>, subject: string) {
    this.#index = index;
    this.#match = new CachedMatch(index, subject, index.search(subject));
  }

  /** The current subscribers, in an array that later changes do not modify. */
  get handlers(): readonly T[] {
    const match = this.#match;
    if (!this.#index.changes.isCurrent(match)) match.refresh(this.#index);
    return match.handlers;
  }
}
