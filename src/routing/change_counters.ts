import { CHANGE_COUNTERS, LATEST_CHANGES } from "./routing_limits.ts";
import type { TokenScan } from "./token_scan.ts";
import { restMatches } from "./trie_node.ts";

const BITS = Math.log2(CHANGE_COUNTERS);
const MASK = CHANGE_COUNTERS - 1;
/** The counter of patterns that begin with two wildcards, beside those found by hash. */
const ANY_SUBJECT = CHANGE_COUNTERS;
/** Stands for a wildcard where tokens stand by their hash. */
const WILD = 0x2a;
/** Sums wrap around here, so that they are small integers everywhere. */
const WRAP = 0x3fffffff;

/** An answer, as of when it was found. */
export interface DatedAnswer {
  /** What it answers. */
  readonly subject: string;
  /** The counter of the exact pattern with the subject's text. */
  readonly exactCounter: number;
  /** Those of the patterns that begin like the subject: both tokens, the first and a wildcard, a wildcard and the second. */
  readonly wildcardCounters: number;
  /** The sum of the counters when it was found. */
  stamp: number;
  /** How many changes there had been when it was last known to be current. */
  asOf: number;
}

/**
 * Tells whether anything changed for a subject, without a look at the patterns.
 *
 * A change of `a.b.c` can only matter to that subject; of `a.b.*` only to those that begin with `a.b`; of `a.*.c` or `a.>` with
 * `a`; of `*.b` with any token and `b`. Each change adds one to the counter of its kind. So the counters of a subject are five,
 * and while their sum, the *stamp*, is the same, nothing changed for it. (Counters only grow: short of exactly 2^30 changes between
 * two looks.) While nothing changed at all, one comparison tells.
 *
 * A counter is shared by many subjects: a change of `eu.*.42` counts for all that begin with `eu`. So where the stamp differs, the
 * patterns of the changes since are compared with the subject, if they are few. That costs 5 ns each, a search 350 and more.
 */
export class ChangeCounters {
  readonly #counts: Int32Array = new Int32Array(CHANGE_COUNTERS + 1);
  /** The patterns of the latest changes and their counters, in rings: those of change `n` are at `n % LATEST_CHANGES`. */
  readonly #patterns: string[] = new Array<string>(LATEST_CHANGES).fill("");
  readonly #counters: Int32Array = new Int32Array(LATEST_CHANGES);
  #total = 0;

  /** How many changes there have been. */
  get total(): number {
    return this.#total;
  }

  /** The counter of the exact pattern that is the subject read last. */
  exactCounter(scan: TokenScan): number {
    return counterOf(scan.whole, 0);
  }

  /** The three counters that depend on how the subject read last begins, as one number. */
  wildcardCounters(scan: TokenScan): number {
    const first = scan.hashes[0]!;
    const second = secondHash(scan);
    return counterOf(first, second) | counterOf(first, WILD) << BITS | counterOf(WILD, second) << 2 * BITS;
  }

  /** The sum of a subject's counters. */
  stamp(exactCounter: number, wildcardCounters: number): number {
    const counts = this.#counts;
    const sum = counts[ANY_SUBJECT]! + counts[exactCounter]! + counts[wildcardCounters & MASK]! +
      counts[wildcardCounters >>> BITS & MASK]! + counts[wildcardCounters >>> 2 * BITS]!;
    return sum & WRAP;
  }

  /** Whether nothing changed for an answer's subject since it was found. */
  isCurrent(answer: DatedAnswer): boolean {
    if (answer.asOf === this.#total) return true;
    const stamp = this.stamp(answer.exactCounter, answer.wildcardCounters);
    if (answer.stamp !== stamp) {
      if (this.#mayMatter(answer)) return false;
      answer.stamp = stamp;
    }
    answer.asOf = this.#total;
    return true;
  }

  /** Whether a pattern that changed since an answer was last known to be current matches its subject, or too many changed. */
  #mayMatter({ subject, asOf, exactCounter, wildcardCounters }: DatedAnswer): boolean {
    if ((this.#total - asOf & WRAP) > LATEST_CHANGES) return true;
    const begins = wildcardCounters & MASK;
    const beginsWild = wildcardCounters >>> BITS & MASK;
    const goesOn = wildcardCounters >>> 2 * BITS;
    for (let change = asOf; change !== this.#total; change = change + 1 & WRAP) {
      const counter = this.#counters[change % LATEST_CHANGES]!;
      const isOurs = counter === exactCounter || counter === begins || counter === beginsWild || counter === goesOn ||
        counter === ANY_SUBJECT;
      if (isOurs && restMatches(this.#patterns[change % LATEST_CHANGES]!, 0, subject, 0)) return true;
    }
    return false;
  }

  /** Notes that the exact pattern changed that was read last. */
  exactChanged(scan: TokenScan, pattern: string): void {
    this.#count(pattern, counterOf(scan.whole, 0));
  }

  /** Notes that the pattern with a wildcard changed that was read last. */
  wildcardChanged(scan: TokenScan, pattern: string, firstIsWild: boolean, secondIsWild: boolean): void {
    const first = firstIsWild ? WILD : scan.hashes[0]!;
    const second = secondIsWild ? WILD : secondHash(scan);
    this.#count(pattern, firstIsWild && secondIsWild ? ANY_SUBJECT : counterOf(first, second));
  }

  #count(pattern: string, counter: number): void {
    this.#patterns[this.#total % LATEST_CHANGES] = pattern;
    this.#counters[this.#total % LATEST_CHANGES] = counter;
    this.#counts[counter] = this.#counts[counter]! + 1 & WRAP;
    this.#total = this.#total + 1 & WRAP;
  }
}

/** The hash of the second token of the text read last, if it has one. */
function secondHash(scan: TokenScan): number {
  return scan.count > 1 ? scan.hashes[1]! : 0;
}

function counterOf(first: number, second: number): number {
  return (Math.imul(first, 0x9e3779b1 | 0) ^ Math.imul(second, 0x85ebca6b | 0)) >>> 32 - BITS;
}
