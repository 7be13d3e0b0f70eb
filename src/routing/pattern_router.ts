import { detachString } from "../base/detach_string.ts";
import { CachedMatch } from "./cached_match.ts";
import { MatchCache } from "./match_cache.ts";
import { type IndexSizes, NO_SUBSCRIBERS, PatternIndex } from "./pattern_index.ts";
import { Route } from "./route.ts";
import { CACHED_HANDLERS } from "./routing_limits.ts";

/** Choices that tests make. */
export interface PatternRouterOptions {
  /** Seed of the hashes, a 32-bit integer. Random by default, so that a sender cannot choose patterns that collide. */
  readonly seed?: number | undefined;
  /** How many bits of a hash to keep, 0 to 29 (the default): few make collisions common. */
  readonly hashBits?: number | undefined;
}

/**
 * Any number of patterns with their subscribers, and the match of a subject against them.
 *
 * **The trick.** One pass over the subject hashes its tokens ({@link TokenScan}). Exact patterns are in an open table under the hash of
 * all tokens; patterns with wildcards in a trie whose literal edges are in one such table ({@link WildcardTrie}). No
 * string is split, and a step costs one probe. Two caches avoid the search: matches of repeated subjects ({@link
 * MatchCache}), and a {@link Route} for a holder that publishes to one subject. The recent changes of patterns tell
 * whether either is current ({@link InvalidationLog}).
 *
 * **What it costs** (100,000 patterns, 27 characters, ns, against qlobber in the same run; a route against an array loop):
 * a route 3 more than the loop; the same string object again 20, a 60th; an equal new string 60 to 100, a 12th; a new
 * subject 1,000, a quarter, of which the pass is 75, and most of the rest a wait for memory. A change that does not
 * affect a subject costs its next match 10 to 40. Adding and removing 500 each at 1,000,000 patterns, an eighth and a
 * sixth. Memory is 62 bytes a pattern at 1,000,000, an eighth.
 *
 * **Order.** The most specific pattern first: token by token from the first, a literal before `*` before `>`; subscribers of one pattern
 * in order of subscription. Each subscription once: a value with two patterns that match is there twice.
 *
 * **Subjects** need not be checked: one with an empty token (also in front or at the end) matches nothing, as in
 * nats-server; `*` and `>` in a subject are literal; a subject with more than 31 tokens can only match a pattern that
 * ends in `>`.
 *
 * An array that was handed out never changes, so that it can be iterated while handlers subscribe and unsubscribe.
 *
 * @example
 * ```ts
 * import { PatternRouter } from "./pattern_router.ts";
 *
 * const router = new PatternRouter<(text: string) => void>();
 * router.add("orders.*", (text) => console.log(text));
 * for (const handler of router.match("orders.42")) handler("placed");
 * ```
 */
export class PatternRouter<T extends object> {
  readonly #index: PatternIndex<T>;
  readonly #cache: MatchCache<CachedMatch<T>> = new MatchCache();

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

  /**
   * Subscribes a value to a pattern.
   *
   * @param pattern Already checked: 1 to 31 tokens, `*` and `>` as whole tokens, `>` last only.
   * @param value Compared by identity.
   * @returns False when it subscribed to this pattern before: then nothing changes.
   * @throws {RangeError} If the pattern has more than 31 tokens or an empty one. Nothing else is checked.
   */
  add(pattern: string, value: T): boolean {
    return this.#index.add(pattern, value);
  }

  /**
   * Takes a value's subscription to a pattern back.
   *
   * @returns False when there was none.
   * @throws {RangeError} If the pattern has more than 31 tokens or an empty one.
   */
  remove(pattern: string, value: T): boolean {
    const removed = this.#index.remove(pattern, value);
    if (this.#index.patternCount === 0) this.#cache.clear();
    return removed;
  }

  /** The subscribers of exactly this pattern, in order of subscription. */
  subscribersOf(pattern: string): readonly T[] {
    return this.#index.subscribersOf(pattern);
  }

  /** The subscribers of a subject, in an array that later changes do not modify. */
  match(subject: string): readonly T[] {
    const near = this.#cache.getHot(subject);
    if (near !== undefined) return this.#current(near);
    const index = this.#index;
    if (!index.read(subject)) return NO_SUBSCRIBERS;
    const known = this.#cache.get(subject, index.lastHash);
    return known === undefined ? this.#meet(subject) : this.#current(known);
  }

  /** A route to the subscribers of a subject, for a holder that sends to it repeatedly. */
  route(subject: string): Route<T> {
    return new Route(this.#index, subject);
  }

  /** The current subscribers of a cached match. */
  #current(known: CachedMatch<T>): readonly T[] {
    if (this.#index.changes.isCurrent(known)) return known.handlers;
    known.refresh(this.#index);
    if (known.handlers.length > CACHED_HANDLERS) this.#cache.delete(known);
    return known.handlers;
  }

  /** Searches for the subject that was read last and is not in the cache, and puts it there if it belongs. */
  #meet(subject: string): readonly T[] {
    const index = this.#index;
    const handlers = index.searchRead(subject);
    if (handlers.length <= CACHED_HANDLERS && this.#cache.admits(subject, index.lastHash)) {
      this.#cache.put(new CachedMatch(index, detachString(subject), handlers), index.lastHash);
    }
    return handlers;
  }
}

function randomSeed(): number {
  return crypto.getRandomValues(new Int32Array(1))[0]!;
}
