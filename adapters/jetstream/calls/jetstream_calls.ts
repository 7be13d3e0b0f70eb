import type { CallAddress, CallOptions, Calls } from "../../../adapter.ts";
import { InvalidArgumentError } from "../../../errors.ts";
import type { ServerApi } from "../api/server_api.ts";
import { toUserError } from "../api/to_user_error.ts";
import type { JetStreamMessage, JetStreamSubscription } from "../nats/connection.ts";
import { RequestFailure, toRequestFailure } from "../nats/request_failure.ts";
import { delay } from "../util/abortable.ts";
import { callSubject } from "../wire/call_subjects.ts";

type Handler = (request: Uint8Array) => Promise<Uint8Array>;

/** The registration of a handler. */
interface Service {
  readonly subscription: JetStreamSubscription;
  /** The pending answers, which never reject. */
  readonly answers: Set<Promise<void>>;
}

/** Bytes of `max_payload` that are reserved for headers that a connection may add. */
const RESERVED_BYTES = 4_096;

/** Failures after which the request has certainly reached no handler. */
const NOT_SENT: ReadonlySet<string> = new Set([
  "no-responders",
  "disconnected",
  "closed",
  "permission-denied",
  "invalid",
]);

/**
 * Requests between nodes over core NATS. A server delivers each request to at most one handler, or reports that there
 * is no handler.
 */
export class JetStreamCalls implements Calls {
  readonly #api: ServerApi;
  readonly #prefix: string;
  readonly #report: (error: Error) => void;
  /** The running handlers, by subject. */
  readonly #served: Map<string, Service> = new Map();

  /** @param report Receives the errors of missing permissions. Never throws. */
  constructor(api: ServerApi, prefix: string, report: (error: Error) => void) {
    this.#api = api;
    this.#prefix = prefix;
    this.#report = report;
  }

  get maxBytes(): number {
    return (this.#api.connection.info?.max_payload ?? Infinity) - RESERVED_BYTES;
  }

  serve(address: CallAddress, answer: Handler): AsyncDisposable {
    const { connection } = this.#api;
    const attempt = `answer requests to "${address.service}" in namespace "${address.namespace}"`;
    const subject = callSubject(this.#prefix, address);
    if (this.#served.has(subject)) {
      throw new InvalidArgumentError(
        `Cannot ${attempt}: this process already answers them as "${address.session}". End its registration first`,
        { argument: "address" },
      );
    }
    const answers = new Set<Promise<void>>();
    const callback = (error: Error | null, message: JetStreamMessage) => {
      if (error !== null) return this.#report(explain(attempt, error));
      const answered = this.#reply(attempt, message, answer).finally(() => answers.delete(answered));
      answers.add(answered);
    };
    let subscription: JetStreamSubscription;
    try {
      subscription = connection.subscribe(subject, { callback });
    } catch (error) {
      throw explain(attempt, error);
    }
    const service = { subscription, answers };
    this.#served.set(subject, service);
    let ended: Promise<void> | undefined;
    return {
      [Symbol.asyncDispose]: () => {
        if (this.#served.get(subject) === service) this.#served.delete(subject);
        return ended ??= this.#drain(service);
      },
    };
  }

  /** Ends all handlers. */
  close(): void {
    const services = [...this.#served.values()];
    this.#served.clear();
    if (this.#api.connection.isClosed()) return;
    for (const { subscription } of services) subscription.unsubscribe();
  }

  /** Ends a service after the requests that the server has delivered were answered. */
  async #drain({ subscription, answers }: Service): Promise<void> {
    const { connection, monitor, timeout } = this.#api;
    if (connection.isClosed()) return;
    if (monitor.isDown) return subscription.unsubscribe();
    const over = new AbortController();
    // `drain` does not end if the connection is closed in the meantime.
    const onFailure = (_failure: unknown, subject?: string) => {
      if (subject === undefined) over.abort();
    };
    monitor.add(onFailure);
    await Promise.race([subscription.drain(), delay(timeout, over.signal)]).catch(() => {});
    monitor.delete(onFailure);
    over.abort();
    await Promise.all(answers);
  }

  /**
   * Whether a reply subject can be a caller's inbox. A caller must not choose a subject of the server's API or of the
   * adapter: the answer would be a request or a message that is sent with the rights of this process.
   */
  #isInbox(reply: string): boolean {
    return !reply.startsWith("$") && !reply.startsWith(`${this.#prefix}.`);
  }

  async call(address: CallAddress, request: Uint8Array, options: CallOptions): Promise<Uint8Array | undefined> {
    const attempt = `call "${address.service}" of session "${address.session}"`;
    try {
      const { data } = await this.#api.send(callSubject(this.#prefix, address), request, options);
      // A copy: the bytes of a message are a view of received bytes.
      return new Uint8Array(data);
    } catch (error) {
      if (!(error instanceof RequestFailure)) throw error;
      if (error.kind === "permission-denied") this.#report(explain(attempt, error));
      if (NOT_SENT.has(error.kind) && !isInboxRefused(error)) return undefined;
      throw explain(attempt, error);
    }
  }

  async #reply(attempt: string, { reply, data }: JetStreamMessage, answer: Handler): Promise<void> {
    if (reply === undefined || !this.#isInbox(reply)) return;
    const bytes = await answer(new Uint8Array(data));
    try {
      this.#api.publish(reply, bytes);
    } catch (error) {
      this.#report(explain(attempt, error));
    }
  }
}

/** Whether the server refuses the inbox for answers. Requests were sent before the refusal arrived. */
function isInboxRefused({ cause }: RequestFailure): boolean {
  return (cause as { readonly operation?: unknown } | undefined)?.operation === "subscription";
}

function explain(attempt: string, error: unknown): Error {
  return toUserError(attempt, toRequestFailure(error)) as Error;
}
