import { InvalidationLog } from "./invalidation_log.ts";
import { ExactPatterns } from "./exact_patterns.ts";
import { MAX_PATTERN_TOKENS } from "./routing_limits.ts";
import { countOf, isSole, snapshotOf, type Subscribers } from "./subscribers.ts";
import { TokenScan } from "./token_scan.ts";
import { hasWildcard } from "./wildcard_tokens.ts";
import { WildcardTrie } from "./wildcard_trie.ts";

/** No subscribers. */
export const NO_SUBSCRIBERS: readonly never[] = Object.freeze([]);

/** The sizes of a {@link PatternIndex}, for tests. */
export interface IndexSizes {
  /** The slots of the table of exact patterns. */
  readonly exactCapacity: number;
  /** The nodes of the trie, its literal edges, and the slots of the table of edges. */
  readonly nodes: number;
  readonly edges: number;
  readonly edgeCapacity: number;
}

/**
 * Patterns with their subscribers, and the search. Exact patterns are in a table, patterns with wildcards in a trie.
 * Both use the hashes of one {@link TokenScan} over the subject.
 */
export class PatternIndex<T extends object> {
  /** The recent changes of patterns. They show whether a search must be repeated. */
  readonly changes: InvalidationLog = new InvalidationLog();
  readonly #scan: TokenScan;
  readonly #exact: ExactPatterns<T> = new ExactPatterns();
  readonly #wildcards: WildcardTrie<T>;
  /** The results of the running search. The array is reused. */
  readonly #found: (Subscribers<T> | undefined)[] = [];

  /**
   * @param seed Seed of the hashes, any 32-bit integer.
   * @param hashBits The number of hash bits to keep: see {@link TokenScan}.
   */
  constructor(seed: number, hashBits?: number) {
    this.#scan = new TokenScan(seed, hashBits);
    this.#wildcards = new WildcardTrie(this.#scan);
  }

  /** The number of patterns with a subscriber. */
  get patternCount(): number {
    return this.#exact.size + this.#wildcards.size;
  }

  /** Whether any pattern has a wildcard. Without one, a search is a single lookup in the table of exact patterns. */
  get hasWildcards(): boolean {
    return this.#wildcards.size > 0;
  }

  get sizes(): IndexSizes {
    return { exactCapacity: this.#exact.capacity, ...this.#wildcards.sizes };
  }

  /** The hash of the subject that was searched last. */
  get lastHash(): number {
    return this.#scan.whole;
  }

  /** The kind in {@link changes} of the exact pattern that equals the subject that was searched last. */
  get lastExactKind(): number {
    return this.changes.exactKind(this.#scan);
  }

  /** The kinds in {@link changes} of the patterns that begin like the subject that was searched last. */
  get lastWildcardKinds(): number {
    return this.changes.wildcardKinds(this.#scan);
  }

  /** The hash of the third token of the subject that was searched last. */
  get lastThirdHash(): number {
    return this.changes.thirdHash(this.#scan);
  }

  /** Adds a subscriber; returns false if it was already there. */
  add(pattern: string, value: T): boolean {
    this.#scanPattern(pattern);
    if (!hasWildcard(pattern)) {
      const added = this.#exact.add(this.#scan.whole, pattern, value);
      if (added) this.changes.exactChanged(this.#scan, pattern);
      return added;
    }
    const added = this.#wildcards.add(pattern, value);
    if (added) this.changes.wildcardChanged(this.#scan, pattern);
    return added;
  }

  /** Removes a subscriber; returns false if it was not there. */
  remove(pattern: string, value: T): boolean {
    this.#scanPattern(pattern);
    if (!hasWildcard(pattern)) {
      const removed = this.#exact.remove(this.#scan.whole, pattern, value);
      if (removed) this.changes.exactChanged(this.#scan, pattern);
      return removed;
    }
    const removed = this.#wildcards.remove(pattern, value);
    if (removed) this.changes.wildcardChanged(this.#scan, pattern);
    return removed;
  }

  /** The subscribers of exactly this pattern. */
  subscribersOf(pattern: string): readonly T[] {
    this.#scanPattern(pattern);
    const subscribers = hasWildcard(pattern)
      ? this.#wildcards.find(pattern)
      : this.#exact.find(this.#scan.whole, pattern);
    return subscribers === undefined ? NO_SUBSCRIBERS : snapshotOf(subscribers);
  }

  /** The subscribers of a subject, in the order of their patterns, the most specific pattern first. */
  search(subject: string): readonly T[] {
    return this.scan(subject) ? this.searchScanned(subject) : NO_SUBSCRIBERS;
  }

  /** Scans a subject, so that its hash is known. Returns false if it has an empty token: then no pattern matches it. */
  scan(subject: string): boolean {
    return this.#scan.read(subject);
  }

  /** Searches for the subject that was scanned last. */
  searchScanned(subject: string): readonly T[] {
    const found = this.#found;
    let count = this.#wildcards.collect(subject, found, 0);
    const exact = this.#exact.find(this.#scan.whole, subject);
    if (exact !== undefined) found[count++] = exact;
    return this.#takeFound(count);
  }

  /**
   * Moves the results of the search to one array, the last result first. If only one pattern matches, returns its array
   * without a copy.
   */
  #takeFound(count: number): readonly T[] {
    if (count === 0) return NO_SUBSCRIBERS;
    const found = this.#found;
    if (count === 1) {
      const only = snapshotOf(found[0]!);
      found[0] = undefined;
      return only;
    }
    let total = 0;
    for (let i = 0; i < count; i++) total += countOf(found[i]!);
    const all = new Array<T>(total);
    for (let i = 0, end = total; i < count; i++) {
      const subscribers = found[i]!;
      found[i] = undefined;
      if (isSole(subscribers)) {
        all[--end] = subscribers;
        continue;
      }
      const values = snapshotOf(subscribers);
      end -= values.length;
      for (let j = 0; j < values.length; j++) all[end + j] = values[j]!;
    }
    return all;
  }

  #scanPattern(pattern: string): void {
    if (this.#scan.read(pattern) && this.#scan.count <= MAX_PATTERN_TOKENS) return;
    throw new RangeError(`Cannot route pattern "${pattern}": it needs 1 to ${MAX_PATTERN_TOKENS} tokens, none empty`);
  }
}
