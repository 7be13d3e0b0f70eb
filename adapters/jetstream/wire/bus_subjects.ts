/**
 * The subjects of the bus: published events at `<prefix>.events.<namespace>`, and republished commits at
 * `<prefix>.commits.<depth>.<namespace>.<partition>.<actor>`.
 *
 * The subject of a published event ends with its namespace, so that a pattern of namespaces is a valid end of the
 * subject. The subject of a commit ends with its actor. The depth is the number of tokens of the namespace, and
 * `prod.>` is one subject for each depth.
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
  const known = tokens.at(-1) === ">" ? tokens.slice(0, -1) : tokens;
  const least = tokens.length;
  const most = known === tokens ? least : MAX_NAMESPACE_TOKENS;
  return Array.from({ length: most - least + 1 }, (_, i) => {
    const depth = least + i;
    const others = Array.from({ length: depth - known.length }, () => "*");
    return `${prefix}.commits.${depth}.${[...known, ...others].join(".")}.>`;
  });
}

/** The subjects of all bus messages in the namespaces of a pattern. */
export function busSubjects(prefix: string, pattern: NamespacePattern): string[] {
  return [...commitsSubjects(prefix, pattern), eventsSubject(prefix, pattern)];
}
