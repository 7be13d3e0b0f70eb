import type { JetStreamConnection, JetStreamMessage } from "./connection.ts";
import { RequestFailure, toRequestFailure } from "./request_failure.ts";

/** What came to an address: a message, or why none will. */
export type Receiver = (message: JetStreamMessage | Error) => void;

/** A subject of one's own. */
export interface Address {
  readonly subject: string;
  close(): void;
}

/** Where answers go that are more than one message: subjects that nobody else knows. */
export class Inbox {
  readonly #connection: JetStreamConnection;
  readonly #base: string;
  readonly #receivers: Map<string, Receiver> = new Map();
  #subscription: { unsubscribe(): void } | undefined;
  #addresses = 0;
  #closed = false;

  constructor(connection: JetStreamConnection) {
    this.#connection = connection;
    this.#base = `${connection.options?.inboxPrefix ?? "_INBOX"}.${crypto.randomUUID().replaceAll("-", "")}.`;
  }

  /**
   * Makes an address for one answer. All such share one subscription, made when the first is.
   *
   * @throws {RequestFailure} The connection was closed, or the inbox.
   */
  open(receive: Receiver): Address {
    if (this.#closed) throw closed();
    this.#subscription ??= this.#listen(
      `${this.#base}*`,
      (message) => message instanceof Error ? this.#fail(message) : this.#deliver(message),
    );
    const token = (this.#addresses++).toString(36);
    this.#receivers.set(token, receive);
    return { subject: this.#base + token, close: () => this.#receivers.delete(token) };
  }

  /**
   * Makes an address with a subscription of its own, as a push consumer needs: the server looks for a literal one.
   *
   * @throws {RequestFailure} The connection was closed, or the inbox.
   */
  subscribe(receive: Receiver): Address {
    if (this.#closed) throw closed();
    const subject = `${this.#base}${(this.#addresses++).toString(36)}.deliver`;
    const subscription = this.#listen(subject, receive);
    return { subject, close: () => this.#unsubscribe(subscription) };
  }

  /** Ends the subscription that is shared, tells those who wait for an answer, and makes no address any more. */
  close(): void {
    this.#closed = true;
    const receivers = [...this.#receivers.values()];
    this.#receivers.clear();
    if (this.#subscription !== undefined) this.#unsubscribe(this.#subscription);
    this.#subscription = undefined;
    for (const receive of receivers) receive(closed());
  }

  #listen(subject: string, receive: Receiver): { unsubscribe(): void } {
    try {
      return this.#connection.subscribe(subject, { callback: (error, message) => receive(error ?? message) });
    } catch (error) {
      throw toRequestFailure(error);
    }
  }

  #unsubscribe(subscription: { unsubscribe(): void }): void {
    if (!this.#connection.isClosed()) subscription.unsubscribe();
  }

  #deliver(message: JetStreamMessage): void {
    this.#receivers.get(message.subject.slice(this.#base.length))?.(message);
  }

  /** The server refused the subscription: the next address tries again. */
  #fail(error: Error): void {
    this.#subscription = undefined;
    for (const receive of [...this.#receivers.values()]) receive(error);
  }
}

function closed(): RequestFailure {
  return new RequestFailure("unsent", new Error("the backend was closed"));
}
