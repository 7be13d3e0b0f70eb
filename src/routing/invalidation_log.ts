import { CHANGE_KINDS, COMPARED_CHANGES, REMEMBERED_CHANGES } from "./routing_limits.ts";
import type { TokenScan } from "./token_scan.ts";
import { restMatches } from "./trie_node.ts";
import { isWildcard } from "./wildcard_tokens.ts";

const KIND_BITS = Math.log2(CHANGE_KINDS);
const KIND_MASK = CHANGE_KINDS - 1;
/** The kind of the patterns that begin with two wildcards: the number after the kinds that a hash gives. */
const ANY_SUBJECT = CHANGE_KINDS;
/** Takes the place of a token's hash if the token is a wildcard or may have any value. */
const ANY_TOKEN = 0x2a;
/** Mask of the ring buffers: change `n` is at the index `n & RING_MASK`. */
const RING_MASK = REMEMBERED_CHANGES - 1;

/** A match, with the last change up to which it is known to be current. */
export interface VersionedMatch {
  /** The subject of the match. */
  readonly subject: string;
  /** The kind of the exact pattern that equals the subject. */
  readonly exactKind: number;
  /**
   * Three kinds of patterns: those that begin with the first two tokens of the subject, with its first token and a
   * wildcard, and with a wildcard and its second token.
   */
  readonly wildcardKinds: number;
  /** The hash of the subject's third token. */
  readonly thirdHash: number;
  /** The number of changes when the match was last known to be current. */
  asOf: number;
}

/**
 * Determines whether a change affected a subject, without a search of the patterns.
 *
 * A change of `a.b.c` can affect only that subject. A change of `a.b.*` affects only subjects that begin with `a.b`. A
 * change of `a.*.c` or `a.>` affects subjects that begin with `a`, and a change of `*.b` affects subjects whose second
 * token is `b`. Changes are grouped into kinds. Each kind stores the number of its latest change, and changes of five
 * kinds can affect a subject. If no pattern has changed, one comparison shows that a match is current. Otherwise five
 * comparisons are usually enough.
 *
 * A change of a kind does not affect every subject of that kind: the change of `eu.*.42` has a kind of all subjects
 * that begin with `eu`. Each change therefore links to the previous change of its kind, and the changes since the match
 * was found are compared with the subject. First the hash of the third token is compared, in 2 ns per change, and then
 * the pattern, in 10 to 30 ns. A search takes 350 ns or more.
 */
export class InvalidationLog {
  /**
   * The number of the latest change of each kind, counted from 1; 0 before the first change. A double never overflows.
   */
  readonly #latest: Float64Array = new Float64Array(CHANGE_KINDS + 1);
  /** The changed patterns. This array and the next two are ring buffers, which grow until they are full. */
  readonly #patterns: string[] = [""];
  /**
   * The hashes of the patterns' third tokens, {@link ANY_TOKEN} where the third token may be absent or have any value.
   */
  readonly #thirdHashes: number[] = [ANY_TOKEN];
  /** The number of the previous change of the same kind. */
  readonly #previous: number[] = [0];
  #total = 0;

  /** The number of changes so far. */
  get total(): number {
    return this.#total;
  }

  /** The kind of the exact pattern that equals the last scanned subject. */
  exactKind(scan: TokenScan): number {
    return kindOf(scan.whole, 0);
  }

  /** The three kinds that the first two tokens of the last scanned subject determine, as one number. */
  wildcardKinds(scan: TokenScan): number {
    const first = hashOf(scan, 0);
    const second = hashOf(scan, 1);
    return kindOf(first, second) | kindOf(first, ANY_TOKEN) << KIND_BITS | kindOf(ANY_TOKEN, second) << 2 * KIND_BITS;
  }

  /** The hash of the third token of the last scanned subject. */
  thirdHash(scan: TokenScan): number {
    return hashOf(scan, 2);
  }

  /** Whether no remembered change affected the subject of a match since it was found. */
  isCurrent(match: VersionedMatch): boolean {
    if (match.asOf === this.#total) return true;
    if (this.#mayBeAffected(match)) return false;
    match.asOf = this.#total;
    return true;
  }

  /** Records a change of the last scanned pattern, which has no wildcard. */
  exactChanged(scan: TokenScan, pattern: string): void {
    this.#record(pattern, kindOf(scan.whole, 0), ANY_TOKEN);
  }

  /** Records a change of the last scanned pattern, which has a wildcard. */
  wildcardChanged(scan: TokenScan, pattern: string): void {
    const first = requiredHash(scan, pattern, 0);
    const second = requiredHash(scan, pattern, 1);
    const kind = first === ANY_TOKEN && second === ANY_TOKEN ? ANY_SUBJECT : kindOf(first, second);
    this.#record(pattern, kind, requiredHash(scan, pattern, 2));
  }

  /**
   * Whether a remembered change of a pattern that matches the subject happened since the match was last known to be
   * current.
   */
  #mayBeAffected(match: VersionedMatch): boolean {
    const { exactKind, wildcardKinds, asOf } = match;
    const byBoth = wildcardKinds & KIND_MASK;
    const byFirst = wildcardKinds >>> KIND_BITS & KIND_MASK;
    const bySecond = wildcardKinds >>> 2 * KIND_BITS;
    const latest = this.#latest;
    return latest[exactKind]! > asOf && this.#isAffectedBy(exactKind, match) ||
      latest[byBoth]! > asOf && this.#isAffectedBy(byBoth, match) ||
      latest[byFirst]! > asOf && this.#isAffectedBy(byFirst, match) ||
      latest[bySecond]! > asOf && this.#isAffectedBy(bySecond, match) ||
      latest[ANY_SUBJECT]! > asOf && this.#isAffectedBy(ANY_SUBJECT, match);
  }

  /** Whether a change of one kind may have affected the subject since the match was last known to be current. */
  #isAffectedBy(kind: number, { subject, thirdHash, asOf }: VersionedMatch): boolean {
    const forgotten = this.#total - REMEMBERED_CHANGES;
    let compared = 0;
    for (let change = this.#latest[kind]!; change > asOf; change = this.#previous[change & RING_MASK]!) {
      if (change <= forgotten || compared++ === COMPARED_CHANGES) return true;
      const required = this.#thirdHashes[change & RING_MASK]!;
      if (required !== ANY_TOKEN && required !== thirdHash) continue;
      if (restMatches(this.#patterns[change & RING_MASK]!, 0, subject, 0)) return true;
    }
    return false;
  }

  #record(pattern: string, kind: number, thirdHash: number): void {
    const change = ++this.#total;
    this.#patterns[change & RING_MASK] = pattern;
    this.#thirdHashes[change & RING_MASK] = thirdHash;
    this.#previous[change & RING_MASK] = this.#latest[kind]!;
    this.#latest[kind] = change;
  }
}

/** The hash of a token of the last scanned string; 0 if it has no such token. */
function hashOf(scan: TokenScan, token: number): number {
  return token < scan.count ? scan.hashes[token]! : 0;
}

/**
 * The hash of the token that a subject must have for the last scanned pattern; {@link ANY_TOKEN} where that token may
 * be absent or have any value.
 */
function requiredHash(scan: TokenScan, pattern: string, token: number): number {
  return token < scan.count && !isWildcard(pattern, scan.starts[token]!) ? scan.hashes[token]! : ANY_TOKEN;
}

function kindOf(first: number, second: number): number {
  return (Math.imul(first, 0x9e3779b1 | 0) ^ Math.imul(second, 0x85ebca6b | 0)) >>> 32 - KIND_BITS;
}
