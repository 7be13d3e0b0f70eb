import type { VersionedMatch } from "./invalidation_log.ts";
import type { PatternIndex } from "./pattern_index.ts";

/** The subscribers of a subject, with the data that shows whether this match is still current. About 70 bytes. */
export class CachedMatch<T extends object> implements VersionedMatch {
  readonly subject: string;
  readonly exactKind: number;
  readonly wildcardKinds: number;
  readonly third: number;
  asOf: number;
  handlers: readonly T[];

  /** Stores the result of the last search of the index. */
  constructor(index: PatternIndex<T>, subject: string, handlers: readonly T[]) {
    this.subject = subject;
    this.exactKind = index.lastExactKind;
    this.wildcardKinds = index.lastWildcardKinds;
    this.third = index.lastThird;
    this.handlers = handlers;
    this.asOf = index.changes.total;
  }

  /** Searches for the subject again. */
  refresh(index: PatternIndex<T>): void {
    this.handlers = index.search(this.subject);
    this.asOf = index.changes.total;
  }
}
