/**
 * Reads a range of a stream's messages with the fewest requests. A few messages are read by direct gets, which create
 * nothing on the server. Since nats-server 2.11, direct gets read batches; older servers return one message per
 * request. Many messages are read by a consumer, which takes two further requests, and then reads several times faster.
 *
 * @module
 */
import { type Batch, type BatchRequest, getBatch } from "../api/get_batch.ts";
import { isAtLeast } from "../api/server_version.ts";
import type { StoredMessage } from "../api/stored_message.ts";
import { PurgedDuringRead } from "./purged_during_read.ts";
import { ask, type MessageRange, type MessageSource, streamDeleted, upTo } from "./message_source.ts";
import { scanByConsumer } from "./scan_by_consumer.ts";

/** Maximum number of messages in one batch of direct gets. */
const MAX_BATCH = 256;
/**
 * Number of messages that direct gets read before a consumer is created, on a server with batches and on an older one.
 */
const MAX_BY_BATCHES = 1_024;
const MAX_ONE_BY_ONE = 8;

/** The answer to one request for messages. */
interface Part extends Batch {
  /** Whether the answer can prove the end of the stream. A replica that is not the leader may lag behind. */
  readonly isAuthoritative: boolean;
}

/**
 * Reads messages in order, a few hundred at a time.
 *
 * @param range The messages to read; `expectedCount` is their approximate number.
 * @throws {RequestFailure} If the messages cannot be read to the end of the range.
 * @throws {PurgedDuringRead} If messages of the range were purged after the read began.
 */
export async function* readMessages(
  source: MessageSource,
  range: MessageRange & { readonly expectedCount: number },
  signal: AbortSignal | undefined,
): AsyncGenerator<StoredMessage[], void, void> {
  const { subject, from, until, expectedCount } = range;
  const hasBatches = isAtLeast(source.api.connection.info?.version, 2, 11);
  const maxByGets = hasBatches ? MAX_BY_BATCHES : MAX_ONE_BY_ONE;
  let next = from;
  let mustAskLeader = false;
  /** Whether the server reported that further messages follow. */
  let isPending = false;
  for (let received = 0; received < maxByGets;) {
    if (until !== undefined && next > until) return;
    const wanted = Math.max(
      1,
      Math.min(MAX_BATCH, received === 0 ? expectedCount : MAX_BATCH, (until ?? Infinity) - next + 1),
    );
    const part: Part | undefined = mustAskLeader || !hasBatches || wanted === 1
      ? await getOne(source, subject, next, signal)
      : await getSome(source, { seq: next, next_by_subj: subject, batch: wanted }, signal);
    if (part === undefined && received > 0) throw streamDeleted();
    if (part === undefined) return;
    const messages = upTo(part.messages, until);
    if (messages.length > 0) yield messages;
    const last: StoredMessage | undefined = part.messages.at(-1);
    const isEnd: boolean = last === undefined || part.more === false;
    if (isEnd && part.isAuthoritative) {
      if (last === undefined && isPending) throw new PurgedDuringRead();
      return;
    }
    mustAskLeader = isEnd;
    if (last === undefined) continue;
    isPending = part.more === true;
    next = last.sequence + 1;
    received += messages.length;
  }
  yield* scanByConsumer(source, { subject, from: next, until }, signal);
}

/** Gets one message; from the leader if the stream has replicas. */
function getOne(
  source: MessageSource,
  subject: string,
  sequence: number,
  signal: AbortSignal | undefined,
): Promise<Part | undefined> {
  return ask(source, signal, async (options) => {
    const message = await source.gets.next(subject, sequence, options);
    return { messages: message === undefined ? [] : [message], more: "maybe", isAuthoritative: true };
  });
}

/** Gets a batch from any replica, within the limits of the namespace and of all namespaces. */
async function getSome(
  source: MessageSource,
  request: BatchRequest,
  signal: AbortSignal | undefined,
): Promise<Part | undefined> {
  const { batchSemaphore, sharedBatchSemaphore, names, stream } = source;
  const run = (onMessage: () => void) =>
    ask(source, signal, (options) => getBatch(source, request, { ...options, onMessage }));
  const batch = await batchSemaphore.run(signal, () => sharedBatchSemaphore.run(names.namespace, signal, run));
  return batch && { ...batch, isAuthoritative: !stream.isReplicated };
}
