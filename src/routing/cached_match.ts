import type { VersionedMatch } from "./invalidation_log.ts";
import type { PatternIndex } from "./pattern_index.ts";

/** The subscribers of a subject, and the data that shows whether this match is still current: about 70 bytes. */
export class CachedMatch<T extends object> implements VersionedMatch {
  readonly subject: string;
  readonly exactKind: number;
  readonly wildcardKinds: number;
  readonly thirdHash: number;
  asOf: number;
  handlers: readonly T[];

  /** @param index The index, whose last search was for the subject and found the handlers. */
  constructor(index: PatternIndex<T>, subject: string, handlers: readonly T[]) {
    this.subject = subject;
    this.exactKind = index.lastExactKind;
    this.wildcardKinds = index.lastWildcardKinds;
    this.thirdHash = index.lastThirdHash;
    this.handlers = handlers;
    this.asOf = index.changes.total;
  }

  /** Searches for the subject again. */
  refresh(index: PatternIndex<T>): void {
    this.handlers = index.search(this.subject);
    this.asOf = index.changes.total;
  }
}
