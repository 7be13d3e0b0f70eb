import { OrderedConsumer } from "../api/ordered_consumer.ts";
import type { StoredMessage } from "../api/stored_message.ts";
import { PurgedDuringRead } from "./purged_during_read.ts";
import { ask, type MessageRange, type MessageSource, streamDeleted, upTo } from "./message_source.ts";

/**
 * Reads messages in order with a consumer.
 *
 * @throws {RequestFailure} If the messages cannot be read to the end of the range.
 * @throws {PurgedDuringRead} If the last message of the range was purged during the read.
 */
export async function* scanByConsumer(
  source: MessageSource,
  { subject, from, until }: MessageRange,
  signal: AbortSignal | undefined,
): AsyncGenerator<StoredMessage[], void, void> {
  const { api, stream, names, consumers } = source;
  const end = until ?? await lastSequence(source, subject, signal);
  const consumer = new OrderedConsumer(api, stream.name, names.allActors === subject ? undefined : subject, from);
  consumers.add(consumer);
  const { generation } = stream;
  let last = from - 1;
  try {
    for (let starts = 0; last < end;) {
      if (!consumer.isRunning && !consumer.hasMessages) {
        if (starts++ > 0 && await isReplaced(source, generation, signal)) throw streamDeleted();
        if (!await ask(source, signal, (options) => consumer.start(options))) throw streamDeleted();
      }
      const taken = await consumer.take(signal);
      const messages = upTo(taken, end);
      last = messages.at(-1)?.sequence ?? last;
      if (messages.length > 0) yield messages;
      if (messages.length < taken.length) return;
      // The server has no further message at the moment. It never delivers a message that was purged.
      const isIdle = taken.length === 0 && consumer.isRunning;
      if (isIdle && await isPurged(source, subject, end, signal)) throw new PurgedDuringRead();
    }
  } finally {
    consumers.delete(consumer);
    await consumer.close();
  }
}

/** The sequence of the last message of a subject; 0 if it has none. */
async function lastSequence(source: MessageSource, subject: string, signal: AbortSignal | undefined): Promise<number> {
  const found = await ask(source, signal, async (options) => ({ last: await source.gets.last(subject, options) }));
  if (found === undefined) throw streamDeleted();
  return found.last?.sequence ?? 0;
}

/** Whether a message that was the last one of a subject was purged. */
async function isPurged(
  source: MessageSource,
  subject: string,
  sequence: number,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const isMissing = async () => await lastSequence(source, subject, signal) < sequence;
  if (!await isMissing()) return false;
  if (!source.stream.isReplicated) return true;
  // A former leader that has not received the message may have answered. A purge keeps the last sequence of the stream.
  const info = await ask(source, signal, (options) => source.stream.info({}, options));
  return info !== undefined && info.state.last_seq >= sequence && await isMissing();
}

/** Whether the stream was deleted and created again, or restored from a backup. */
async function isReplaced(
  source: MessageSource,
  generation: number,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  await ask(source, signal, (options) => source.stream.info({}, options));
  return source.stream.generation !== generation;
}
