import { COMMIT_ID_LOOKBACK } from "../base/limits.ts";
import type { RecordedEvent } from "../events/recorded_event.ts";
import type { ReadOnlyStore } from "../store/event_store.ts";
import { isEndOfCommit } from "../values/position.ts";

/** The most events of a first read: a search for more commits may end sooner, and begins with fewer. */
const MAX_FIRST_READ = 1_000;

/**
 * Reads the last events of an actor's commits, newest first.
 *
 * @param to The version to begin at.
 * @param commits How many commits at most; `Infinity` for all.
 * @throws {EventsExpiredError} If older commits have expired: after those that are left.
 */
export async function* readCommitsBackwards(
  source: Pick<ReadOnlyStore, "read">,
  actorId: string,
  to: number,
  commits: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<RecordedEvent, void, void> {
  let below = to + 1;
  let left = commits;
  // Enough where each commit has one event; doubled as long as it is not.
  for (let limit = commits <= MAX_FIRST_READ ? commits : COMMIT_ID_LOOKBACK; left > 0 && below > 1; limit *= 2) {
    const reader = source.read(actorId, { to: below - 1, direction: "backwards", limit, signal });
    const before = below;
    for await (const event of reader) {
      below = event.version;
      if (!isEndOfCommit(event.position)) continue;
      yield event;
      if (--left === 0) return;
    }
    if (below === before) return;
  }
}
