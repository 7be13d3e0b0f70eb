import type { RequestOptions } from "../api/request_options.ts";
import type { StoredMessage } from "../api/stored_message.ts";
import { RequestFailure } from "../nats/request_failure.ts";
import type { ManagedStream } from "../streams/managed_stream.ts";
import { retryWhileTransient } from "../streams/retry_while_transient.ts";
import type { Names } from "../wire/names.ts";
import type { LogContext } from "./log_context.ts";

/** A stream whose messages can be read, such as the stream of a log. */
export interface MessageSource
  extends Pick<LogContext, "api" | "gets" | "batchSemaphore" | "sharedBatchSemaphore" | "consumers"> {
  readonly stream: ManagedStream<unknown>;
  readonly names: Pick<Names, "namespace" | "allActors">;
}

/** A range of messages. */
export interface MessageRange {
  /** The subject, which may have wildcards. */
  readonly subject: string;
  /** The first sequence. */
  readonly from: number;
  /** The sequence of the last wanted message; `undefined`: the last one at the time of the call. */
  readonly until?: number | undefined;
}

/** Sends a read request with a new budget; `undefined` if the stream does not exist. */
export function ask<T>(
  source: Pick<MessageSource, "api" | "stream">,
  signal: AbortSignal | undefined,
  read: (options: RequestOptions) => Promise<T | undefined>,
): Promise<T | undefined> {
  return retryWhileTransient(source, source.api.newBudget(signal), read);
}

/** The error of a read whose stream was deleted during the read. */
export function streamDeleted(): RequestFailure {
  return new RequestFailure("no-responders", new Error("the stream was deleted"));
}

/** The messages up to a sequence. */
export function upTo(messages: readonly StoredMessage[], until = Infinity): StoredMessage[] {
  const last = messages.at(-1);
  if (last === undefined || last.sequence <= until) return [...messages];
  return messages.filter(({ sequence }) => sequence <= until);
}
