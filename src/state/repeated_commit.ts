import { MAX_COMMITS_LOOKED_AT } from "../limits.ts";
import type { RecordedEvent } from "../event/recorded_event.ts";
import { isEndOfCommit } from "../position/position.ts";

/** Looks for a commit among the last ones of an actor, whose events it is shown in order. */
export class RepeatedCommit {
  readonly #id: string;
  #endedAt: number | undefined;
  /** How many commits ended after that one, or in all where it was not seen. */
  #commitsAfter = 0;

  constructor(id: string) {
    this.#id = id;
  }

  /** Looks at the next event. */
  see({ commitId, position, version }: RecordedEvent): void {
    if (!isEndOfCommit(position)) return;
    if (commitId === this.#id) {
      this.#endedAt = version;
      this.#commitsAfter = 0;
    } else {
      this.#commitsAfter++;
    }
  }

  /** The version of the commit's last event; `undefined` if it is not among the last commits. */
  get version(): number | undefined {
    return this.#commitsAfter < MAX_COMMITS_LOOKED_AT ? this.#endedAt : undefined;
  }
}
