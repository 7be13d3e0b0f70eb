import type { CommitPlace, LogRange, Page } from "../../../adapter.ts";
import type { StoredMessage } from "../api/stored_message.ts";
import { decodeCommitHeaders } from "../wire/commit_message.ts";
import { firstUnpurged } from "./first_unpurged.ts";
import type { LogContext } from "./log_context.ts";
import { type LogFilter, toLogFilter } from "./log_filter.ts";
import { checkPosition, eventsExpiredError, findLast, findLogState, type LogState } from "./log_state.ts";
import { hasLost } from "./lost_commits.ts";
import { type LogChunk, scanBackwards } from "./scan_backwards.ts";
import { PurgedDuringRead } from "./purged_during_read.ts";
import { type Decoder, decoderOf, toPages } from "./to_pages.ts";

/**
 * Reads the log backwards from its end at the time of the call, or from the end of a range: see `Log.readLog`. A range
 * from `"oldest-available"` ends at the commits that have expired by then. It fails where commits are missing that have
 * not expired, and if the stream is replaced.
 */
export async function* readLogBackwards(
  log: LogContext,
  { from, to, actors, limit, ...position }: LogRange,
  signal: AbortSignal | undefined,
): AsyncGenerator<Page, void, void> {
  const budget = log.api.newBudget(signal);
  const state = await findLogState(log, budget);
  checkPosition(log, position, state);
  if (state === undefined) return;
  const { partitions, first } = state;
  const filter = toLogFilter(log.names, partitions, actors);
  const { subject, isWhole } = filter;
  const decode = decoderOf(log, state);
  const expired = (next: number) => eventsExpiredError(log, next, log.api.newBudget(signal));
  /** The first sequence of a read that begins now; 0 if the read fails at expired commits. */
  const findOldest = async () => from === "oldest-available" ? await firstNow(log, state, signal) : 0;
  const until = Math.min(to, await findLast(log, subject, state, budget));
  let lowest = from === "oldest-available" ? first : Math.max(from, first);
  let next = until + 1;
  while (next > lowest) {
    const range = { subject, from: lowest, until: next - 1, expectedCount: limit + 1 };
    try {
      for await (const chunk of scanBackwards(log, range, signal)) {
        const complete = isWhole ? firstOfRun(chunk) : await firstComplete(log, filter, chunk, lowest, signal);
        yield* toPagesBackwards(chunk.messages.filter(({ sequence }) => sequence >= complete), decode);
        if (complete > chunk.from) {
          if (await findOldest() < complete) throw await expired(complete);
          return;
        }
        next = chunk.from;
      }
    } catch (error) {
      if (!(error instanceof PurgedDuringRead)) throw error;
      const oldest = await findOldest();
      if (oldest <= lowest) throw await expired(next);
      lowest = oldest;
    }
  }
  if (from !== "oldest-available" && from < first) throw await expired(first);
}

/** The place of the last commit, expired or not; `undefined` before the first. */
export async function findLastCommit(
  log: LogContext,
  signal: AbortSignal | undefined,
): Promise<CommitPlace | undefined> {
  const budget = log.api.newBudget(signal);
  const state = await findLogState(log, budget);
  if (state === undefined || state.last === 0) return undefined;
  const { identity } = state;
  const range = { subject: log.names.allActors, from: state.firstStored, until: state.last, expectedCount: 1 };
  for await (const { messages } of scanBackwards(log, range, signal)) {
    const last = messages.findLast((message) => !decodeCommitHeaders(log.names, message).isSuperseded);
    if (last !== undefined) return { identity, offset: last.sequence };
  }
  return { identity, offset: state.last };
}

/** The sequence of the first commit that has not expired by now; 0 if the stream was deleted or replaced. */
async function firstNow(log: LogContext, { identity }: LogState, signal: AbortSignal | undefined): Promise<number> {
  const state = await findLogState(log, log.api.newBudget(signal));
  return state?.identity === identity ? state.first : 0;
}

/** The first sequence after the last gap in a chunk of a whole log. Commits before a gap were purged. */
function firstOfRun({ until, messages }: LogChunk): number {
  let first = until + 1;
  while (messages[messages.length - 1 - (until + 1 - first)]?.sequence === first - 1) first--;
  return first;
}

/**
 * The sequence from which on no commit of a filtered chunk was purged before it was read. In a log without retention,
 * only an operator purges commits. Only the lowest chunk is checked then.
 */
async function firstComplete(
  log: LogContext,
  filter: LogFilter,
  { from, messages }: LogChunk,
  lowest: number,
  signal: AbortSignal | undefined,
): Promise<number> {
  const { cached: known } = log.stream;
  const keepsAll = known !== undefined && known.retention === undefined;
  if (keepsAll && from > lowest) return from;
  const first = await firstUnpurged(log, from, signal);
  return first === from || keepsAll || await hasLost(log, { filter, from, messages }, signal) ? first : from;
}

/** The events of messages, newest first: see {@link toPages}. */
function toPagesBackwards(messages: readonly StoredMessage[], decode: Decoder): Iterable<Page> {
  return toPages(messages.toReversed(), (message) => decode(message).toReversed());
}
