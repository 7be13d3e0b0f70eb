import type { AnyEvents, EventMap, TypeOf } from "../events/event_map.ts";
import type { Events } from "../events/events.ts";
import type { NewEventOf } from "../events/new_event.ts";
import type { BusEventOf } from "../events/published_event.ts";
import type { Grant } from "../grants/grant.ts";
import type { ExactNamespace, Namespace } from "../base/namespace.ts";
import type { SubscriptionFilter } from "../store/options.ts";

/**
 * Is called with each event. May be asynchronous: it is not awaited, so that the next event can come before it has
 * ended. An error that it throws or rejects with goes to the backend's `onError`; other handlers still receive the
 * event.
 */
export type Handler<T> = (event: T) => unknown;

/** The bus of a backend, for trusted code: hands out buses of one namespace, and observes many with a grant. */
export interface EventBus {
  /**
   * Gives the bus of one namespace, which can publish and subscribe there and nowhere else. A namespace that was asked
   * for keeps some hundred bytes until the backend is closed, and 30 kB while a subscription to an actor pattern
   * exists.
   *
   * @param namespace See {@link parseNamespace}. Only a call without arguments means `default`: an explicit `undefined` is
   * refused.
   * @param events The event map, from {@link events}; without it, any events.
   * @throws {InvalidNamespaceError} If it is not a namespace.
   * @throws {InvalidArgumentError} If `events` is not from {@link events}.
   * @throws {ClosedError} If the backend was closed.
   *
   * @example
   * ```ts
   * import { memory } from "@flowmade-one/aether/memory";
   * import { assertEquals } from "@std/assert";
   *
   * await using backend = memory();
   * const orders = backend.bus.within("prod.orders");
   * const seen: string[] = [];
   * using _ = orders.subscribe((event) => seen.push(event.type));
   * orders.publish("order.42", { type: "Viewed", data: {} });
   * backend.bus.within("prod").publish("order.42", { type: "Audited", data: {} });
   * assertEquals(seen, ["Viewed"]);
   * ```
   */
  within<const N extends string, E extends EventMap = AnyEvents>(
    namespace: ExactNamespace<N>,
    events?: Events<E>,
  ): NamespacedEventBus<E>;
  /** Gives the bus of the namespace `default`, of any events. */
  within(): NamespacedEventBus;

  /**
   * Observes the namespaces of a grant: every event that is published or stored in them.
   *
   * @param grant Minted by this backend. Each call is reported to the audit hook.
   * @param handler See {@link Handler}.
   * @param options Which events; `signal` ends it.
   * @returns Ends it when disposed of.
   * @throws {InvalidGrantError} If it is not a grant of this backend.
   * @throws {InvalidArgumentError} If the handler is not a function, or an option is not what it must be.
   * @throws {InvalidPatternError} If `actors` is not a pattern.
   * @throws {AbortError} If the signal was aborted before.
   * @throws {ClosedError} If the backend was closed.
   * @throws {UnavailableError} If the storage has other processes, and the connection to them was closed for good.
   *
   * @example
   * ```ts
   * import { memory } from "@flowmade-one/aether/memory";
   * import { assertEquals } from "@std/assert";
   *
   * await using backend = memory();
   * const audit = backend.grant("prod.>", { reason: "audit log" });
   * const seen: string[] = [];
   * using _ = backend.bus.observe(audit, (event) => seen.push(event.namespace));
   * await backend.store("prod.orders").append("order.42", [{ type: "Placed", data: {} }], { expectedVersion: 0 });
   * await backend.store("test").append("order.42", [{ type: "Placed", data: {} }], { expectedVersion: 0 });
   * assertEquals(seen, ["prod.orders"]);
   * ```
   */
  observe<E extends EventMap = AnyEvents, const T extends TypeOf<E> = TypeOf<E>>(
    grant: Grant,
    handler: Handler<BusEventOf<E, T>>,
    options?: BusSubscribeOptions<T>,
  ): BusSubscription;

  /** Observes like {@link EventBus.observe}, by iteration over a bounded queue: see {@link NamespacedEventBus.queue}. */
  queue<E extends EventMap = AnyEvents, const T extends TypeOf<E> = TypeOf<E>>(
    grant: Grant,
    options: QueueOptions<T>,
  ): QueuedEvents<BusEventOf<E, T>>;

  /**
   * Counts the subscriptions that were made in a namespace by its own bus. Observers are not counted: they are not of
   * the namespace.
   *
   * @throws {InvalidNamespaceError} If it is not a namespace.
   */
  subscriberCount(namespace: string): number;

  /**
   * Counts the subscriptions of each namespace of a grant that has any.
   *
   * @throws {InvalidGrantError} If it is not a grant of this backend.
   */
  subscriberCounts(grant: Grant): ReadonlyMap<Namespace, number>;
}

/**
 * The bus of one namespace. A frozen object that knows its namespace and nothing else: no property, method or prototype
 * of it leads to another namespace or to the bus that it came from.
 *
 * Delivery is at most once, to those who are subscribed at the moment, in order per actor. A reader that needs every
 * event uses `store.subscribe`.
 */
export interface NamespacedEventBus<E extends EventMap = AnyEvents> {
  /** Exists in types only, never at run time. It keeps a bus of some events from being used as one of more or fewer. */
  readonly map?: (map: E) => E;

  /** The namespace that everything here is about. */
  readonly namespace: Namespace;

  /**
   * Publishes an event, which is not stored. All handlers have been called when this returns, unless it is called from
   * inside of one: then the event waits until the current one has reached every subscriber.
   *
   * @param actorId See {@link parseActorId}.
   * @param event Copied: later changes to it have no effect.
   * @throws {InvalidActorIdError} If it is not an actor id.
   * @throws {InvalidEventError} If the event's data is not JSON, or a field of it is wrong; the error names the path.
   * @throws {TooLargeError} If the event is larger than a commit may be.
   * @throws {ClosedError} If the backend was closed.
   * @throws {UnavailableError} If the storage has other processes, and the connection to them was closed for good.
   *
   * @example
   * ```ts
   * import { memory } from "@flowmade-one/aether/memory";
   *
   * await using backend = memory();
   * backend.bus.within("prod.orders").publish("order.42", { type: "Viewed", data: { by: "Ann" } });
   * ```
   */
  readonly publish: (actorId: string, event: NewEventOf<E>) => void;

  /**
   * Calls a handler with each event of this namespace, published or stored, from now on.
   *
   * @param handler See {@link Handler}.
   * @param options Which events; `signal` ends the subscription.
   * @returns Ends the subscription when disposed of: after that the handler is not called, not even with an event that
   * is being delivered.
   * @throws {InvalidArgumentError} If the handler is not a function, or an option is not what it must be.
   * @throws {InvalidPatternError} If `actors` is not a pattern.
   * @throws {AbortError} If the signal was aborted before.
   * @throws {ClosedError} If the backend was closed.
   * @throws {UnavailableError} If the storage has other processes, and the connection to them was closed for good.
   *
   * @example
   * ```ts
   * import { memory } from "@flowmade-one/aether/memory";
   * import { assertEquals } from "@std/assert";
   *
   * await using backend = memory();
   * const orders = backend.bus.within("prod.orders");
   * const placed: string[] = [];
   * using _ = orders.subscribe((event) => placed.push(event.actorId), { types: ["Placed"], actors: "order.*" });
   * await backend.store("prod.orders").append("order.42", [{ type: "Placed", data: {} }], { expectedVersion: 0 });
   * assertEquals(placed, ["order.42"]);
   * ```
   */
  readonly subscribe: <const T extends TypeOf<E> = TypeOf<E>>(
    handler: Handler<BusEventOf<E, T>>,
    options?: BusSubscribeOptions<T>,
  ) => BusSubscription;

  /**
   * Gives each event of this namespace by iteration, one at a time, over a bounded queue.
   *
   * @param options `capacity` and `overflow` are required: what waits is bounded, and what happens then is your choice.
   * @returns For one use; leaving the loop ends it.
   * @throws {InvalidArgumentError} If an option is not what it must be.
   * @throws {InvalidPatternError} If `actors` is not a pattern.
   * @throws {AbortError} If the signal was aborted before.
   * @throws {ClosedError} If the backend was closed.
   * @throws {UnavailableError} If the storage has other processes, and the connection to them was closed for good.
   *
   * @example
   * ```ts
   * import { memory } from "@flowmade-one/aether/memory";
   * import { assertEquals } from "@std/assert";
   *
   * await using backend = memory();
   * const orders = backend.bus.within("prod.orders");
   * const queue = orders.queue({ capacity: 2, overflow: "drop-oldest" });
   * for (const n of [1, 2, 3]) orders.publish("order.42", { type: "Viewed", data: { n } });
   * for await (const event of queue) {
   *   assertEquals([event.data, queue.dropped], [{ n: 2 }, 1]);
   *   break;
   * }
   * ```
   */
  readonly queue: <const T extends TypeOf<E> = TypeOf<E>>(options: QueueOptions<T>) => QueuedEvents<BusEventOf<E, T>>;
}

/** A subscription to a bus. */
export interface BusSubscription extends Disposable {
  /** Ends it: the handler is not called any more, not even with an event that is being delivered. */
  close(): void;
}

/** Which events of a bus are wanted. */
export interface BusSubscribeOptions<T extends string = string> extends SubscriptionFilter<T> {
  /** Ends the subscription. */
  readonly signal?: AbortSignal | undefined;
}

/** Which events of a bus are wanted, and how many may wait. */
export interface QueueOptions<T extends string = string> extends BusSubscribeOptions<T> {
  /** How many events may wait; 1 or more. One that the consumer is waiting for already does not count. */
  readonly capacity: number;
  /**
   * The handling of an event that finds the queue full: `"drop-oldest"`: it takes the place of the one that waits
   * longest; `"drop-newest"`: it is dropped; `"fail"`: the iteration fails with `QueueOverflowError`.
   */
  readonly overflow: "drop-oldest" | "drop-newest" | "fail";
}

/** Events of a bus that wait in a bounded queue, for one `for await`; leaving the loop drops what waits. */
export interface QueuedEvents<T> extends AsyncIterable<T>, Disposable {
  /** How many events were dropped so far. */
  readonly dropped: number;
  /** Ends the subscription; what waits is still given. */
  close(): void;
}
