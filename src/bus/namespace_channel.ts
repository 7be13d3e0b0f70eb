import type { BusEvent } from "../events/published_event.ts";
import type { Namespace } from "../base/namespace.ts";
import type { NamespaceObserver } from "../observer/namespace_observer.ts";
import { PatternRouter } from "../routing/pattern_router.ts";
import type { Route } from "../routing/route.ts";
import type { DispatchQueue } from "./dispatch_queue.ts";
import { dispatchAll, type Subscriber } from "./subscriber.ts";

/**
 * The bus of one namespace: its subscriptions and its deliveries.
 *
 * Subscriptions to all actors, and observers, are in the router of the bus under namespace patterns. The channel keeps
 * its route there, so that publishing needs no lookup by name. Subscriptions to an actor pattern are in a router of the
 * channel itself, so that 100,000 of them cost no more than the matching ones.
 */
export class NamespaceChannel {
  readonly namespace: Namespace;
  /** Absent if the backend has no observer. */
  readonly observer: NamespaceObserver | undefined;
  readonly #namespaces: PatternRouter<Subscriber>;
  readonly #route: Route<Subscriber>;
  readonly #line: DispatchQueue;
  #actors: PatternRouter<Subscriber> | undefined;
  #subscribers = 0;

  constructor(
    namespace: Namespace,
    namespaces: PatternRouter<Subscriber>,
    line: DispatchQueue,
    observer?: NamespaceObserver,
  ) {
    this.namespace = namespace;
    this.observer = observer;
    this.#namespaces = namespaces;
    this.#route = namespaces.route(namespace);
    this.#line = line;
  }

  /** The number of active subscriptions that were made in this namespace. */
  get subscribers(): number {
    return this.#subscribers;
  }

  /** Whether an event of this namespace may have a subscriber. */
  get hasSubscribers(): boolean {
    return this.#actors !== undefined || this.#route.handlers.length > 0;
  }

  /** Adds a subscription to all actors, or to those of a pattern. */
  add(subscriber: Subscriber, actors: string | undefined): void {
    if (actors === undefined) this.#namespaces.add(this.namespace, subscriber);
    else (this.#actors ??= new PatternRouter()).add(actors, subscriber);
    this.#subscribers++;
  }

  remove(subscriber: Subscriber, actors: string | undefined): void {
    if (actors === undefined) this.#namespaces.remove(this.namespace, subscriber);
    else if (this.#actors?.remove(actors, subscriber) && this.#actors.patternCount === 0) this.#actors = undefined;
    // After the last unsubscription, the route releases the former subscribers now instead of at the next event.
    if (--this.#subscribers === 0) void this.#route.handlers;
  }

  /** Delivers an event to all subscribers when the dispatch queue reaches it. */
  deliver(event: BusEvent): void {
    this.#line.deliver(event, this.#give);
  }

  /** Delivers the events of one commit to all subscribers when the dispatch queue reaches them. */
  deliverAll(events: readonly BusEvent[]): void {
    this.#line.deliverAll(events, this.#give);
  }

  /** Delivers an event immediately to the subscriptions to actor patterns. */
  dispatchByActor(event: BusEvent): void {
    if (this.#actors !== undefined) dispatchAll(this.#actors.match(event.actorId), event);
  }

  readonly #give = (event: BusEvent): void => {
    dispatchAll(this.#route.handlers, event);
    this.dispatchByActor(event);
  };
}
