/**
 * Reads a range of a log's messages from its end. A server sends messages in ascending order only. Therefore the range
 * is divided into chunks of consecutive sequences. The highest chunk is read first, and each chunk in ascending order.
 *
 * @module
 */
import type { StoredMessage } from "../api/stored_message.ts";
import type { LogContext } from "./log_context.ts";
import { readMessages } from "./read_messages.ts";

/** Number of sequences in the first chunk. */
const FIRST_CHUNK_SEQUENCES = 256;
/**
 * Limits of a chunk: messages, and bytes of their bodies. A chunk that exceeds them is read again as smaller chunks.
 */
const MAX_CHUNK_MESSAGES = 1_024;
const MAX_CHUNK_BYTES = 8_000_000;
/** The factor by which the size of the next chunk grows or shrinks, to keep it within these limits. */
const RESIZE_FACTOR = 4;
/**
 * Number of messages that are requested in addition to the likely number. A batch is limited by a number of messages,
 * not by a sequence: with spare messages, one request usually covers the chunk.
 */
const SPARE_MESSAGES = 8;

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
export interface LogChunk {
  /** The lowest sequence of the chunk. */
  readonly from: number;
  /** The highest sequence of the chunk. */
  readonly until: number;
  /** In the order of the log. Purged messages are missing. */
  readonly messages: readonly StoredMessage[];
}

/**
 * Reads messages in chunks, the highest chunk first. Together, the chunks cover the range.
 *
 * @throws {RequestFailure} If a chunk cannot be read to its end.
 * @throws {PurgedDuringRead} If the messages of a chunk were purged while it was read.
 */
export async function* scanBackwards(
  log: LogContext,
  { subject, from: lowest, until, expectedCount }: BackwardsRange,
  signal: AbortSignal | undefined,
): AsyncGenerator<LogChunk, void, void> {
  let size = Math.min(FIRST_CHUNK_SEQUENCES, expectedCount);
  let likelyCount = size;
  for (let last = until; last >= lowest;) {
    const from = Math.max(lowest, last - size + 1);
    const messages = await readChunk(
      log,
      { subject, from, until: last, expectedCount: likelyCount + SPARE_MESSAGES },
      signal,
    );
    if (messages === undefined) {
      size = Math.ceil(size / RESIZE_FACTOR);
      likelyCount = size;
      continue;
    }
    yield { from, until: last, messages };
    last = from - 1;
    const mayGrow = messages.length * RESIZE_FACTOR <= MAX_CHUNK_MESSAGES &&
      sizeOf(messages) * RESIZE_FACTOR <= MAX_CHUNK_BYTES;
    const factor = mayGrow ? RESIZE_FACTOR : 1;
    size *= factor;
    likelyCount = messages.length * factor;
  }
}

/** The messages of a chunk; `undefined` if they exceed the limits. */
async function readChunk(
  log: LogContext,
  { subject, from, until, expectedCount }: BackwardsRange,
  signal: AbortSignal | undefined,
): Promise<StoredMessage[] | undefined> {
  const messages: StoredMessage[] = [];
  let bytes = 0;
  for await (const some of readMessages(log, { subject, from, until, expectedCount }, signal)) {
    for (const message of some) messages.push(message);
    bytes += sizeOf(some);
    if (from < until && (messages.length > MAX_CHUNK_MESSAGES || bytes > MAX_CHUNK_BYTES)) return undefined;
  }
  return messages;
}

function sizeOf(messages: readonly StoredMessage[]): number {
  return messages.reduce((sum, { data }) => sum + data.length, 0);
}
