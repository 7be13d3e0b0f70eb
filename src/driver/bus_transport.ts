import type { BusEvent, PublishedEvent } from "../events/published_event.ts";
import type { NamespacePattern } from "../values/pattern.ts";

/**
 * Carries bus events between the processes that share a storage. Delivery is at most once, and no caller waits for it.
 */
export interface BusTransport {
  /**
   * Sends an event that this process published to the other processes. Delivery is at most once.
   *
   * @throws {UnavailableError} If the connection was closed for good: the event was not sent.
   */
  send(event: PublishedEvent): void;
  /**
   * Receives events that other processes publish and store in the namespaces of a pattern, never the events of this
   * process. The core calls it once for each pattern that has a subscriber in this process. A pattern without wildcards
   * is one namespace.
   *
   * `listen` returns before the other processes know of it. Once the storage has answered a later request of this
   * process, events sent afterwards are delivered, unless the network loses them.
   *
   * @param pattern A pattern over namespaces.
   * @param receiver Called with each event and each failure.
   * @returns Ends it when disposed.
   * @throws {UnavailableError} If the connection was closed for good.
   */
  listen(pattern: NamespacePattern, receiver: TransportReceiver): Disposable;
}

/** Receives the events of other processes. */
export interface TransportReceiver {
  /**
   * Called with one published event, or with all events of one commit, deeply frozen. One process's published events of
   * an actor keep their order. The commits of an actor come in the order of versions, each once. It does not throw
   * errors of handlers.
   */
  receive(events: readonly BusEvent[]): void;
  /**
   * Called with the reason why an event was not received: a `CorruptDataError` for a message that is not an event, an
   * `UnsupportedStorageError` if this process may not listen. It does not throw.
   */
  fail(error: Error): void;
}
