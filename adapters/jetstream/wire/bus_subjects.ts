/**
 * Where the bus is on the wire: published events at `<prefix>.events.<namespace>`, and the server's announcements of
 * commits at `<prefix>.commits.<depth>.<namespace>.<partition>.<actor>`. Nothing stands behind the namespace of a
 * published event, so that a pattern over namespaces is a subject as it is. Behind that of a commit stands its actor:
 * the depth tells how many tokens are the namespace's, and `prod.>` is one subject for each depth.
 *
 * @module
 */
import { MAX_NAMESPACE_TOKENS } from "../../../limits.ts";
import type { NamespacePattern } from "../../../patterns.ts";

/** The subjects at which events of a namespace are published and those of a pattern are received. */
export function eventsSubject(prefix: string, namespaces: string): string {
  return `${prefix}.events.${namespaces}`;
}

/** Where commits in the namespaces of a pattern are announced, those and no others: 1 to 16 subjects. */
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
