import { abortable } from "./abortable.ts";
import type { JetStreamMessage, JetStreamMessageHeaders } from "./connection.ts";
import type { LogContext } from "./log_context.ts";
import { headersOf } from "./message_headers.ts";
import { toFailure } from "./message_get.ts";
import { RequestFailure, toRequestFailure } from "./request_failure.ts";
import { encodeJson, type RequestOptions } from "./server_api.ts";
import { fromDirectGet, type StoredMessage } from "./stored_message.ts";

/** Bytes of one batch: it ends with the message that reaches them. */
const MAX_BATCH_BYTES = 4_000_000;

/** Messages that one request was answered with. */
export interface Batch {
  readonly messages: readonly StoredMessage[];
  /** Whether the stream has more of them. */
  readonly more: boolean;
}

/**
 * Reads messages of a subject, which may have wildcards, without a consumer: a batched direct get (NATS ADR-31).
 *
 * @param sequence The first that may be among them.
 * @param count How many at most. A server before 2.11 takes it for 1.
 */
export async function getBatch(
  { api, gets, inbox }: LogContext,
  subject: string,
  sequence: number,
  count: number,
  { signal, timeout = api.patience }: RequestOptions,
): Promise<Batch> {
  signal?.throwIfAborted();
  const result = Promise.withResolvers<Batch>();
  const messages: StoredMessage[] = [];
  const address = inbox.open(gets.directSubject, (answer) => {
    if (answer instanceof Error) return result.reject(toRequestFailure(answer));
    const headers = headersOf(answer);
    const step = readAnswer(answer, headers);
    if (step instanceof Error) return result.reject(step);
    if (isAfterGap(headers, messages.at(-1)?.sequence ?? 0)) {
      return result.reject(new RequestFailure("lost", new Error("a message of a batch did not arrive")));
    }
    if (typeof step === "boolean") return result.resolve({ messages, more: step });
    messages.push(step);
    // A server that knows no batches answers with one message that does not tell how many are pending.
    if (step.headers?.get("Nats-Num-Pending") === "") result.resolve({ messages, more: true });
    clearTimeout(timer);
    timer = setTimeout(giveUp, timeout);
  });
  const giveUp = () => result.reject(new RequestFailure("lost", new Error("timeout")));
  let timer = setTimeout(giveUp, timeout);
  try {
    const question = { seq: sequence, next_by_subj: subject, batch: count, max_bytes: MAX_BATCH_BYTES };
    api.publish(gets.directSubject, encodeJson(question), address.subject);
    return await abortable(result.promise, signal);
  } finally {
    clearTimeout(timer);
    address.close();
  }
}

/** Whether the answer says that another came before it than the one that did; servers since 2.11 say it. */
function isAfterGap(headers: JetStreamMessageHeaders | undefined, before: number): boolean {
  const last = headers?.get("Nats-Last-Sequence") ?? "";
  return last !== "" && Number(last) !== before;
}

/** A message; or, at the end, whether the stream has more; or what went wrong. */
function readAnswer(
  answer: JetStreamMessage,
  headers: JetStreamMessageHeaders | undefined,
): StoredMessage | boolean | Error {
  if (headers?.code === 404) return false;
  if (headers?.code === 204) return Number(headers.get("Nats-Num-Pending")) > 0;
  if (headers === undefined || headers.get("Nats-Sequence") === "") return toFailure(headers);
  return fromDirectGet(answer, headers);
}
