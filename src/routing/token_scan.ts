import { MAX_PATTERN_TOKENS } from "./routing_limits.ts";

/** The code of `.`, which separates tokens. */
export const DOT = 46;

/**
 * Every hash in a table has this bit, so that 0 means an empty slot. A hash has 30 bits, so that V8 stores it as a
 * small integer on all platforms.
 */
const OCCUPIED_BIT = 1 << 29;
const MAX_HASH_BITS = 29;

/** Number of tokens whose hashes are kept: one more than a pattern can have. */
const TOKENS_KEPT = MAX_PATTERN_TOKENS + 1;

/**
 * Splits a subject or a pattern into tokens and hashes them, in one pass over its characters.
 *
 * For a subject of 27 characters, the pass takes 75 ns, of which 70 ns are for reading the characters. Therefore every
 * token is hashed, even if its hash is not needed, and no substring is created.
 *
 * Hashes are seeded: a sender that does not know the seed cannot choose patterns that share a slot. Each step rotates
 * the state, because each bit must depend on higher bits too. Multiplication alone lets a bit depend on lower bits only.
 * The hash is not cryptographic. Lookups compare strings with the same hash: a collision makes a match slower, never
 * wrong.
 */
export class TokenScan {
  /** Hash of token `i`, for the first 32 tokens. */
  readonly hashes: Int32Array = new Int32Array(TOKENS_KEPT);
  /** Token `i` begins at `starts[i]` and ends before the index `starts[i + 1] - 1`, for the first 32 tokens. */
  readonly starts: Int32Array = new Int32Array(TOKENS_KEPT + 1);
  /** The number of tokens; 0 if one of them is empty. */
  count = 0;
  /** The hash of all tokens together. */
  whole = 0;

  readonly #basis: number;
  readonly #multiplier: number;
  readonly #mask: number;

  /**
   * @param seed Any 32-bit integer.
   * @param hashBits The number of hash bits to keep, 0 to 29. A small number makes collisions common, for tests.
   */
  constructor(seed: number, hashBits: number = MAX_HASH_BITS) {
    this.#basis = scramble(seed);
    this.#multiplier = scramble(seed + 0x9e3779b9) & ~7 | 5;
    this.#mask = 2 ** Math.min(hashBits, MAX_HASH_BITS) - 1;
  }

  /**
   * Scans a string. Returns false if a token is empty, as in `""`, `"a..b"`, `".a"` and `"a."`: such a string matches
   * nothing.
   */
  read(string: string): boolean {
    const { hashes, starts } = this;
    const basis = this.#basis;
    const multiplier = this.#multiplier;
    const length = string.length;
    let whole = basis;
    let count = 0;
    let start = 0;
    this.count = 0;
    while (start <= length) {
      let hash = basis;
      let end = start;
      for (; end < length; end++) {
        const code = string.charCodeAt(end);
        if (code === DOT) break;
        hash = Math.imul((hash << 5 | hash >>> 27) ^ code, multiplier);
      }
      if (end === start) return false;
      start = end + 1;
      if (count < TOKENS_KEPT) {
        hashes[count] = hash;
        starts[count + 1] = start;
      }
      whole = Math.imul((whole << 5 | whole >>> 27) ^ hash, multiplier);
      count++;
    }
    this.count = count;
    this.whole = this.#tableHash(whole);
    return true;
  }

  /** The hash of the edge from a node, given by its `nodeHash`, with a token. */
  edgeHash(nodeHash: number, tokenHash: number): number {
    return this.#tableHash(Math.imul((nodeHash << 5 | nodeHash >>> 27) ^ tokenHash, this.#multiplier));
  }

  /** The hash of a part of a string, as {@link read} hashes a token. */
  tokenHash(string: string, start: number, end: number): number {
    let hash = this.#basis;
    for (let i = start; i < end; i++) {
      hash = Math.imul((hash << 5 | hash >>> 27) ^ string.charCodeAt(i), this.#multiplier);
    }
    return hash;
  }

  #tableHash(hash: number): number {
    return (hash ^ hash >>> 15) & this.#mask | OCCUPIED_BIT;
  }
}

/** Spreads a seed over 32 bits: two rounds of xor, shift and multiply. */
function scramble(seed: number): number {
  let bits = Math.imul(seed ^ seed >>> 16, 0x7feb352d);
  bits = Math.imul(bits ^ bits >>> 15, 0x846ca68b | 0);
  return bits ^ bits >>> 16;
}
