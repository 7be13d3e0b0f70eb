import type { BusEvent, PublishedEvent } from "../events/published_event.ts";
import type { NamespacePattern } from "../values/pattern.ts";

/** Carries bus events between the processes that share a storage. At most once; nothing waits for it. */
export interface BusTransport {
  /**
   * Sends what was published here to the other processes. What gets lost on its way is lost.
   *
   * @throws {UnavailableError} If it was not sent, nor will be: the connection was closed for good.
   */
  send(event: PublishedEvent): void;
  /**
   * Receives what other processes publish and store in the namespaces of a pattern, never what came from this one. The
   * core listens once to each pattern that somebody here is subscribed to; a pattern without wildcards is a namespace.
   *
   * It is not waited for until the others know. But what they send after the storage has answered something that this
   * process asked of it after `listen` returned is heard, where nothing gets lost.
   *
   * @param pattern Of namespaces.
   * @param receiver Who is told.
   * @returns Ends it when disposed of.
   * @throws {UnavailableError} If the connection was closed for good.
   */
  listen(pattern: NamespacePattern, receiver: TransportReceiver): Disposable;
}

/** Who is told what a carrier hears. */
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
