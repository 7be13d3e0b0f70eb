import type { DatedAnswer } from "./change_counters.ts";
import type { PatternIndex } from "./pattern_index.ts";

/** Who receives a subject, kept together with what tells whether that still holds. 64 bytes. */
export class Answer<T extends object> implements DatedAnswer {
  readonly subject: string;
  readonly exactCounter: number;
  readonly wildcardCounters: number;
  stamp = 0;
  asOf = 0;
  handlers: readonly T[];

  /** The answer to the search that was made last. */
  constructor(index: PatternIndex<T>, subject: string, handlers: readonly T[]) {
    this.subject = subject;
    this.exactCounter = index.lastExactCounter;
    this.wildcardCounters = index.lastWildcardCounters;
    this.handlers = handlers;
    this.#date(index);
  }

  /** Searches again. */
  refresh(index: PatternIndex<T>): void {
    this.handlers = index.search(this.subject);
    this.#date(index);
  }

  #date({ changes }: PatternIndex<T>): void {
    this.stamp = changes.stamp(this.exactCounter, this.wildcardCounters);
    this.asOf = changes.total;
  }
}
