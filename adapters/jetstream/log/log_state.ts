import type { FollowRange, Retention } from "../../../adapter.ts";
import { EventsExpiredError, UnknownPositionError, UnsupportedStorageError } from "../../../errors.ts";
import type { StreamInfo, StreamState } from "../streams/managed_stream.ts";
import type { LogContext } from "./log_context.ts";
import { parseTime } from "../api/parse_time.ts";
import type { RetryBudget } from "../api/retry_budget.ts";
import { retryWhileTransient } from "../streams/retry_while_transient.ts";
import type { StoredMessage } from "../api/stored_message.ts";
import { decoderOf } from "./to_pages.ts";

/** The bounds of a log at one time. */
export interface LogState {
  readonly partitions: number;
  /** The identity of the log. */
  readonly identity: string;
  /** The sequence of the first commit that has not expired; `last + 1` if all commits have expired. */
  readonly first: number;
  /** The sequence of the first stored commit. Expired commits may remain stored for a while. */
  readonly firstStored: number;
  /** The sequence of the last commit, expired or not; 0 before the first commit. */
  readonly last: number;
  /** Absent from a log whose commits never expire. */
  readonly retention?: Retention | undefined;
}

/** Reads the state of a log; `undefined` if there is none. */
export async function findLogState(log: LogContext, budget: RetryBudget): Promise<LogState | undefined> {
  const info: StreamInfo | undefined = await retryWhileTransient(
    log,
    budget,
    (options) => log.stream.info({}, options),
  );
  const facts = info && await retryWhileTransient(log, budget, (options) => log.stream.find(options));
  if (info === undefined || facts === undefined) return undefined;
  const { partitions, retention, identity } = facts;
  const firstStored = firstStoredOf(info.state);
  const first = retention === undefined ? firstStored : await firstUnexpired(log, info, retention, budget);
  return { partitions, identity, first, firstStored, last: info.state.last_seq, retention };
}

/** The sequence of the first stored message; the last sequence plus 1 if no message is stored. */
export function firstStoredOf({ messages, first_seq, last_seq }: StreamState): number {
  return messages === 0 ? last_seq + 1 : first_seq;
}

/** The sequence of the first commit that has not expired, in a log with retention. */
async function firstUnexpired(
  log: LogContext,
  { state, ts }: StreamInfo,
  retention: Retention,
  budget: RetryBudget,
): Promise<number> {
  if (ts === undefined && retention.maxAge !== undefined) {
    throw new UnsupportedStorageError(
      `Cannot use namespace "${log.names.namespace}" on this server: its commits expire by age, and a ` +
        `server before 2.10 does not report its time. Use 2.10 or newer`,
    );
  }
  return await log.horizon.find(log, state, ts === undefined ? 0 : parseTime(ts), retention, budget);
}

/**
 * Checks that a reader's position belongs to a log.
 *
 * @param range The log identity in the position, if the position names a log, and the sequence of the position.
 * @param state Absent if there is no log.
 * @throws {UnknownPositionError} If the position belongs to another log, or lies beyond the end of this log.
 */
export function checkPosition(
  { names }: LogContext,
  { reached, identity }: Pick<FollowRange, "reached" | "identity">,
  state: LogState | undefined,
): void {
  const isOther = identity !== undefined && identity !== state?.identity;
  if (isOther || reached > (state?.last ?? 0)) throw new UnknownPositionError(names.namespace);
}

/**
 * The sequence at which a read of a log starts.
 *
 * @throws {UnknownPositionError} If the position belongs to another log, or lies beyond the end of this log.
 * @throws {EventsExpiredError} If the first wanted commit has expired.
 */
export async function startOf(
  log: LogContext,
  range: Omit<FollowRange, "actors">,
  state: LogState,
  budget: RetryBudget,
): Promise<number> {
  const { from } = range;
  checkPosition(log, range, state);
  if (from === "now") return state.last + 1;
  if (from === "oldest-available") return state.first;
  if (from < state.first) throw await eventsExpiredError(log, state.first, budget);
  return from;
}

/**
 * The error for a read of expired commits.
 *
 * @param sequence The sequence from which on commits are still stored.
 */
export async function eventsExpiredError(
  log: LogContext,
  sequence: number,
  budget: RetryBudget,
): Promise<EventsExpiredError> {
  const { stream, gets, names } = log;
  const facts = await retryWhileTransient(log, budget, (options) => stream.find(options));
  const first = await retryWhileTransient(log, budget, (options) => gets.next(names.allActors, sequence, options));
  const firstAvailable = facts && first && decoderOf(log, facts)(first)[0]?.position;
  return new EventsExpiredError({ namespace: names.namespace, firstAvailable });
}

/** The sequence of the last commit at a subject; 0 if there is none. */
export async function findLast(
  log: LogContext,
  subject: string,
  state: LogState,
  budget: RetryBudget,
): Promise<number> {
  if (subject === log.names.allActors) return state.last;
  const last = await retryWhileTransient(log, budget, (options) => log.gets.last(subject, options));
  return last?.sequence ?? 0;
}

/** The message with a sequence; `undefined` if it is not stored. */
export async function messageAt(
  log: LogContext,
  sequence: number,
  budget: RetryBudget,
): Promise<StoredMessage | undefined> {
  const { gets, names } = log;
  const message = await retryWhileTransient(log, budget, (options) => gets.next(names.allActors, sequence, options));
  return message?.sequence === sequence ? message : undefined;
}
