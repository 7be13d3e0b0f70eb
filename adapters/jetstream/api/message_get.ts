/**
 * Reads single messages of one stream, without a consumer.
 *
 * Any replica of a stream can reply to a direct get. A replica that lags behind may lack an acknowledged message. For a
 * stream with replicas, this class therefore asks the leader, which has every acknowledged message. Such a request
 * costs the server more than a direct get.
 *
 * @module
 */
import type { JetStreamMessageHeaders } from "../nats/connection.ts";
import { headersOf, isStored, serverHeader } from "../nats/message_headers.ts";
import { parseTime } from "./parse_time.ts";
import { API_ERROR, ApiError } from "./api_error.ts";
import { RequestFailure } from "../nats/request_failure.ts";
import type { RequestOptions } from "./request_options.ts";
import { encodeJson, type ServerApi } from "./server_api.ts";
import { type ApiMessage, fromApi, fromDirectGet, type StoredMessage } from "./stored_message.ts";

const EMPTY = new Uint8Array();
const NOT_FOUND = 404;

/** The stream that is read. */
interface KnownStream {
  readonly name: string;
  /** Whether the stream has replicas, so that its leader must be asked. */
  readonly isReplicated: boolean;
}

/** See the top of this file. */
export class MessageGet {
  /** The subject of direct gets. `last` appends the subject of the message to it. */
  readonly directSubject: string;
  readonly #api: ServerApi;
  readonly #stream: KnownStream;

  constructor(api: ServerApi, stream: KnownStream) {
    this.#api = api;
    this.#stream = stream;
    this.directSubject = `${api.prefix}.DIRECT.GET.${stream.name}`;
  }

  /**
   * Gets the last message of a subject, which may have wildcards; `undefined` if there is none. The subject of a direct
   * get ends with that subject, so that a permission can restrict it.
   */
  last(subject: string, options: RequestOptions): Promise<StoredMessage | undefined> {
    return this.#stream.isReplicated
      ? this.#leaderGet({ last_by_subj: subject }, options)
      : this.#directGet(`${this.directSubject}.${subject}`, EMPTY, options);
  }

  /**
   * Gets the first message of a subject at `sequence` or later; `undefined` if there is none. Wildcards are possible.
   */
  next(subject: string, sequence: number, options: RequestOptions): Promise<StoredMessage | undefined> {
    const request = { seq: sequence, next_by_subj: subject };
    return this.#stream.isReplicated
      ? this.#leaderGet(request, options)
      : this.#directGet(this.directSubject, encodeJson(request), options);
  }

  /** The time at which the server stored the message that `next` would get, in milliseconds since the epoch. */
  async timeOfNext(subject: string, sequence: number, options: RequestOptions): Promise<number | undefined> {
    const request = { seq: sequence, next_by_subj: subject };
    if (this.#stream.isReplicated) {
      const message = await this.#requestLeader(request, options);
      return message && parseTime(message.time);
    }
    const reply = await this.#requestDirectGet(this.directSubject, encodeJson(request), options);
    return reply && parseTime(serverHeader(reply.headers, "Nats-Time-Stamp"));
  }

  async #directGet(subject: string, request: Uint8Array, options: RequestOptions): Promise<StoredMessage | undefined> {
    const reply = await this.#requestDirectGet(subject, request, options);
    return reply && fromDirectGet(reply, reply.headers);
  }

  async #requestDirectGet(
    subject: string,
    request: Uint8Array,
    options: RequestOptions,
  ): Promise<{ readonly data: Uint8Array; readonly headers: JetStreamMessageHeaders } | undefined> {
    const reply = await this.#api.send(subject, request, options);
    const headers = headersOf(reply);
    if (headers !== undefined && isStored(headers)) return { data: reply.data, headers };
    if (headers?.code === NOT_FOUND) return undefined;
    throw toFailure(headers);
  }

  async #leaderGet(request: object, options: RequestOptions): Promise<StoredMessage | undefined> {
    const message = await this.#requestLeader(request, options);
    return message && fromApi(message);
  }

  async #requestLeader(request: object, options: RequestOptions): Promise<ApiMessage | undefined> {
    try {
      const path = `STREAM.MSG.GET.${this.#stream.name}`;
      const { message } = await this.#api.ask<{ message: ApiMessage }>(path, request, options);
      return message;
    } catch (error) {
      if (error instanceof ApiError && error.code === API_ERROR.messageNotFound) return undefined;
      throw error;
    }
  }
}

/** Returns the error for a reply that is neither a message nor "not found". */
export function toFailure(status: { readonly code: number; readonly description: string } | undefined): Error {
  if (status === undefined) {
    return new RequestFailure("no-reply", new TypeError("the reply is not a message of a stream"));
  }
  if (status.code === 503) return new RequestFailure("no-responders", new Error("no responders"));
  return new ApiError({ code: status.code, description: status.description });
}
