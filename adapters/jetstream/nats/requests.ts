/**
 * Requests with one reply. They replace the requests of nats.js. With many requests in flight, they take half of the
 * time, since all share one timer. When the connection is lost, they fail at once, not at their timeout.
 *
 * @module
 */
import type { JetStreamConnection, JetStreamMessage } from "./connection.ts";
import type { Environment } from "../util/environment.ts";
import { ConnectionMonitor } from "./connection_monitor.ts";
import type { Inbox, Waiter } from "./inbox.ts";
import { RequestFailure, toRequestFailure } from "./request_failure.ts";
import { isStored } from "./message_headers.ts";
import type { EncodedHeaders } from "./encode_headers.ts";

/** One request. It receives its reply or a failure, once. */
export abstract class PendingRequest implements Waiter {
  /** The subject of the request. */
  readonly requestSubject: string;
  /** The time at which the request fails without a reply, by the clock of the backend. */
  readonly deadline: number;
  /** The subject for the reply; empty before the request is sent. */
  replySubject = "";
  readonly #requests: Requests;

  constructor(requests: Requests, requestSubject: string, deadline: number) {
    this.#requests = requests;
    this.requestSubject = requestSubject;
    this.deadline = deadline;
  }

  /** Receives the reply. */
  abstract onReply(message: JetStreamMessage): void;

  /** Receives the reason why there is no reply. */
  abstract onFailure(failure: RequestFailure): void;

  receive(message: JetStreamMessage | Error): void {
    this.#requests.end(this);
    if (message instanceof Error) this.onFailure(asSent(message));
    else if (hasNoResponders(message)) this.onFailure(new RequestFailure("no-responders", new Error("no responders")));
    else this.onReply(message);
  }
}

/** A request with a promise of its reply. */
class PromisedRequest extends PendingRequest {
  readonly onReply: (message: JetStreamMessage) => void;
  readonly onFailure: (failure: RequestFailure) => void;

  constructor(
    requests: Requests,
    requestSubject: string,
    deadline: number,
    resolve: (message: JetStreamMessage) => void,
    reject: (failure: RequestFailure) => void,
  ) {
    super(requests, requestSubject, deadline);
    this.onReply = resolve;
    this.onFailure = reject;
  }
}

/** See the top of this file. */
export class Requests {
  readonly #connection: JetStreamConnection;
  readonly #inbox: Inbox;
  readonly #clock: Pick<Environment, "now">;
  readonly #pending: Set<PendingRequest> = new Set();
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** The time at which the timer fires. */
  #firesAt = Infinity;

  constructor(connection: JetStreamConnection, inbox: Inbox, clock: Pick<Environment, "now">) {
    this.#connection = connection;
    this.#inbox = inbox;
    this.#clock = clock;
  }

  /**
   * Sends a message and waits for the reply.
   *
   * @param timeout Milliseconds.
   * @throws {RequestFailure} If there was no reply.
   */
  send(subject: string, payload: Uint8Array, timeout: number, headers?: EncodedHeaders): Promise<JetStreamMessage> {
    return new Promise((resolve, reject) => {
      const deadline = this.#clock.now() + timeout;
      this.start(new PromisedRequest(this, subject, deadline, resolve, reject), payload, headers);
    });
  }

  /** Sends a request. If that fails, the request receives the failure before the method returns. */
  start(request: PendingRequest, payload: Uint8Array, headers: EncodedHeaders | undefined): void {
    try {
      const reply = request.replySubject = this.#inbox.add(request);
      this.#pending.add(request);
      if (request.deadline < this.#firesAt) this.#startTimer(request.deadline);
      this.#connection.publish(request.requestSubject, payload, headers === undefined ? { reply } : { reply, headers });
    } catch (error) {
      this.end(request);
      request.onFailure(toRequestFailure(error));
    }
  }

  /** Removes a request that no longer needs a reply. */
  end(request: PendingRequest): void {
    this.#inbox.remove(request.replySubject);
    this.#pending.delete(request);
  }

  /** Stops the timer. Pending requests receive no timeout any more. */
  close(): void {
    clearTimeout(this.#timer);
    this.#firesAt = Infinity;
    ConnectionMonitor.of(this.#connection).delete(this.#stopIdleTimer);
  }

  /**
   * The timer keeps running when no request is pending: another request usually follows soon. For a single writer, a
   * new timer per request takes more time than the request.
   */
  #startTimer(deadline: number): void {
    if (this.#timer === undefined) ConnectionMonitor.of(this.#connection).add(this.#stopIdleTimer);
    clearTimeout(this.#timer);
    this.#firesAt = deadline;
    this.#timer = setTimeout(() => this.#failExpired(), Math.max(0, Math.ceil(deadline - this.#clock.now())));
  }

  /**
   * Stops the timer after the connection is closed, so that the program can end. It stops the timer in a microtask,
   * because the inbox may fail the pending requests after this call: a refused subscription changes the order of the
   * listeners.
   */
  readonly #stopIdleTimer = (): void =>
    queueMicrotask(() => {
      if (this.#pending.size > 0) return;
      clearTimeout(this.#timer);
      this.#firesAt = Infinity;
    });

  /** Fails the requests whose timeout is over, and starts the timer for the next one. */
  #failExpired(): void {
    this.#firesAt = Infinity;
    const now = this.#clock.now();
    let next = Infinity;
    for (const request of [...this.#pending]) {
      if (request.deadline <= now) {
        this.end(request);
        request.onFailure(new RequestFailure("no-reply", new Error("timeout")));
      } else next = Math.min(next, request.deadline);
    }
    if (next < this.#firesAt) this.#startTimer(next);
  }
}

/** Whether the server reports that the subject has no responders. */
function hasNoResponders({ data, headers }: JetStreamMessage): boolean {
  return data.length === 0 && headers?.code === 503 && !isStored(headers);
}

/** The failure of a message that was sent: the request may have been carried out. */
function asSent(error: Error): RequestFailure {
  const failure = toRequestFailure(error);
  return failure.kind === "closed" ? new RequestFailure("no-reply", failure.cause) : failure;
}
