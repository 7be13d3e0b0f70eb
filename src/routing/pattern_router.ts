import { Answer } from "./answer.ts";
import { MatchCache } from "./match_cache.ts";
import { type IndexSizes, PatternIndex } from "./pattern_index.ts";
import { Route } from "./route.ts";
import { CACHED_HANDLERS } from "./routing_limits.ts";

/** Choices that tests make. */
export interface PatternRouterOptions {
  /** Seed of the hashes, a 32-bit integer. Random by default, so that nobody can name patterns that collide. */
  readonly seed?: number | undefined;
  /** How many bits of a hash to keep, 0 to 29 (the default): few make collisions common. */
  readonly hashBits?: number | undefined;
}

export class PatternRouter<T extends object> {
  readonly #index: PatternIndex<T>;
  readonly #cache: MatchCache<Answer<T>> = new MatchCache();

  constructor(options: PatternRouterOptions = {}) {
    this.#index = new PatternIndex(options.seed ?? randomSeed(), options.hashBits);
  }

  /** Patterns with a subscriber. */
  get patternCount(): number {
    return this.#index.patternCount;
  }

  /** How much is held, for tests. */
  get sizes(): IndexSizes & { readonly cached: number } {
    return { ...this.#index.sizes, cached: this.#cache.size };
  }

  add(pattern: string, value: T): boolean {
    return this.#index.add(pattern, value);
  }

  remove(pattern: string, value: T): boolean {
    const removed = this.#index.remove(pattern, value);
    if (this.#index.patternCount === 0) this.#cache.clear();
    return removed;
  }

  subscribersOf(pattern: string): readonly T[] {
    return this.#index.subscribersOf(pattern);
  }

  match(subject: string): readonly T[] {
    const known = this.#cache.get(subject);
    if (known === undefined) return this.#meet(subject);
    if (this.#index.changes.isCurrent(known)) return known.handlers;
    known.refresh(this.#index, subject);
    if (known.handlers.length > CACHED_HANDLERS) this.#cache.delete(subject);
    return known.handlers;
  }

  route(subject: string): Route<T> {
    return new Route(this.#index, subject);
  }

  /** Searches for a subject that is not in the cache, and puts it there if it belongs. */
  #meet(subject: string): readonly T[] {
    const index = this.#index;
    const handlers = index.search(subject);
    if (handlers.length <= CACHED_HANDLERS && this.#cache.admits(subject, index.lastHash)) {
      this.#cache.put(subject, new Answer(index, handlers));
    }
    return handlers;
  }
}

function randomSeed(): number {
  return crypto.getRandomValues(new Int32Array(1))[0]!;
}
