import type { Log, LogRange, Page } from "../driver/log.ts";
import type { RecordedEvent } from "../events/recorded_event.ts";
import { offsetOf } from "../values/position.ts";

/** The events of one commit, in the form in which a log returns them. At least one event. */
export type RecordedCommit = readonly [RecordedEvent, ...RecordedEvent[]];

const WHOLE_LOG: LogRange = {
  from: 1,
  to: Infinity,
  backwards: false,
  reached: 0,
  identity: undefined,
  actors: undefined,
  limit: Infinity,
};

/**
 * Reads all commits of a log, up to the last commit at the time of the call.
 *
 * @throws {EventsExpiredError} If the oldest commits of the log have expired.
 */
export async function* readCommits(
  log: Log,
  signal: AbortSignal | undefined,
): AsyncGenerator<RecordedCommit, void, void> {
  for await (const page of log.readLog(WHOLE_LOG, signal)) yield* commitsOf(page);
}

/** Splits a page into its commits. The pages of a read of the whole log contain complete commits, in order. */
function* commitsOf(page: Page): Generator<RecordedCommit, void, void> {
  let start = 0;
  for (let i = 1; i <= page.length; i++) {
    if (i < page.length && offsetOf(page[i]!.position) === offsetOf(page[start]!.position)) continue;
    yield page.slice(start, i) as unknown as RecordedCommit;
    start = i;
  }
}
