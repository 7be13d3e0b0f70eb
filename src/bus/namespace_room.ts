import type { BusEvent } from "../event/published_event.ts";
import type { Namespace } from "../namespace/namespace.ts";
import { PatternRouter } from "../routing/pattern_router.ts";
import type { Route } from "../routing/route.ts";
import { giveAll, type Subscriber } from "./subscriber.ts";

/**
 * What happens in one namespace: who is subscribed, and the order of delivery.
 *
 * Subscriptions to all actors, and observers, stand in the bus's router under namespace patterns; the room keeps its
 * route there, so that publishing looks no name up. Subscriptions to an actor pattern stand in a router of the room's
 * own, so that 100,000 of them cost no more than those that match.
 */
export class NamespaceRoom {
  readonly namespace: Namespace;
  readonly #namespaces: PatternRouter<Subscriber>;
  readonly #route: Route<Subscriber>;
  #actors: PatternRouter<Subscriber> | undefined;
  #subscribers = 0;
  #delivering = false;
  readonly #waiting: BusEvent[] = [];

  constructor(namespace: Namespace, namespaces: PatternRouter<Subscriber>) {
    this.namespace = namespace;
    this.#namespaces = namespaces;
    this.#route = namespaces.route(namespace);
  }

  /** How many subscriptions were made here and not ended. */
  get subscribers(): number {
    return this.#subscribers;
  }

  /** Whether anybody might get what is delivered here. */
  get isHeard(): boolean {
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
    this.#subscribers--;
  }

  /**
   * Hands an event to everybody. What is published from inside of a handler waits, so that everybody sees the same
   * order.
   */
  deliver(event: BusEvent): void {
    if (this.#delivering) {
      this.#waiting.push(event);
      return;
    }
    this.#delivering = true;
    this.#give(event);
    if (this.#waiting.length > 0) this.#giveWaiting();
    this.#delivering = false;
  }

  /** Hands an event to the subscriptions to actor patterns. */
  giveByActor(event: BusEvent): void {
    if (this.#actors === undefined) return;
    giveAll(this.#actors.match(event.actorId), event);
  }

  #give(event: BusEvent): void {
    giveAll(this.#route.handlers, event);
    if (this.#actors !== undefined) this.giveByActor(event);
  }

  #giveWaiting(): void {
    for (let i = 0; i < this.#waiting.length; i++) this.#give(this.#waiting[i]!);
    this.#waiting.length = 0;
  }
}
