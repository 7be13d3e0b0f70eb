import type { Subscribers } from "./subscribers.ts";
import { DOT } from "./token_scan.ts";
import { MULTI_WILDCARD, SINGLE_WILDCARD } from "./wildcard_tokens.ts";

/**
 * A node of the trie. It stands for a sequence of tokens with which one or more patterns begin.
 *
 * If only one pattern begins with `orders.*`, its node is *unexpanded*: the rest of the pattern stays a string. `text`
 * is the whole pattern, `leaf` its subscribers. A second pattern with the same beginning turns the string into nodes,
 * one level at a time. Most patterns of any length therefore cost one node.
 */
export class TrieNode<T extends object> {
  /** The number of outgoing literal edges, which are in the one table of the trie; or {@link UNEXPANDED}. */
  literals: number;
  /** The subscribers of the pattern that ends here; of `text` if unexpanded. */
  leaf: Subscribers<T> | undefined = undefined;
  /** The subscribers of this pattern followed by `.>`. */
  tail: Subscribers<T> | undefined = undefined;
  /** The node after `*`. */
  star: TrieNode<T> | undefined = undefined;
  readonly parent: TrieNode<T> | undefined;
  /** The hash of the incoming edge. It stands for all tokens up to here. */
  readonly hash: number;
  /**
   * The token of the incoming edge. It is a separate string, which is allocated next to the node: it is then in the CPU
   * cache when it is compared.
   */
  readonly token: string;
  /** The pattern for which the node was made; the token ends before `end` in it. Read while the node is unexpanded. */
  readonly text: string;
  readonly end: number;

  constructor(parent: TrieNode<T> | undefined, hash: number, text: string, start: number, end: number) {
    this.literals = end < text.length ? UNEXPANDED : 0;
    this.parent = parent;
    this.hash = hash;
    this.token = text.slice(start, end);
    this.text = text;
    this.end = end;
  }
}

/** The value of {@link TrieNode.literals} of a node whose rest of `text` is not expanded into nodes. */
export const UNEXPANDED = -1;

/** The end of the token that begins at `start`. */
export function tokenEnd(text: string, start: number): number {
  const dot = text.indexOf(".", start);
  return dot < 0 ? text.length : dot;
}

/** Whether a node's token equals a part of a string. */
export function isToken({ token }: TrieNode<object>, text: string, start: number, end: number): boolean {
  if (token.length !== end - start) return false;
  for (let i = 0; i < token.length; i++) {
    if (token.charCodeAt(i) !== text.charCodeAt(start + i)) return false;
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
