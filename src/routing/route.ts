import { CachedMatch } from "./cached_match.ts";
import type { PatternIndex } from "./pattern_index.ts";

/**
 * The subscribers of one subject. Reading {@link handlers} searches only after a change that affects the subject.
 *
 * A publisher keeps a route to publish to one subject repeatedly. A route need not be closed. It keeps the patterns of
 * its router in memory.
 */
export class Route<T extends object> {
  readonly #index: PatternIndex<T>;
  readonly #answer: CachedMatch<T>;

  constructor(index: PatternIndex<T>, subject: string) {
    this.#index = index;
    this.#answer = new CachedMatch(index, subject, index.search(subject));
  }

  /** The current subscribers, in an array that later changes do not modify. */
  get handlers(): readonly T[] {
    const answer = this.#answer;
    if (!this.#index.changes.isCurrent(answer)) answer.refresh(this.#index);
    return answer.handlers;
  }
}
