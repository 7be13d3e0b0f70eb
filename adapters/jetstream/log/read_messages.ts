/**
 * Reading a range of a log's messages in the cheapest way there is. Few come by direct gets, which leave nothing behind
 * on the server: many with one request since 2.11, one by one before. Many come by a consumer, which costs two requests
 * more and is then several times faster.
 *
 * @module
 */
import { type Batch, type BatchQuestion, getBatch } from "../api/get_batch.ts";
import type { ManagedStream } from "../streams/managed_stream.ts";
import type { LogContext } from "./log_context.ts";
import type { Names } from "../wire/names.ts";
import { OrderedConsumer } from "../api/ordered_consumer.ts";
import { retryWhileTransient } from "../streams/retry_while_transient.ts";
import { RequestFailure } from "../nats/request_failure.ts";
import type { RequestOptions } from "../api/request_options.ts";
import { isAtLeast } from "../api/server_version.ts";
import type { StoredMessage } from "../api/stored_message.ts";
import { FirstEventExpired } from "./first_event_expired.ts";

/** Messages of one batch. */
const BATCH = 256;
/** So many messages come by direct gets before a consumer is made, where the server knows batches and where not. */
const BY_BATCHES = 1_024;
const ONE_BY_ONE = 8;

/** A stream that can be read: a log is one. */
export interface ScanSource extends Pick<LogContext, "api" | "gets" | "batches" | "sharedBatches" | "consumers"> {
  readonly stream: ManagedStream<unknown>;
  readonly names: Pick<Names, "namespace" | "allActors">;
}

/** Which messages to read. */
export interface MessageRange {
  /** The subject, which may have wildcards. */
  readonly subject: string;
  /** The first sequence. */
  readonly from: number;
  /** That of the last message that is wanted; `undefined`: of the last as of the call. */
  readonly until?: number | undefined;
  /** About how many will be wanted. */
  readonly about: number;
}

/**
 * Reads messages in order, a few hundred at a time.
 *
 * @throws {RequestFailure} If they cannot be read to the end: it never ends before as if that was all.
 * @throws {FirstEventExpired} If those up to the end were there when it began, and have left the stream.
 */
export async function* readMessages(
  log: ScanSource,
  { subject, from, until, about }: MessageRange,
  signal: AbortSignal | undefined,
): AsyncGenerator<StoredMessage[], void, void> {
  const knowsBatches = isAtLeast(log.api.connection.info?.version, 2, 11);
  const byGets = knowsBatches ? BY_BATCHES : ONE_BY_ONE;
  let next = from;
  let leads = false;
  let isPending = false;
  for (let given = 0; given < byGets;) {
    if (until !== undefined && next > until) return;
    const count = Math.max(1, Math.min(BATCH, given === 0 ? about : BATCH, (until ?? Infinity) - next + 1));
    const from = next;
    const single: boolean = leads || !knowsBatches || count === 1;
    const batch: Batch | undefined = single
      ? await ask(log, signal, (options) => getOne(log, subject, from, options))
      : await askBatch(log, { seq: from, next_by_subj: subject, batch: count }, signal);
    if (batch === undefined && given > 0) throw gone();
    const messages = upTo(batch?.messages ?? [], until);
    if (messages.length > 0) yield messages;
    const last: StoredMessage | undefined = batch?.messages.at(-1);
    if (last === undefined && isPending) throw new FirstEventExpired();
    const ends: boolean = last === undefined || !batch?.more;
    // A batch comes from any replica, also from one that is behind: what comes after its end, the leader tells.
    if (ends && (batch === undefined || single || !log.stream.isReplicated)) return;
    leads = ends;
    // Which server it is that is asked, nobody knows while there is no connection.
    isPending = !ends && !single && batch?.more === true;
    next = (last?.sequence ?? next - 1) + 1;
    given += messages.length;
  }
  yield* scanByConsumer(log, { subject, from: next, until }, signal);
}

async function* scanByConsumer(
  log: ScanSource,
  { subject, from, until }: Omit<MessageRange, "about">,
  signal: AbortSignal | undefined,
): AsyncGenerator<StoredMessage[], void, void> {
  const findEnd = async () => {
    const found = await ask(log, signal, async (options) => ({ last: await log.gets.last(subject, options) }));
    if (found === undefined) throw gone();
    return found.last?.sequence ?? 0;
  };
  const end = until ?? await findEnd();
  const consumer = new OrderedConsumer(
    log.api,
    log.stream.name,
    log.names.allActors === subject ? undefined : subject,
    from,
  );
  log.consumers.add(consumer);
  const { generation: history } = log.stream;
  const isAnother = async () => {
    await ask(log, signal, (options) => log.stream.info({}, options));
    return log.stream.generation !== history;
  };
  let reached = from - 1;
  try {
    for (let starts = 0; reached < end;) {
      if (!consumer.running && !consumer.ready) {
        if (starts++ > 0 && await isAnother()) throw gone();
        if (!await ask(log, signal, (options) => consumer.start(options))) throw gone();
      }
      const taken = await consumer.take(signal);
      const messages = upTo(taken, end);
      reached = messages.at(-1)?.sequence ?? reached;
      if (messages.length > 0) yield messages;
      if (messages.length < taken.length) return;
      // The server has no more at the moment. If the last is not there any more, neither will it come.
      if (taken.length === 0 && consumer.running && await findEnd() < end) throw new FirstEventExpired();
    }
  } finally {
    log.consumers.delete(consumer);
    await consumer.close();
  }
}

/** Asks with the whole time of an operation from now on; `undefined` if the stream is gone. */
function ask<T>(
  log: ScanSource,
  signal: AbortSignal | undefined,
  read: (options: RequestOptions) => Promise<T>,
): Promise<T | undefined> {
  return retryWhileTransient(log, log.api.newBudget(signal), read);
}

/** Asks for a batch within the limits of the namespace and of all namespaces. */
function askBatch(
  log: ScanSource,
  question: BatchQuestion,
  signal: AbortSignal | undefined,
): Promise<Batch | undefined> {
  const { batches, sharedBatches, names } = log;
  const run = (onMessage: () => void) =>
    ask(log, signal, (options) => getBatch(log, question, { ...options, onMessage }));
  return batches.run(signal, () => sharedBatches.run(names.namespace, signal, run));
}

async function getOne(log: ScanSource, subject: string, sequence: number, options: RequestOptions): Promise<Batch> {
  const message = await log.gets.next(subject, sequence, options);
  return message === undefined ? { messages: [], more: false } : { messages: [message], more: true };
}

/** The stream was deleted while it was read. */
function gone(): RequestFailure {
  return new RequestFailure("unheard", new Error("the stream was deleted"));
}

function upTo(messages: readonly StoredMessage[], until = Infinity): StoredMessage[] {
  const last = messages.at(-1);
  if (last === undefined || last.sequence <= until) return [...messages];
  return messages.filter(({ sequence }) => sequence <= until);
}
