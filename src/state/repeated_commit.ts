import { isAetherError } from "../error/aether_error.ts";
import { MAX_COMMITS_LOOKED_AT } from "../limits.ts";
import type { RecordedEvent } from "../event/recorded_event.ts";
import { isEndOfCommit } from "../position/position.ts";
import type { EventSource } from "../store/event_store.ts";

/** Looks for a commit among the last ones of an actor. */
export class RepeatedCommit {
  readonly #id: string;
  /** The version of its last event. */
  #version: number | undefined;
  /** How many commits ended after it, or in all where it was not seen. */
  #commitsAfter = 0;

  constructor(id: string) {
    this.#id = id;
  }

  /** Looks at the next event of the actor's. */
  see({ commitId, position, version }: RecordedEvent): void {
    if (!isEndOfCommit(position)) return;
    if (commitId === this.#id) {
      this.#version = version;
      this.#commitsAfter = 0;
    } else {
      this.#commitsAfter++;
    }
  }

  /**
   * The version of the commit's last event; `undefined` if it is not among the last commits.
   *
   * @param seenFrom The version of the first event that was seen: of those before, as many are read as it takes.
   */
  async find(
    source: Pick<EventSource, "read">,
    actorId: string,
    seenFrom: number,
    signal: AbortSignal | undefined,
  ): Promise<number | undefined> {
    const isSeen = this.#version !== undefined || this.#commitsAfter >= MAX_COMMITS_LOOKED_AT;
    if (!isSeen && seenFrom > 1) await this.#lookBack(source, actorId, seenFrom, signal);
    return this.#commitsAfter < MAX_COMMITS_LOOKED_AT ? this.#version : undefined;
  }

  /** Reads backwards, at first as many events as there are commits to be looked at, which is enough where each has one. */
  async #lookBack(
    source: Pick<EventSource, "read">,
    actorId: string,
    below: number,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    try {
      let to = below - 1;
      for (let limit = MAX_COMMITS_LOOKED_AT - this.#commitsAfter; to > 0; limit *= 2) {
        for await (const event of source.read(actorId, { to, direction: "backwards", limit, signal })) {
          to = event.version - 1;
          if (!isEndOfCommit(event.position)) continue;
          if (event.commitId === this.#id) this.#version = event.version;
          else this.#commitsAfter++;
          if (this.#version !== undefined || this.#commitsAfter >= MAX_COMMITS_LOOKED_AT) return;
        }
      }
    } catch (error) {
      // What has expired is not found.
      if (!isAetherError(error, "events-expired")) throw error;
    }
  }
}
