import type { JetStreamConnection, JetStreamMessage } from "./connection.ts";
import { ConnectionMonitor } from "./connection_monitor.ts";
import type { Environment } from "../util/environment.ts";
import { RequestFailure, toRequestFailure } from "./request_failure.ts";

/** Receives a message that arrived at an address, or the reason why no message can arrive. */
export type Receiver = (message: JetStreamMessage | Error) => void;

/** A subject for replies. */
export interface Address {
  readonly subject: string;
  close(): void;
}

/** The receiver at an address. */
export interface Waiter {
  receive(message: JetStreamMessage | Error): void;
  /** The subject of the request. */
  readonly requestSubject: string;
}

/** The reply subjects of a backend. They are random, so that other clients cannot guess them. */
export class Inbox {
  readonly #connection: JetStreamConnection;
  readonly #monitor: ConnectionMonitor;
  readonly #base: string;
  readonly #waiters: Map<string, Waiter> = new Map();
  #subscription: { unsubscribe(): void } | undefined;
  #addresses = 0;
  #closed = false;

  constructor(connection: JetStreamConnection, { newId }: Pick<Environment, "newId">) {
    this.#connection = connection;
    this.#monitor = ConnectionMonitor.of(connection);
    this.#base = `${connection.options?.inboxPrefix ?? "_INBOX"}.${newId().replaceAll("-", "")}.`;
  }

  /**
   * Opens an address for the reply to one request. All addresses share one subscription, which the first address
   * creates. When the connection is lost, the receivers of all addresses get the failure.
   *
   * @param requestSubject The subject of the request. If the server refuses this subject, the receiver gets the
   * failure.
   * @throws {RequestFailure} If the connection is down or closed, or the inbox is closed.
   */
  open(requestSubject: string, receive: Receiver): Address {
    const subject = this.add({ receive, requestSubject });
    return { subject, close: () => this.remove(subject) };
  }

  /**
   * Opens an address as {@link Inbox.open} does, for a caller that removes it by {@link Inbox.remove}.
   *
   * @returns The subject of the address.
   * @throws {RequestFailure} If the connection is down or closed, or the inbox is closed.
   */
  add(waiter: Waiter): string {
    if (this.#closed) throw closed();
    if (this.#connection.isClosed()) throw new RequestFailure("closed", new Error("the connection was closed"));
    if (this.#monitor.isDown) throw new RequestFailure("disconnected", new Error("the connection is down"));
    this.#subscription ??= this.#subscribeAll();
    const subject = this.#base + (this.#addresses++).toString(36);
    this.#waiters.set(subject, waiter);
    return subject;
  }

  /** Closes an address. */
  remove(subject: string): void {
    this.#waiters.delete(subject);
  }

  /**
   * Opens an address with a subscription of its own. A push consumer needs one, because the server requires a
   * subscription to the literal subject.
   *
   * @throws {RequestFailure} If the connection or the inbox is closed.
   */
  subscribe(receive: Receiver): Address {
    if (this.#closed) throw closed();
    const subject = `${this.#base}${(this.#addresses++).toString(36)}.deliver`;
    const subscription = this.#listen(subject, receive);
    return { subject, close: () => this.#unsubscribe(subscription) };
  }

  /** Ends the shared subscription and fails pending requests. No address can be opened any more. */
  close(): void {
    this.#closed = true;
    if (this.#subscription !== undefined) this.#unsubscribe(this.#subscription);
    this.#discardSubscription();
    this.#fail(closed());
  }

  #subscribeAll(): { unsubscribe(): void } {
    const subscription = this.#listen(`${this.#base}*`, (message) => {
      if (!(message instanceof Error)) return this.#deliver(message);
      // The server refused the subscription. The next address subscribes again.
      this.#discardSubscription();
      this.#fail(message);
    });
    this.#monitor.add(this.#fail);
    return subscription;
  }

  #discardSubscription(): void {
    this.#subscription = undefined;
    this.#monitor.delete(this.#fail);
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
    this.#waiters.get(message.subject)?.receive(message);
  }

  /** Fails pending requests; with a subject, only the requests to that subject. */
  readonly #fail = (failure: Error, requestSubject?: string): void => {
    for (const waiter of [...this.#waiters.values()]) {
      if (requestSubject === undefined || requestSubject === waiter.requestSubject) waiter.receive(failure);
    }
  };
}

function closed(): RequestFailure {
  return new RequestFailure("closed", new Error("the backend was closed"));
}
