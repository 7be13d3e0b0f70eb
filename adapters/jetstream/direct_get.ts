import { headersOf } from "./message_headers.ts";
import { ApiError, RequestFailure } from "./request_failure.ts";
import { API, encodeJson, type RequestOptions, type ServerApi } from "./server_api.ts";
import { fromDirectGet, type StoredMessage } from "./stored_message.ts";

const EMPTY = new Uint8Array();
const NOT_FOUND = 404;

/** Reads single messages of one stream, without a consumer. */
export class DirectGet {
  /** Where requests go. */
  readonly subject: string;
  readonly #api: ServerApi;

  constructor(api: ServerApi, stream: string) {
    this.#api = api;
    this.subject = `${API}.DIRECT.GET.${stream}`;
  }

  /**
   * The last message of a subject, which may have wildcards; `undefined` if it has none. The subject stands in the
   * request's own, so that permissions can be given for it.
   */
  last(subject: string, options: RequestOptions): Promise<StoredMessage | undefined> {
    return this.#get(`${this.subject}.${subject}`, EMPTY, options);
  }

  /** The first message of a subject, which may have wildcards, at a sequence or after it; `undefined` if it has none. */
  next(subject: string, sequence: number, options: RequestOptions): Promise<StoredMessage | undefined> {
    return this.#get(this.subject, encodeJson({ seq: sequence, next_by_subj: subject }), options);
  }

  async #get(subject: string, question: Uint8Array, options: RequestOptions): Promise<StoredMessage | undefined> {
    const answer = await this.#api.send(subject, question, options);
    const headers = headersOf(answer);
    if (headers?.code === NOT_FOUND) return undefined;
    if (headers === undefined || headers.get("Nats-Sequence") === "") throw toFailure(headers);
    return fromDirectGet(answer, headers);
  }
}

/** What an answer says that is neither a message nor that there is none. */
export function toFailure(status: { readonly code: number; readonly description: string } | undefined): Error {
  if (status === undefined) return new RequestFailure("lost", new TypeError("the answer is not a message of a stream"));
  if (status.code === 503) return new RequestFailure("unheard", new Error("no responders"));
  return new ApiError({ code: status.code, description: status.description });
}
