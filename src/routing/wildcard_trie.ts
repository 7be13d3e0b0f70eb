import { OpenAddressingTable } from "./open_addressing_table.ts";
import { hasSubscriber, type Subscribers, withoutSubscriber, withSubscriber } from "./subscribers.ts";
import type { TokenScan } from "./token_scan.ts";
import { isToken, restMatches, tokenEnd, TrieNode, UNEXPANDED } from "./trie_node.ts";
import { endsInMultiWildcard, isMultiWildcard, isSingleWildcard } from "./wildcard_tokens.ts";

/**
 * The patterns with wildcards, as a compressed trie over tokens.
 *
 * The literal edges of all nodes are in one table. The hash of an edge combines two hashes: the hash of its node, which
 * depends on all tokens up to the node, and the hash of the token. An edge matches if its hash, node and token are
 * equal. One lookup in the table leads to the next node, without a string or a map per node. The last node needs no
 * further comparison.
 *
 * Before each call of a method, the caller scans the pattern or the subject. The method uses the hashes of that scan.
 */
export class WildcardTrie<T extends object> {
  readonly #scan: TokenScan;
  readonly #root: TrieNode<T> = new TrieNode<T>(undefined, 0, "", 0, 0);
  readonly #edges: OpenAddressingTable<TrieNode<T>, TrieNode<T>> = new OpenAddressingTable();
  #nodes = 1;
  #patterns = 0;

  constructor(scan: TokenScan) {
    this.#scan = scan;
  }

  /** The number of patterns with a subscriber. */
  get size(): number {
    return this.#patterns;
  }

  /** The sizes of the trie, for tests. */
  get sizes(): { readonly nodes: number; readonly edges: number; readonly edgeCapacity: number } {
    return { nodes: this.#nodes, edges: this.#edges.size, edgeCapacity: this.#edges.capacity };
  }

  /** Adds a subscriber; returns false if it was already there. */
  add(pattern: string, value: T): boolean {
    const node = this.#nodeOf(pattern, true)!;
    const subscribers = subscribersAt(node, pattern);
    if (subscribers !== undefined && hasSubscriber(subscribers, value)) return false;
    if (subscribers === undefined) this.#patterns++;
    subscribeAt(node, pattern, subscribers === undefined ? value : withSubscriber(subscribers, value));
    return true;
  }

  /** Removes a subscriber, and the nodes that led only to it; returns false if it was not there. */
  remove(pattern: string, value: T): boolean {
    const node = this.#nodeOf(pattern, false);
    const subscribers = node && subscribersAt(node, pattern);
    if (node === undefined || subscribers === undefined || !hasSubscriber(subscribers, value)) return false;
    const left = withoutSubscriber(subscribers, value);
    subscribeAt(node, pattern, left);
    if (left === undefined) {
      this.#patterns--;
      this.#prune(node);
    }
    return true;
  }

  /** The subscribers of exactly this pattern. */
  find(pattern: string): Subscribers<T> | undefined {
    const node = this.#nodeOf(pattern, false);
    return node && subscribersAt(node, pattern);
  }

  /**
   * Writes the subscribers of each matching pattern to `found`, from index `count` on: `>` before `*` before literals.
   */
  collect(subject: string, found: (Subscribers<T> | undefined)[], count: number): number {
    return this.#collectFrom(this.#root, 0, subject, found, count);
  }

  #collectFrom(
    start: TrieNode<T>,
    depth: number,
    subject: string,
    found: (Subscribers<T> | undefined)[],
    count: number,
  ): number {
    const scan = this.#scan;
    for (let node = start;; depth++) {
      if (depth === scan.count) {
        if (node.leaf !== undefined && node.literals !== UNEXPANDED) found[count++] = node.leaf;
        return count;
      }
      if (node.literals === UNEXPANDED) {
        if (restMatches(node.pattern, node.end + 1, subject, scan.starts[depth]!)) found[count++] = node.leaf;
        return count;
      }
      if (node.tail !== undefined) found[count++] = node.tail;
      const child = node.literals === 0 ? undefined : this.#literalChild(node, subject, depth);
      if (node.star !== undefined) count = this.#collectFrom(node.star, depth + 1, subject, found, count);
      if (child === undefined) return count;
      node = child;
    }
  }

  /**
   * The node at which a pattern ends, created if `create` is true. For `orders.>`, it is the node of `orders`, or an
   * unexpanded node whose pattern is `orders.>`.
   */
  #nodeOf(pattern: string, create: boolean): TrieNode<T> | undefined {
    const { count, hashes, starts } = this.#scan;
    let node = this.#root;
    for (let depth = 0;; depth++) {
      if (node.literals === UNEXPANDED) {
        if (node.pattern === pattern) return node;
        if (!create) return undefined;
        this.#expand(node);
      }
      if (depth === count) return node;
      const start = starts[depth]!;
      const end = starts[depth + 1]! - 1;
      if (isMultiWildcard(pattern, start)) return node;
      const child = isSingleWildcard(pattern, start) ? node.star : this.#literalChild(node, pattern, depth);
      if (child === undefined && !create) return undefined;
      node = child ?? this.#addChild(node, pattern, start, end, hashes[depth]!);
    }
  }

  /** Moves the next token of an unexpanded node to a separate node; a multi-wildcard becomes the `tail` of the node. */
  #expand(node: TrieNode<T>): void {
    const { pattern, leaf } = node;
    const start = node.end + 1;
    const end = tokenEnd(pattern, start);
    node.literals = 0;
    node.leaf = undefined;
    if (isMultiWildcard(pattern, start)) {
      node.tail = leaf;
    } else {
      this.#addChild(node, pattern, start, end, this.#scan.tokenHash(pattern, start, end)).leaf = leaf;
    }
  }

  #addChild(parent: TrieNode<T>, pattern: string, start: number, end: number, tokenHash: number): TrieNode<T> {
    const hash = this.#scan.edgeHash(parent.hash, tokenHash);
    const child = new TrieNode(parent, hash, pattern, start, end);
    this.#nodes++;
    if (isSingleWildcard(pattern, start)) {
      parent.star = child;
    } else {
      parent.literals++;
      this.#edges.insert(hash, parent, child);
    }
    return child;
  }

  #literalChild(node: TrieNode<T>, string: string, depth: number): TrieNode<T> | undefined {
    const scan = this.#scan;
    const hash = scan.edgeHash(node.hash, scan.hashes[depth]!);
    const { hashes, entries } = this.#edges;
    const mask = hashes.length - 1;
    for (let slot = hash & mask; hashes[slot] !== 0; slot = slot + 1 & mask) {
      if (hashes[slot] !== hash || entries[2 * slot] !== node) continue;
      const child = entries[2 * slot + 1]!;
      if (isToken(child, string, scan.starts[depth]!, scan.starts[depth + 1]! - 1)) return child;
    }
    return undefined;
  }

  /** Removes an unused node, and then each ancestor that has become unused. */
  #prune(from: TrieNode<T>): void {
    let node = from;
    while (node.parent !== undefined && isUnused(node)) {
      const parent: TrieNode<T> = node.parent;
      this.#nodes--;
      if (parent.star === node) {
        parent.star = undefined;
      } else {
        parent.literals--;
        this.#edges.removeAt(this.#slotOf(node));
      }
      node = parent;
    }
  }

  #slotOf(child: TrieNode<T>): number {
    const { hashes, entries } = this.#edges;
    const mask = hashes.length - 1;
    let slot = child.hash & mask;
    while (entries[2 * slot + 1] !== child) slot = slot + 1 & mask;
    return slot;
  }
}

function isUnused(node: TrieNode<object>): boolean {
  return node.leaf === undefined && node.tail === undefined && node.star === undefined && node.literals <= 0;
}

/**
 * Whether the subscribers of a pattern that ends at a node are in `tail`. An unexpanded node has all of them in `leaf`.
 */
function isAtTail(node: TrieNode<object>, pattern: string): boolean {
  return node.literals !== UNEXPANDED && endsInMultiWildcard(pattern);
}

function subscribersAt<T extends object>(node: TrieNode<T>, pattern: string): Subscribers<T> | undefined {
  return isAtTail(node, pattern) ? node.tail : node.leaf;
}

function subscribeAt<T extends object>(
  node: TrieNode<T>,
  pattern: string,
  subscribers: Subscribers<T> | undefined,
): void {
  if (isAtTail(node, pattern)) node.tail = subscribers;
  else node.leaf = subscribers;
}
