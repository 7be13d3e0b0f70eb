/**
 * Reads a range of a log's messages from its end. A server sends messages in ascending order only. Therefore the range
 * is read in windows of sequences, the highest window first, and each window in ascending order.
 *
 * @module
 */
import type { StoredMessage } from "../api/stored_message.ts";
import type { LogContext } from "./log_context.ts";
import { readMessages } from "./read_messages.ts";

/** Number of sequences in the first window. */
const FIRST_WINDOW = 256;
/** Limits of a window: messages, and bytes of their bodies. A larger window is read again in smaller parts. */
const MAX_MESSAGES = 1_024;
const MAX_BYTES = 8_000_000;
/** The factor by which a window grows or shrinks, to keep the next one within these bounds. */
const FACTOR = 4;
/**
 * Number of messages that are requested beyond the likely number. A batch is limited by a number of messages, not by a
 * sequence: with spare messages, one request usually covers the window.
 */
const SPARE = 8;

/** The messages to read. */
export interface BackwardsRange {
  /** The subject, which may have wildcards. */
  readonly subject: string;
  /** The lowest sequence. */
  readonly from: number;
  /** The highest sequence, at most the sequence of the last message of the log. */
  readonly until: number;
  /** The approximate number of wanted messages; a hint. */
  readonly expectedCount: number;
}

/** A part of a log, with all its messages of the subject. */
export interface LogWindow {
  /** The lowest sequence of the window. */
  readonly from: number;
  /** The highest sequence of the window. */
  readonly until: number;
  /** In the order of the log. Purged messages are missing. */
  readonly messages: readonly StoredMessage[];
}

/**
 * Reads messages in windows, the highest first. Together, the windows are the range.
 *
 * @throws {RequestFailure} If a window cannot be read to its end.
 * @throws {PurgedDuringRead} If the messages of a window were purged while it was read.
 */
export async function* scanBackwards(
  log: LogContext,
  { subject, from: lowest, until, expectedCount }: BackwardsRange,
  signal: AbortSignal | undefined,
): AsyncGenerator<LogWindow, void, void> {
  let size = Math.min(FIRST_WINDOW, expectedCount);
  let likely = size;
  for (let last = until; last >= lowest;) {
    const from = Math.max(lowest, last - size + 1);
    const messages = await readWindow(log, { subject, from, until: last, expectedCount: likely + SPARE }, signal);
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

/** The messages of a window; `undefined` if they exceed the limits. */
async function readWindow(
  log: LogContext,
  { subject, from, until, expectedCount }: BackwardsRange,
  signal: AbortSignal | undefined,
): Promise<StoredMessage[] | undefined> {
  const messages: StoredMessage[] = [];
  let bytes = 0;
  for await (const some of readMessages(log, { subject, from, until, expectedCount }, signal)) {
    for (const message of some) messages.push(message);
    bytes += sizeOf(some);
    if (from < until && (messages.length > MAX_MESSAGES || bytes > MAX_BYTES)) return undefined;
  }
  return messages;
}

function sizeOf(messages: readonly StoredMessage[]): number {
  return messages.reduce((sum, { data }) => sum + data.length, 0);
}
