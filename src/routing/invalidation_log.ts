import { CHANGE_KINDS, COMPARED_CHANGES, REMEMBERED_CHANGES } from "./routing_limits.ts";
import type { TokenScan } from "./token_scan.ts";
import { restMatches } from "./trie_node.ts";
import { isWildcard } from "./wildcard_tokens.ts";

const BITS = Math.log2(CHANGE_KINDS);
const MASK = CHANGE_KINDS - 1;
/** The kind of patterns that begin with two wildcards, beside those found by hash. */
const ANY_SUBJECT = CHANGE_KINDS;
/** Stands for a wildcard, or for anything, where tokens stand by their hash. */
const WILD = 0x2a;
/** Change `n` is at `n & RING`. */
const RING = REMEMBERED_CHANGES - 1;

/** An answer, as of when it was known to be current. */
export interface VersionedMatch {
  /** The subject of the match. */
  readonly subject: string;
  /** The kind of the exact pattern that is the same string as the subject. */
  readonly exactKind: number;
  /** Those of the patterns that begin like the subject: both tokens, the first and a wildcard, a wildcard and the second. */
  readonly wildcardKinds: number;
  /** The hash of the subject's third token. */
  readonly third: number;
  /** How many changes there had been when it was last known to be current. */
  asOf: number;
}

/**
 * Tells whether anything changed for a subject, without a look at the patterns.
 *
 * A change of `a.b.c` can only matter to that subject; of `a.b.*` only to those that begin with `a.b`; of `a.*.c` or `a.>` with
 * `a`; of `*.b` with any token and `b`. Changes are grouped into kinds, a subject has five of them, and each kind
 * stores the number of its latest change. Without any change, one comparison shows that a match is current; otherwise
 * five comparisons usually do.
 *
 * Many subjects share a kind: `eu.*.42` is of the kind of all subjects that begin with `eu`. Each change links to the
 * previous change of its kind, and the changes since the match was found are compared with the subject: first the hash
 * of the third token, at 2 ns each, then the patterns, at 10 to 30 ns. A search costs 350 ns and more.
 */
export class InvalidationLog {
  /** The number of the latest change of each kind, counted from 1; 0 where there was none. As doubles, so that it never wraps. */
  readonly #latest: Float64Array = new Float64Array(CHANGE_KINDS + 1);
  /** The patterns that changed. This and the next two are rings, which grow as changes come. */
  readonly #patterns: string[] = [""];
  /** Hashes of their third tokens, {@link WILD} where it can be any or none. */
  readonly #thirds: number[] = [WILD];
  /** Which change of the same kind there was before. */
  readonly #before: number[] = [0];
  #total = 0;

  /** How many changes there have been. */
  get total(): number {
    return this.#total;
  }

  /** The kind of the exact pattern that is the subject read last. */
  exactKind(scan: TokenScan): number {
    return kindOf(scan.whole, 0);
  }

  /** The three kinds that depend on how the subject read last begins, as one number. */
  wildcardKinds(scan: TokenScan): number {
    const first = hashOf(scan, 0);
    const second = hashOf(scan, 1);
    return kindOf(first, second) | kindOf(first, WILD) << BITS | kindOf(WILD, second) << 2 * BITS;
  }

  /** The hash of the third token of the subject read last. */
  third(scan: TokenScan): number {
    return hashOf(scan, 2);
  }

  /** Whether nothing changed for an answer's subject since it was found, as far as is remembered. */
  isCurrent(answer: VersionedMatch): boolean {
    if (answer.asOf === this.#total) return true;
    if (this.#mayMatter(answer)) return false;
    answer.asOf = this.#total;
    return true;
  }

  /** Notes that the exact pattern changed that was read last. */
  exactChanged(scan: TokenScan, pattern: string): void {
    this.#note(pattern, kindOf(scan.whole, 0), WILD);
  }

  /** Notes that the pattern with a wildcard changed that was read last. */
  wildcardChanged(scan: TokenScan, pattern: string): void {
    const first = neededToken(scan, pattern, 0);
    const second = neededToken(scan, pattern, 1);
    const kind = first === WILD && second === WILD ? ANY_SUBJECT : kindOf(first, second);
    this.#note(pattern, kind, neededToken(scan, pattern, 2));
  }

  /** Whether a pattern that matches an answer's subject changed since it was last known to be current, as far as is remembered. */
  #mayMatter(answer: VersionedMatch): boolean {
    const { exactKind, wildcardKinds, asOf } = answer;
    const begins = wildcardKinds & MASK;
    const beginsWild = wildcardKinds >>> BITS & MASK;
    const goesOn = wildcardKinds >>> 2 * BITS;
    const latest = this.#latest;
    return latest[exactKind]! > asOf && this.#isMetBy(exactKind, answer) ||
      latest[begins]! > asOf && this.#isMetBy(begins, answer) ||
      latest[beginsWild]! > asOf && this.#isMetBy(beginsWild, answer) ||
      latest[goesOn]! > asOf && this.#isMetBy(goesOn, answer) ||
      latest[ANY_SUBJECT]! > asOf && this.#isMetBy(ANY_SUBJECT, answer);
  }

  /** The same for the changes of one kind. */
  #isMetBy(kind: number, { subject, third, asOf }: VersionedMatch): boolean {
    const forgotten = this.#total - REMEMBERED_CHANGES;
    let compared = 0;
    for (let change = this.#latest[kind]!; change > asOf; change = this.#before[change & RING]!) {
      if (change <= forgotten || compared++ === COMPARED_CHANGES) return true;
      const needed = this.#thirds[change & RING]!;
      if (needed !== WILD && needed !== third) continue;
      if (restMatches(this.#patterns[change & RING]!, 0, subject, 0)) return true;
    }
    return false;
  }

  #note(pattern: string, kind: number, third: number): void {
    const change = ++this.#total;
    this.#patterns[change & RING] = pattern;
    this.#thirds[change & RING] = third;
    this.#before[change & RING] = this.#latest[kind]!;
    this.#latest[kind] = change;
  }
}

/** The hash of a token of the string that was scanned last, 0 if it has none. */
function hashOf(scan: TokenScan, token: number): number {
  return token < scan.count ? scan.hashes[token]! : 0;
}

/** The hash of the token that subjects must have for the pattern read last, {@link WILD} where that can be any or none. */
function neededToken(scan: TokenScan, pattern: string, token: number): number {
  return token < scan.count && !isWildcard(pattern, scan.starts[token]!) ? scan.hashes[token]! : WILD;
}

function kindOf(first: number, second: number): number {
  return (Math.imul(first, 0x9e3779b1 | 0) ^ Math.imul(second, 0x85ebca6b | 0)) >>> 32 - BITS;
}
