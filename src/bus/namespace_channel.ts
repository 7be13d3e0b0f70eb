import type { BusEvent } from "../events/published_event.ts";
import type { Namespace } from "../base/namespace.ts";
import type { NamespaceObserver } from "../observer/namespace_observer.ts";
import { PatternRouter } from "../routing/pattern_router.ts";
import type { Route } from "../routing/route.ts";
import type { DispatchQueue } from "./dispatch_queue.ts";
import { dispatchAll, type Subscriber } from "./subscriber.ts";

/**
 * The bus of one namespace inside a backend: it keeps the subscriptions of the namespace and delivers events to them.
 *
 * Two routers contain the subscriptions. The router of the backend's bus contains subscriptions to all actors of the
 * namespace, and observations with a grant. The channel keeps its route in that router, so that an event needs no
 * lookup of the namespace. A router of the channel contains the subscriptions to an actor pattern. Even with 100,000 of
 * these subscriptions, the cost of an event depends only on the number of subscriptions that match.
 */
export class NamespaceChannel {
  readonly namespace: Namespace;
  /** Absent if the backend has no observer. */
  readonly observer: NamespaceObserver | undefined;
  readonly #namespaceRouter: PatternRouter<Subscriber>;
  readonly #route: Route<Subscriber>;
  readonly #dispatchQueue: DispatchQueue;
  #actorRouter: PatternRouter<Subscriber> | undefined;
  #subscribers = 0;

  constructor(
    namespace: Namespace,
    namespaceRouter: PatternRouter<Subscriber>,
    dispatchQueue: DispatchQueue,
    observer?: NamespaceObserver,
  ) {
    this.namespace = namespace;
    this.observer = observer;
    this.#namespaceRouter = namespaceRouter;
    this.#route = namespaceRouter.route(namespace);
    this.#dispatchQueue = dispatchQueue;
  }

  /** The number of active subscriptions of this namespace, without observations with a grant. */
  get subscribers(): number {
    return this.#subscribers;
  }

  /** Whether an event of this namespace may have a subscriber, observations with a grant included. */
  get hasSubscribers(): boolean {
    return this.#actorRouter !== undefined || this.#route.handlers.length > 0;
  }

  /** Adds a subscription to all actors, or to the actors of a pattern. */
  add(subscriber: Subscriber, actors: string | undefined): void {
    if (actors === undefined) this.#namespaceRouter.add(this.namespace, subscriber);
    else (this.#actorRouter ??= new PatternRouter()).add(actors, subscriber);
    this.#subscribers++;
  }

  remove(subscriber: Subscriber, actors: string | undefined): void {
    if (actors === undefined) this.#namespaceRouter.remove(this.namespace, subscriber);
    else if (this.#actorRouter?.remove(actors, subscriber) && this.#actorRouter.patternCount === 0) {
      this.#actorRouter = undefined;
    }
    // Reading `handlers` refreshes the route. Without it, the route would keep the former subscribers in memory until
    // the next event.
    if (--this.#subscribers === 0) void this.#route.handlers;
  }

  /** Adds an event to the dispatch queue, which delivers it to all subscribers. */
  deliver(event: BusEvent): void {
    this.#dispatchQueue.deliver(event, this.#dispatch);
  }

  /** Adds the events of one commit to the dispatch queue, which delivers them to all subscribers. */
  deliverAll(events: readonly BusEvent[]): void {
    this.#dispatchQueue.deliverAll(events, this.#dispatch);
  }

  /** Delivers an event immediately to the subscriptions to actor patterns. */
  dispatchByActor(event: BusEvent): void {
    if (this.#actorRouter !== undefined) dispatchAll(this.#actorRouter.match(event.actorId), event);
  }

  readonly #dispatch = (event: BusEvent): void => {
    dispatchAll(this.#route.handlers, event);
    this.dispatchByActor(event);
  };
}
