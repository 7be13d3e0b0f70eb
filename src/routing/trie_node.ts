import type { Subscribers } from "./subscribers.ts";
import { DOT } from "./token_scan.ts";
import { MULTI_WILDCARD, SINGLE_WILDCARD } from "./wildcard_tokens.ts";

/**
 * The place in the trie that some beginning of patterns leads to.
 *
 * The node of `orders.*` and of nothing else yet is *unexpanded*: the rest stays a string. `text` is the whole pattern,
 * `leaf` its subscribers. Only a second pattern with the same beginning turns the string into nodes, one level at a
 * time, so that most patterns of any length cost one node.
 */
export class TrieNode<T extends object> {
  /** How many literal edges leave: the edges themselves are in the trie's one table. Or {@link UNEXPANDED}. */
  literals: number;
  /** The subscribers of the pattern that ends here (unexpanded: of `text`). */
  leaf: Subscribers<T> | undefined = undefined;
  /** The subscribers of this and `.>`. */
  tail: Subscribers<T> | undefined = undefined;
  /** Where `*` leads. */
  star: TrieNode<T> | undefined = undefined;
  readonly parent: TrieNode<T> | undefined;
  /** The hash under which the edge to here is found; it stands for all tokens up to here. */
  readonly hash: number;
  /** The token of the edge to here: a string of its own, because one next to the node is in the cache when it is compared. */
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

/** In place of {@link TrieNode.literals}: the rest of `text` is not made into nodes. */
export const UNEXPANDED = -1;

/** Where the token that begins at `start` ends. */
export function tokenEnd(text: string, start: number): number {
  const dot = text.indexOf(".", start);
  return dot < 0 ? text.length : dot;
}

/** Whether a node's token is that part of a string. */
export function isToken({ token }: TrieNode<object>, text: string, start: number, end: number): boolean {
  if (token.length !== end - start) return false;
  for (let i = 0; i < token.length; i++) {
    if (token.charCodeAt(i) !== text.charCodeAt(start + i)) return false;
  }
  return true;
}

/** Whether the rest of a pattern matches the rest of a subject, each from the first character of a token on. */
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
