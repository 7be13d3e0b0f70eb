/**
 * Reading a range of a log's messages from its end. A server gives messages in order only, so that they are read in
 * windows of sequences, the highest window first, and each window in order.
 *
 * @module
 */
import type { StoredMessage } from "../api/stored_message.ts";
import type { LogContext } from "./log_context.ts";
import { readMessages } from "./read_messages.ts";

/** Sequences in the first window. */
const FIRST_WINDOW = 256;
/** Messages of a window, and bytes of their bodies, beyond which it is read again as a smaller one. */
const MAX_MESSAGES = 1_024;
const MAX_BYTES = 8_000_000;
/** A window grows by this factor while the next one then stays within these bounds, and shrinks by it when it does not. */
const FACTOR = 4;
/** Messages that are asked for beyond those that a window is likely to have: a server ends a batch by their number only. */
const SPARE = 8;

/** Which messages to read. */
export interface BackwardsRange {
  /** The subject, which may have wildcards. */
  readonly subject: string;
  /** The lowest sequence. */
  readonly from: number;
  /** The highest sequence, at most that of the last message of the log. */
  readonly until: number;
  /** About how many will be wanted; a hint. */
  readonly about: number;
}

/** A part of a log, with all its messages of the subject. */
export interface LogWindow {
  /** Its lowest sequence. */
  readonly from: number;
  /** Its highest sequence. */
  readonly until: number;
  /** In the order of the log; those that have been purged are missing. */
  readonly messages: readonly StoredMessage[];
}

/**
 * Reads messages in windows, the highest first. Together, the windows are the range.
 *
 * @throws {RequestFailure} If a window cannot be read to its end.
 * @throws {FirstEventExpired} If the messages of a window were purged while it was read.
 */
export async function* scanBackwards(
  log: LogContext,
  { subject, from: lowest, until, about }: BackwardsRange,
  signal: AbortSignal | undefined,
): AsyncGenerator<LogWindow, void, void> {
  let size = Math.min(FIRST_WINDOW, about);
  let likely = size;
  for (let last = until; last >= lowest;) {
    const from = Math.max(lowest, last - size + 1);
    const messages = await readWindow(log, { subject, from, until: last, about: likely + SPARE }, signal);
    if (messages === undefined) {
      size = Math.ceil(size / FACTOR);
      likely = size;
      continue;
    }
    yield { from, until: last, messages };
    last = from - 1;
    const mayGrow = messages.length * FACTOR <= MAX_MESSAGES && sizeOf(messages) * FACTOR <= MAX_BYTES;
    const factor = mayGrow ? FACTOR : 1;
    size *= factor;
    likely = messages.length * factor;
  }
}

/** The messages of a window; `undefined` if they are too many to be kept. */
async function readWindow(
  log: LogContext,
  { subject, from, until, about }: BackwardsRange,
  signal: AbortSignal | undefined,
): Promise<StoredMessage[] | undefined> {
  const messages: StoredMessage[] = [];
  let bytes = 0;
  for await (const some of readMessages(log, { subject, from, until, about }, signal)) {
    for (const message of some) messages.push(message);
    bytes += sizeOf(some);
    if (from < until && (messages.length > MAX_MESSAGES || bytes > MAX_BYTES)) return undefined;
  }
  return messages;
}

function sizeOf(messages: readonly StoredMessage[]): number {
  return messages.reduce((sum, { data }) => sum + data.length, 0);
}
