/**
 * The subjects of the bus: published events at `<prefix>.events.<namespace>`, and republished commits at
 * `<prefix>.commits.<depth>.<namespace>.<partition>.<actor>`.
 *
 * The subject of a published event ends with its namespace. With a namespace pattern in that place, one subject covers
 * all events of the pattern.
 *
 * The subject of a republished commit ends with its actor, so that `>` cannot stand for tokens of the namespace. The
 * subject therefore contains the depth: the number of tokens of the namespace. A pattern such as `prod.>` becomes one
 * subject for each depth.
 *
 * @module
 */
import { MAX_NAMESPACE_TOKENS } from "../../../limits.ts";
import type { NamespacePattern } from "../../../patterns.ts";

/** The subject at which events of a namespace are published, or at which the events of a pattern are received. */
export function eventsSubject(prefix: string, namespaces: string): string {
  return `${prefix}.events.${namespaces}`;
}

/** The 1 to 16 subjects that match exactly the republished commits in the namespaces of a pattern. */
export function commitsSubjects(prefix: string, pattern: string): string[] {
  if (pattern === ">") return [`${prefix}.commits.>`];
  const tokens = pattern.split(".");
  const fixed = tokens.at(-1) === ">" ? tokens.slice(0, -1) : tokens;
  const minDepth = tokens.length;
  const maxDepth = fixed === tokens ? minDepth : MAX_NAMESPACE_TOKENS;
  return Array.from({ length: maxDepth - minDepth + 1 }, (_, i) => {
    const depth = minDepth + i;
    const wildcards = Array.from({ length: depth - fixed.length }, () => "*");
    return `${prefix}.commits.${depth}.${[...fixed, ...wildcards].join(".")}.>`;
  });
}

/** The subjects of all bus messages in the namespaces of a pattern. */
export function busSubjects(prefix: string, pattern: NamespacePattern): string[] {
  return [...commitsSubjects(prefix, pattern), eventsSubject(prefix, pattern)];
}
