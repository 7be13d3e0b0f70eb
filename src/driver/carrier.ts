import type { BusEvent, PublishedEvent } from "../events/published_event.ts";
import type { NamespacePattern } from "../values/pattern.ts";

/** Carries bus events between the processes that share a storage. At most once; nothing waits for it. */
export interface BusTransport {
  /**
   * Sends an event that this process published to the other processes. Delivery is at most once.
   *
   * @throws {UnavailableError} If it was not sent, nor will be: the connection was closed for good.
   */
  send(event: PublishedEvent): void;
  /**
   * Receives events that other processes publish and store in the namespaces of a pattern, never the events of this
   * process. The core listens once to each pattern that has a subscriber in this process; a pattern without wildcards
   * is a namespace.
   *
   * The core does not wait until the other processes know. But once `listen` has returned and the storage has answered
   * a later request of this process, events that are sent afterwards are delivered, unless the network loses them.
   *
   * @param pattern A pattern over namespaces.
   * @param receiver Called with each event and each failure.
   * @returns Ends it when disposed of.
   * @throws {UnavailableError} If the connection was closed for good.
   */
  listen(pattern: NamespacePattern, receiver: TransportReceiver): Disposable;
}

/** Receives the events of other processes. */
export interface TransportReceiver {
  /**
   * To be called with one published event, or all those of one commit, frozen throughout: what one process publishes of
   * an actor in its order, and an actor's commits in the order of its versions, each once. Does not throw what handlers
   * throw.
   */
  receive(events: readonly BusEvent[]): void;
  /**
   * To be called with why something is not heard: an `CorruptDataError` where it is no event, an `UnsupportedStorageError`
   * where this process may not listen. Does not throw.
   */
  fail(error: Error): void;
}
