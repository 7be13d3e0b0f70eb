import type { AnyEvents, EventMap, TypeOf } from "../events/event_map.ts";
import type { Events } from "../events/events.ts";
import type { NewEventOf } from "../events/new_event.ts";
import type { BusEventOf } from "../events/published_event.ts";
import type { Grant } from "../grants/grant.ts";
import type { ExactNamespace, Namespace } from "../base/namespace.ts";
import type { SubscriptionFilter } from "../store/options.ts";

/**
 * A function that is called with each event. It may be asynchronous. The bus does not await its result: the next event
 * can arrive before an asynchronous handler has ended. If the handler throws or rejects, the backend's `onError`
 * receives the error. Other handlers still receive the event.
 */
export type Handler<T> = (event: T) => unknown;

/**
 * The bus of a backend, for trusted code. It returns the buses of single namespaces, and delivers the events of several
 * namespaces with a grant.
 */
export interface EventBus {
  /**
   * Returns the bus of one namespace, which publishes and subscribes only in that namespace. Each namespace for which a
   * bus was returned uses a few hundred bytes until the backend is closed, and 30 kB while a subscription to an actor
   * pattern exists.
   *
   * @param namespace See {@link parseNamespace}. Only a call without arguments means `default`: an explicit `undefined`
   * is refused.
   * @param events The event map, from {@link events}. Without it, the bus accepts events of any type.
   * @throws {InvalidNamespaceError} If `namespace` is not a valid namespace.
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
  /** Returns the bus of the namespace `default`, for events of any type. */
  within(): NamespacedEventBus;

  /**
   * Calls a handler for each event that is published or stored in the namespaces of a grant.
   *
   * @param grant A grant that this backend minted. Each call is reported to `onGrantUsed`.
   * @param handler See {@link Handler}.
   * @param options A selection of the events; `signal` ends the subscription.
   * @returns The subscription. It ends when it is closed or disposed.
   * @throws {InvalidGrantError} If this backend did not mint the grant.
   * @throws {InvalidArgumentError} If the handler is not a function, or an option is invalid.
   * @throws {InvalidPatternError} If `actors` is not a pattern.
   * @throws {AbortError} If the signal was aborted before the call.
   * @throws {ClosedError} If the backend was closed.
   * @throws {UnavailableError} If the adapter carries events between processes, and its connection was closed
   * permanently.
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

  /**
   * Queues the events of the namespaces of a grant, like {@link EventBus.observe}, in a bounded queue: see
   * {@link NamespacedEventBus.queue}.
   */
  queue<E extends EventMap = AnyEvents, const T extends TypeOf<E> = TypeOf<E>>(
    grant: Grant,
    options: QueueOptions<T>,
  ): QueuedEvents<BusEventOf<E, T>>;

  /**
   * Counts the active subscriptions to the bus of a namespace. Observations with a grant are not counted, because they
   * do not belong to the namespace.
   *
   * @throws {InvalidNamespaceError} If `namespace` is not a valid namespace.
   */
  subscriberCount(namespace: string): number;

  /**
   * Counts the active subscriptions of each namespace that a grant covers. A namespace without subscriptions is not in
   * the map.
   *
   * @throws {InvalidGrantError} If this backend did not mint the grant.
   */
  subscriberCounts(grant: Grant): ReadonlyMap<Namespace, number>;
}

/**
 * The bus of one namespace. It is a frozen object: code that has it cannot reach another namespace or the bus of the
 * backend.
 *
 * Each current subscriber receives an event at most once. The events of one actor arrive in order. A reader that needs
 * every event uses `store.subscribe`.
 */
export interface NamespacedEventBus<E extends EventMap = AnyEvents> {
  /**
   * Exists in types only, never at run time. It prevents the assignment of a bus to a variable whose event map has more
   * or fewer events.
   */
  readonly map?: (map: E) => E;

  /** The namespace of the bus. */
  readonly namespace: Namespace;

  /**
   * Publishes an event, which is not stored. When `publish` returns, all handlers in this process have been called. If
   * a handler calls `publish`, its event waits until the current event was delivered to every subscriber.
   *
   * @param actorId See {@link parseActorId}.
   * @param event The event. It is copied: later changes to it have no effect.
   * @throws {InvalidActorIdError} If the actor id is invalid.
   * @throws {InvalidEventError} If the event's data is not JSON, or a field is invalid; the error names the path.
   * @throws {TooLargeError} If the event is larger than a commit may be.
   * @throws {ClosedError} If the backend was closed.
   * @throws {UnavailableError} If the adapter carries events between processes, and its connection was closed
   * permanently.
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
   * @param options A selection of the events; `signal` ends the subscription.
   * @returns The subscription. It ends when it is closed or disposed: see {@link BusSubscription.close}.
   * @throws {InvalidArgumentError} If the handler is not a function, or an option is invalid.
   * @throws {InvalidPatternError} If `actors` is not a pattern.
   * @throws {AbortError} If the signal was aborted before the call.
   * @throws {ClosedError} If the backend was closed.
   * @throws {UnavailableError} If the adapter carries events between processes, and its connection was closed
   * permanently.
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
   * Subscribes to the events of this namespace, published or stored, from now on. A bounded queue keeps them for an
   * iteration.
   *
   * @param options `capacity` and `overflow` are required: the caller chooses the size of the queue, and the policy
   * when it is full.
   * @returns An iterable for one `for await`. Leaving the loop ends the subscription.
   * @throws {InvalidArgumentError} If an option is invalid.
   * @throws {InvalidPatternError} If `actors` is not a pattern.
   * @throws {AbortError} If the signal was aborted before the call.
   * @throws {ClosedError} If the backend was closed.
   * @throws {UnavailableError} If the adapter carries events between processes, and its connection was closed
   * permanently.
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
  /** Ends the subscription: the handler is not called again, not even with an event that is being delivered. */
  close(): void;
}

/** A selection of the events of a bus. */
export interface BusSubscribeOptions<T extends string = string> extends SubscriptionFilter<T> {
  /** Ends the subscription. */
  readonly signal?: AbortSignal | undefined;
}

/** A selection of the events of a bus, and the size of the queue. */
export interface QueueOptions<T extends string = string> extends BusSubscribeOptions<T> {
  /** The maximum number of waiting events; 1 or more. An event for which the consumer already waits does not count. */
  readonly capacity: number;
  /**
   * The policy for an event that arrives while the queue is full. `"drop-oldest"`: the event that has waited longest is
   * dropped. `"drop-newest"`: the arriving event is dropped. `"fail"`: the iteration fails with `QueueOverflowError`.
   */
  readonly overflow: "drop-oldest" | "drop-newest" | "fail";
}

/** Events of a bus in a bounded queue, for one `for await`. Leaving the loop drops the waiting events. */
export interface QueuedEvents<T> extends AsyncIterable<T>, Disposable {
  /** The number of dropped events so far. */
  readonly dropped: number;
  /** Ends the subscription. The waiting events can still be read. */
  close(): void;
}
