import type { BusEvent, PublishedEvent } from "../events/published_event.ts";
import type { NamespacePattern } from "../values/pattern.ts";

/**
 * Carries bus events between the processes that share a storage. Delivery is at most once, and no caller waits for it.
 */
export interface BusTransport {
  /**
   * Sends an event, which this process published, to the other processes.
   *
   * @throws {UnavailableError} If this process can no longer use the storage: the connection was closed permanently, or
   * a newer release has migrated the storage. The event was not sent, and no subscriber receives it.
   */
  send(event: PublishedEvent): void;
  /**
   * Receives the events that other processes publish and store in the namespaces of a pattern. The receiver does not
   * get the events of this process. The core calls `listen` once for each pattern that has a subscriber in this
   * process. A pattern without wildcards is the name of one namespace.
   *
   * `listen` returns before other processes send events to the receiver. Once the storage has answered a later request
   * of this process, the receiver gets every event that is sent from then on, unless the network loses the event.
   *
   * @param pattern A pattern over namespaces.
   * @param receiver Called with each event and each failure.
   * @returns The listener. Its disposal stops the deliveries to the receiver.
   * @throws {UnavailableError} If the connection was closed permanently.
   */
  listen(pattern: NamespacePattern, receiver: TransportReceiver): Disposable;
}

/** Receives the events of other processes. */
export interface TransportReceiver {
  /**
   * Called with one published event, or with all events of one commit. The events are deeply frozen. Events of an actor
   * that one process published arrive in the order of publication. The commits of an actor arrive in the order of
   * versions, each at most once. `receive` does not throw errors of handlers.
   */
  receive(events: readonly BusEvent[]): void;
  /**
   * Called with the reason why an event was not received: a `CorruptDataError` for a message that is not an event, an
   * `UnsupportedStorageError` if this process may not listen. `fail` does not throw.
   */
  fail(error: Error): void;
}
