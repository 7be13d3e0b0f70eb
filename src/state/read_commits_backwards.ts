import { COMMIT_ID_LOOKBACK } from "../base/limits.ts";
import type { RecordedEvent } from "../events/recorded_event.ts";
import type { ReadOnlyStore } from "../store/event_store.ts";
import { isEndOfCommit } from "../values/position.ts";

/**
 * Maximum number of events of the first read. If more commits are requested, the first read is smaller, because the
 * caller may stop early.
 */
const MAX_FIRST_READ = 1_000;

/**
 * Reads the last event of each commit of an actor, newest first.
 *
 * @param to The version at which to begin.
 * @param commits The maximum number of commits; `Infinity` for all.
 * @throws {EventsExpiredError} If older commits have expired. Thrown after the remaining commits were returned.
 */
export async function* readCommitsBackwards(
  source: Pick<ReadOnlyStore, "read">,
  actorId: string,
  to: number,
  commits: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<RecordedEvent, void, void> {
  let below = to + 1;
  let remaining = commits;
  // One read is sufficient if each commit has one event. Otherwise each further read has twice the limit.
  for (let limit = commits <= MAX_FIRST_READ ? commits : COMMIT_ID_LOOKBACK; remaining > 0 && below > 1; limit *= 2) {
    const reader = source.read(actorId, { to: below - 1, direction: "backwards", limit, raw: true, signal });
    const before = below;
    for await (const event of reader) {
      below = event.version;
      if (!isEndOfCommit(event.position)) continue;
      yield event;
      if (--remaining === 0) return;
    }
    if (below === before) return;
  }
}
