/**
 * Requests with one reply. A connection of nats.js has them too. With many in flight, these take half the time, since
 * all share one timer. When the connection is lost, they fail at once, not at their timeout.
 *
 * @module
 */
import type { JetStreamConnection, JetStreamMessage } from "./connection.ts";
import type { Environment } from "../util/environment.ts";
import type { Address, Inbox } from "./inbox.ts";
import { RequestFailure, toRequestFailure } from "./request_failure.ts";
import { isStored } from "./message_headers.ts";
import type { EncodedHeaders } from "./encode_headers.ts";

/** A request without a reply yet. */
interface Pending {
  /** The time of its timeout, by the clock of the backend. */
  readonly deadline: number;
  readonly fail: (failure: RequestFailure) => void;
}

/** See the top of this file. */
export class Requests {
  readonly #connection: JetStreamConnection;
  readonly #inbox: Inbox;
  readonly #clock: Pick<Environment, "now">;
  readonly #pending: Set<Pending> = new Set();
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** When the timer ends. */
  #sweep = Infinity;

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
      const address: Address = this.#inbox.open(subject, (answer) => {
        if (answer instanceof Error) return pending.fail(asSent(answer));
        if (isUnheard(answer)) return pending.fail(new RequestFailure("no-responders", new Error("no responders")));
        this.#end(pending, address);
        resolve(answer);
      });
      const pending: Pending = {
        deadline: this.#clock.now() + timeout,
        fail: (failure) => {
          this.#end(pending, address);
          reject(failure);
        },
      };
      this.#pending.add(pending);
      this.#sweepAt(pending.deadline);
      try {
        this.#connection.publish(subject, payload, { reply: address.subject, ...(headers && { headers }) });
      } catch (error) {
        pending.fail(toRequestFailure(error));
      }
    });
  }

  #end(pending: Pending, address: Address): void {
    this.#pending.delete(pending);
    address.close();
    if (this.#pending.size > 0) return;
    clearTimeout(this.#timer);
    this.#sweep = Infinity;
  }

  #sweepAt(deadline: number): void {
    if (deadline >= this.#sweep) return;
    clearTimeout(this.#timer);
    this.#sweep = deadline;
    this.#timer = setTimeout(() => this.#giveUpLate(), Math.max(0, Math.ceil(deadline - this.#clock.now())));
  }

  /** Fails the requests whose timeout is over, and starts the timer for the next one. */
  #giveUpLate(): void {
    this.#sweep = Infinity;
    const now = this.#clock.now();
    let next = Infinity;
    for (const pending of [...this.#pending]) {
      if (pending.deadline <= now) pending.fail(new RequestFailure("no-reply", new Error("timeout")));
      else next = Math.min(next, pending.deadline);
    }
    if (next < Infinity) this.#sweepAt(next);
  }
}

/** Whether the server reports that the subject has no responders. */
function isUnheard({ data, headers }: JetStreamMessage): boolean {
  return data.length === 0 && headers?.code === 503 && !isStored(headers);
}

/** The failure of a message that was sent: the request may have been carried out. */
function asSent(error: Error): RequestFailure {
  const failure = toRequestFailure(error);
  return failure.kind === "closed" ? new RequestFailure("no-reply", failure.cause) : failure;
}
