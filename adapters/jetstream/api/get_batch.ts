import { abortable } from "../util/abortable.ts";
import type { JetStreamMessage, JetStreamMessageHeaders } from "../nats/connection.ts";
import { headersOf, isStored, serverHeader } from "../nats/message_headers.ts";
import { type MessageGet, toFailure } from "./message_get.ts";
import { RequestFailure, toRequestFailure } from "../nats/request_failure.ts";
import type { RequestOptions } from "./request_options.ts";
import { encodeJson, type ServerApi } from "./server_api.ts";
import { fromDirectGet, type StoredMessage } from "./stored_message.ts";

/** Default maximum number of bytes in one batch. */
const MAX_BATCH_BYTES = 2_000_000;

/** The messages of one reply. */
export interface Batch {
  readonly messages: readonly StoredMessage[];
  /** Whether the stream has more requested messages; `"maybe"` from a server before 2.11. */
  readonly more: boolean | "maybe";
}

/** A request for a batch: the wanted messages. */
export type BatchRequest =
  & BatchSize
  & (
    | {
      /** The lowest sequence. */
      readonly seq: number;
      /** The subject of the messages, which may have wildcards. */
      readonly next_by_subj: string;
    }
    | {
      /** The subjects, each of which returns its last message; needs nats-server 2.11. */
      readonly multi_last: readonly string[];
    }
  );

interface BatchSize {
  /** The maximum number of messages. A server before 2.11 returns one. */
  readonly batch: number;
  /** The batch ends with the message that reaches this number of bytes. */
  readonly max_bytes?: number;
}

/**
 * Reads messages without a consumer, in the order of their sequences: a batched direct get (NATS ADR-31).
 *
 * @param options `onMessage` is called for each message.
 */
export async function getBatch(
  { api, gets }: { readonly api: ServerApi; readonly gets: MessageGet },
  request: BatchRequest,
  { signal, timeout = api.timeout, onMessage }: RequestOptions & { readonly onMessage?: () => void },
): Promise<Batch> {
  signal?.throwIfAborted();
  const { environment: clock } = api;
  const result = Promise.withResolvers<Batch>();
  const messages: StoredMessage[] = [];
  let lastAnswerAt = clock.now();
  const address = api.inbox.open(gets.directSubject, (answer) => {
    if (answer instanceof Error) return result.reject(toRequestFailure(answer));
    const headers = headersOf(answer);
    const part = readAnswer(answer, headers);
    if (part instanceof Error) return result.reject(part);
    if (isAfterGap(headers, messages.at(-1)?.sequence ?? 0)) {
      return result.reject(new RequestFailure("no-reply", new Error("a message of a batch did not arrive")));
    }
    if (typeof part === "boolean") return result.resolve({ messages, more: part });
    messages.push(part);
    // A server without batches answers with one message, without the number of pending messages.
    if (serverHeader(headers, "Nats-Num-Pending") === "") result.resolve({ messages, more: "maybe" });
    lastAnswerAt = clock.now();
    onMessage?.();
  });
  const giveUp = () => {
    const left = lastAnswerAt + timeout - clock.now();
    if (left > 0) timer = setTimeout(giveUp, Math.ceil(left));
    else result.reject(new RequestFailure("no-reply", new Error("timeout")));
  };
  let timer = setTimeout(giveUp, timeout);
  try {
    api.publish(gets.directSubject, encodeJson({ max_bytes: MAX_BATCH_BYTES, ...request }), address.subject);
    return await abortable(result.promise, signal);
  } finally {
    clearTimeout(timer);
    address.close();
  }
}

/**
 * Whether an earlier message of the batch was not received. Only servers since 2.11 report the previous sequence.
 *
 * @param received The sequence of the last received message; 0 before the first one.
 */
function isAfterGap(headers: JetStreamMessageHeaders | undefined, received: number): boolean {
  const previous = serverHeader(headers, "Nats-Last-Sequence");
  return previous !== "" && Number(previous) !== received;
}

/** Returns a message; or, for the reply that ends the batch, whether the stream has more messages; or an error. */
function readAnswer(
  answer: JetStreamMessage,
  headers: JetStreamMessageHeaders | undefined,
): StoredMessage | boolean | Error {
  if (headers !== undefined && isStored(headers)) return fromDirectGet(answer, headers);
  if (headers?.code === 404) return false;
  if (headers?.code === 204) return Number(headers.get("Nats-Num-Pending")) > 0;
  return toFailure(headers);
}
