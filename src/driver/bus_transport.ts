import type { BusEvent, PublishedEvent } from "../events/published_event.ts";
import type { NamespacePattern } from "../values/pattern.ts";

/**
 * Carries bus events between the processes that share a storage. Delivery is at most once, and no caller waits for it.
 */
export interface BusTransport {
  /**
   * Sends an event that this process published to the other processes. Delivery is at most once.
   *
   * @throws {UnavailableError} If the connection was closed permanently. The event was not sent.
   */
  send(event: PublishedEvent): void;
  /**
   * Receives the events that other processes publish and store in the namespaces of a pattern. It never receives the
   * events of this process. The core calls it once for each pattern that has a subscriber in this process. A pattern
   * without wildcards is one namespace.
   *
   * `listen` returns before it has an effect in other processes. After the storage has answered a later request of this
   * process, the receiver gets every event that is then sent, unless the network loses it.
   *
   * @param pattern A pattern over namespaces.
   * @param receiver Called with each event and each failure.
   * @returns Stops receiving when disposed.
   * @throws {UnavailableError} If the connection was closed permanently.
   */
  listen(pattern: NamespacePattern, receiver: TransportReceiver): Disposable;
}

/** Receives the events of other processes. */
export interface TransportReceiver {
  /**
   * Called with one published event, or with all events of one commit, deeply frozen. One process's published events of
   * an actor keep their order. The commits of an actor arrive in the order of versions, each once. `receive` does not
   * throw errors of handlers.
   */
  receive(events: readonly BusEvent[]): void;
  /**
   * Called with the reason why an event was not received: a `CorruptDataError` for a message that is not an event, an
   * `UnsupportedStorageError` if this process may not listen. `fail` does not throw.
   */
  fail(error: Error): void;
}
