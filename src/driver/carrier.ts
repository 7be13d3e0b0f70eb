import type { BusEvent, PublishedEvent } from "../event/published_event.ts";
import type { NamespacePattern } from "../pattern/pattern.ts";

/** Carries bus events between the processes that share a storage. At most once; nothing waits for it. */
export interface Carrier {
  /** Sends what was published here to the other processes. What cannot be sent is lost; it does not throw. */
  send(event: PublishedEvent): void;
  /**
   * Receives what other processes publish and store in the namespaces of a pattern, never what came from this one. The
   * core listens once to each pattern that somebody here is subscribed to; a pattern without wildcards is a namespace.
   *
   * @param receive To be called with events that are frozen throughout, in the order in which one process sent those of
   * one actor. It does not throw what handlers throw.
   * @returns Ends it when disposed of.
   */
  listen(pattern: NamespacePattern, receive: (event: BusEvent) => void): Disposable;
}
