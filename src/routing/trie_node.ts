import type { Subscribers } from "./subscribers.ts";
import { DOT } from "./token_scan.ts";
import { MULTI_WILDCARD, SINGLE_WILDCARD } from "./wildcard_tokens.ts";

/**
 * A node of the trie. It stands for a sequence of tokens with which one or more patterns begin.
 *
 * If only one pattern begins with `orders.*`, its node is *unexpanded*: the rest of the pattern stays a string.
 * `pattern` is the whole pattern, and `leaf` has its subscribers. A second pattern with the same beginning turns the
 * string into nodes, one level at a time. Most patterns of any length therefore cost one node.
 */
export class TrieNode<T extends object> {
  /** The number of outgoing literal edges, which are in the table of the trie; or {@link UNEXPANDED}. */
  literals: number;
  /** The subscribers of the pattern that ends here; of `pattern` if the node is unexpanded. */
  leaf: Subscribers<T> | undefined = undefined;
  /** The subscribers of this pattern followed by `.>`. */
  tail: Subscribers<T> | undefined = undefined;
  /** The node after `*`. */
  star: TrieNode<T> | undefined = undefined;
  readonly parent: TrieNode<T> | undefined;
  /** The hash of the incoming edge. It depends on all tokens up to this node. */
  readonly hash: number;
  /**
   * The token of the incoming edge. It is a separate string, because V8 allocates this string next to the node. When
   * the token is compared, it is then in the CPU cache.
   */
  readonly token: string;
  /** The pattern for which the node was made. It is read while the node is unexpanded. */
  readonly pattern: string;
  /** The index in `pattern` at which the token ends. */
  readonly end: number;

  constructor(parent: TrieNode<T> | undefined, hash: number, pattern: string, start: number, end: number) {
    this.literals = end < pattern.length ? UNEXPANDED : 0;
    this.parent = parent;
    this.hash = hash;
    this.token = pattern.slice(start, end);
    this.pattern = pattern;
    this.end = end;
  }
}

/** The value of {@link TrieNode.literals} of a node that does not expand the rest of `pattern` into nodes. */
export const UNEXPANDED = -1;

/** The end of the token that begins at `start`. */
export function tokenEnd(pattern: string, start: number): number {
  const dot = pattern.indexOf(".", start);
  return dot < 0 ? pattern.length : dot;
}

/** Whether a node's token equals a part of a string. */
export function isToken({ token }: TrieNode<object>, string: string, start: number, end: number): boolean {
  if (token.length !== end - start) return false;
  for (let i = 0; i < token.length; i++) {
    if (token.charCodeAt(i) !== string.charCodeAt(start + i)) return false;
  }
  return true;
}

/** Whether the rest of a pattern matches the rest of a subject. Both rests begin at the first character of a token. */
export function restMatches(pattern: string, at: number, subject: string, from: number): boolean {
  while (at < pattern.length) {
    const code = pattern.charCodeAt(at);
    if (code === MULTI_WILDCARD) return true;
    if (code === SINGLE_WILDCARD) {
      while (from < subject.length && subject.charCodeAt(from) !== DOT) from++;
    } else {
      if (from === subject.length || subject.charCodeAt(from) !== code) return false;
      from++;
    }
    at++;
  }
  return from === subject.length;
}
