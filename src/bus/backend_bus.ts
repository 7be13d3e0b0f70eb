import { parseActorId } from "../values/parse_actor_id.ts";
import { requireFunction } from "../checks/check_function.ts";
import { checkOptions } from "../checks/check_options.ts";
import type { CommitSettings } from "../commits/commit_settings.ts";
import type { BusTransport } from "../driver/bus_transport.ts";
import type { EventMap } from "../events/event_map.ts";
import { checkEvents, type Events, eventTypesOf } from "../events/events.ts";
import type { BusEvent, PublishedEvent } from "../events/published_event.ts";
import { NamespaceObserver } from "../observer/namespace_observer.ts";
import type { DerivedMetadata } from "../observer/observer.ts";
import type { ObserverGuard } from "../observer/observer_guard.ts";
import type { Grant } from "../grants/grant.ts";
import type { GrantMint } from "../grants/grant_mint.ts";
import { Operation } from "../lifecycle/operation.ts";
import type { CloseScope } from "../lifecycle/close_scope.ts";
import { onAbort } from "../lifecycle/on_abort.ts";
import type { Namespace } from "../base/namespace.ts";
import { namespaceOf, parseNamespace } from "../values/parse_namespace.ts";
import { compilePattern } from "../values/compile_pattern.ts";
import type { NamespacePattern } from "../values/pattern.ts";
import { PatternRouter } from "../routing/pattern_router.ts";
import { toEventFilter } from "../store/event_filter.ts";
import type { SubscriptionFilter } from "../store/options.ts";
import type {
  BusSubscribeOptions,
  BusSubscription,
  EventBus,
  Handler,
  NamespacedEventBus,
  QueuedEvents,
  QueueOptions,
} from "./event_bus.ts";
import { DispatchQueue } from "./dispatch_queue.ts";
import { EventQueue } from "./event_queue.ts";
import { TransportSubscriptions } from "./transport_subscriptions.ts";
import { inCurrentShape } from "./in_current_shape.ts";
import { NamespaceChannel } from "./namespace_channel.ts";
import { preparePublished } from "./prepare_published.ts";
import { type SubscriptionTarget, targetInChannel } from "./subscription_target.ts";
import { dispatchAll, type OnError, Subscriber } from "./subscriber.ts";

const SUBSCRIBE_OPTIONS: ReadonlySet<string> = new Set(["types", "actors", "signal"]);
const QUEUE_OPTIONS: ReadonlySet<string> = new Set(["types", "actors", "signal", "capacity", "overflow"]);

/** The parts of a backend that its bus uses. */
export interface BusContext {
  readonly settings: CommitSettings;
  readonly mint: GrantMint;
  readonly lifetime: CloseScope;
  readonly transport: BusTransport | undefined;
  /** Receives the errors of handlers. Must not throw. */
  readonly onError: OnError;
  /** Receives the reason why an event could not be received or delivered. Must not throw. */
  readonly onUndelivered: (error: Error) => void;
  /** Absent if the backend has no observer. */
  readonly observer: ObserverGuard | undefined;
}

/** An active subscription. */
interface ActiveSubscription {
  readonly operation: Operation;
  /** Removes the subscription. A repeated call has no effect. */
  readonly leave: () => void;
  /**
   * Calls `close` when the backend is closed, and `abort` when the signal is aborted. Each of them must lead to a
   * call of `leave`.
   */
  readonly onEnd: (close: () => void, abort: () => void) => void;
}

/** The bus of a backend: a channel per namespace, and a router that finds the subscribers of a namespace. */
export class BackendBus implements EventBus {
  readonly #context: BusContext;
  readonly #transportSubscriptions: TransportSubscriptions;
  readonly #subscribers: PatternRouter<Subscriber> = new PatternRouter();
  readonly #dispatchQueue: DispatchQueue = new DispatchQueue();
  readonly #channels: Map<Namespace, NamespaceChannel> = new Map();

  constructor(context: BusContext) {
    this.#context = context;
    const { transport, onUndelivered } = context;
    this.#transportSubscriptions = new TransportSubscriptions(
      transport,
      (pattern, events) => this.#receive(pattern, events),
      onUndelivered,
    );
  }

  within<E extends EventMap>(...args: readonly [namespace?: string, events?: Events<E>]): NamespacedEventBus<E> {
    const parsed = namespaceOf(args);
    checkEvents(args[1]);
    this.#context.lifetime.check(`get the bus of namespace "${parsed}"`);
    const channel = this.channel(parsed);
    const types = eventTypesOf(args[1]);
    const settings = types === undefined ? this.#context.settings : { ...this.#context.settings, types };
    // A frozen object of closures: code that has it cannot reach a class, field or prototype of the bus.
    const bus = Object.freeze({
      namespace: parsed,
      publish: (actorId: string, event: unknown) => this.#publish(channel, actorId, event, settings),
      subscribe: (handler: Handler<BusEvent>, options: BusSubscribeOptions = {}) =>
        this.#subscribe(handler, options, (filter) => targetInChannel(channel, filter, types)),
      queue: (options: QueueOptions) => this.#queue(options, (filter) => targetInChannel(channel, filter, types)),
    });
    return bus as unknown as NamespacedEventBus<E>; // At run time, every bus is a bus of any events.
  }

  observe(grant: Grant, handler: Handler<never>, options: BusSubscribeOptions = {}): BusSubscription {
    return this.#subscribe(handler as Handler<BusEvent>, options, (filter) => this.#targetOfGrant(grant, filter));
  }

  queue(grant: Grant, options: QueueOptions): QueuedEvents<never> {
    return this.#queue(options, (filter) => this.#targetOfGrant(grant, filter)) as QueuedEvents<never>;
  }

  subscriberCount(namespace: string): number {
    return this.#channels.get(parseNamespace(namespace))?.subscribers ?? 0;
  }

  subscriberCounts(grant: Grant): ReadonlyMap<Namespace, number> {
    this.#context.lifetime.check("count subscribers");
    const isCovered = compilePattern(this.#context.mint.use(grant, "subscriberCounts").pattern);
    const counts = [...this.#channels.values()]
      .filter(({ namespace, subscribers }) => subscribers > 0 && isCovered(namespace))
      .map(({ namespace, subscribers }) => [namespace, subscribers] as const);
    return new Map(counts);
  }

  /** The channel of a namespace. Its stores publish their commits there. */
  channel(namespace: Namespace): NamespaceChannel {
    let channel = this.#channels.get(namespace);
    if (channel === undefined) {
      const observer = this.#context.observer && new NamespaceObserver(namespace, this.#context.observer);
      channel = new NamespaceChannel(namespace, this.#subscribers, this.#dispatchQueue, observer);
      this.#channels.set(namespace, channel);
    }
    return channel;
  }

  #publish(channel: NamespaceChannel, actorId: string, event: unknown, settings: CommitSettings): void {
    if (channel.observer === undefined) this.#send(channel, actorId, event, settings, undefined);
    else this.#publishObserved(channel.observer, channel, actorId, event, settings);
  }

  #publishObserved(
    observer: NamespaceObserver,
    channel: NamespaceChannel,
    actorId: string,
    event: unknown,
    settings: CommitSettings,
  ): void {
    const send = (derived?: DerivedMetadata) => this.#send(channel, actorId, event, settings, derived);
    observer.runSync(
      { name: "publish", actorId },
      send,
      ({ id, metadata }) => ({ events: 1, event: { id, metadata } }),
    );
  }

  #send(
    channel: NamespaceChannel,
    actorId: string,
    event: unknown,
    settings: CommitSettings,
    derived: DerivedMetadata | undefined,
  ): PublishedEvent {
    const { lifetime, transport } = this.#context;
    const published = preparePublished(channel.namespace, parseActorId(actorId), event, settings, derived);
    // This check comes last: reading the event may have run code of the caller, which may have closed the backend.
    Operation.begin(lifetime, "publish an event of", actorId, undefined);
    // The event is sent to other processes first, because a handler in this process may publish a later event.
    transport?.send(published);
    channel.deliver(published);
    return published;
  }

  #subscribe(
    handler: Handler<BusEvent>,
    options: BusSubscribeOptions,
    targetFor: (filter: SubscriptionFilter) => SubscriptionTarget,
  ): BusSubscription {
    checkOptions(options, SUBSCRIBE_OPTIONS, "subscribe");
    requireFunction(handler, "handler");
    const { types, actors, signal } = options;
    const active = this.#add(targetFor({ types, actors }), this.#observed(handler), signal);
    const { leave } = active;
    active.onEnd(leave, leave);
    return Object.freeze({ close: leave, [Symbol.dispose]: leave });
  }

  #observed(handler: Handler<BusEvent>): Handler<BusEvent> {
    const { observer } = this.#context;
    if (observer === undefined) return handler;
    return (event) => new NamespaceObserver(event.namespace, observer).deliver(event, () => handler(event));
  }

  #queue(options: QueueOptions, targetFor: (filter: SubscriptionFilter) => SubscriptionTarget): QueuedEvents<BusEvent> {
    checkOptions(options, QUEUE_OPTIONS, "queue");
    const { types, actors, signal, capacity, overflow } = options;
    const queue = new EventQueue({ capacity, overflow }, this.#context.observer);
    const { leave, onEnd, operation } = this.#add(targetFor({ types, actors }), (event) => queue.put(event), signal);
    queue.onEnd(leave);
    onEnd(() => queue.close(), () => queue.fail(operation.aborted()));
    return queue.facade();
  }

  /** Adds a subscription to its target, and lets the transport listen to its namespaces. */
  #add(
    target: SubscriptionTarget,
    receive: (event: BusEvent) => unknown,
    signal: AbortSignal | undefined,
  ): ActiveSubscription {
    const { lifetime, onError, onUndelivered } = this.#context;
    const { pattern, verb, filter, types, add, remove } = target;
    const operation = Operation.begin(lifetime, verb, pattern, signal);
    const subscriber = new Subscriber(
      filter,
      types === undefined ? receive : inCurrentShape(types, receive, onUndelivered),
      onError,
    );
    this.#transportSubscriptions.add(pattern);
    add(subscriber);
    let unbind = () => {};
    const leave = () => {
      if (!subscriber.stop()) return;
      unbind();
      remove(subscriber);
      this.#transportSubscriptions.remove(pattern);
    };
    const onEnd = (close: () => void, abort: () => void) => {
      const leaveLifetime = lifetime.register(() => Promise.resolve(close()));
      const removeAbortListener = onAbort(signal, abort);
      unbind = () => {
        leaveLifetime();
        removeAbortListener();
      };
      // Code that the transport ran may have closed the backend.
      try {
        operation.check();
      } catch (error) {
        leave();
        throw error;
      }
    };
    return { operation, leave, onEnd };
  }

  #targetOfGrant(grant: Grant, selection: SubscriptionFilter): SubscriptionTarget {
    const { lifetime, mint } = this.#context;
    // Checked before the grant is used: a refused call must not count as a use of it.
    lifetime.check("observe");
    const filter = toEventFilter(selection);
    const { pattern } = mint.use(grant, "observe");
    return {
      pattern,
      verb: "observe",
      filter,
      types: undefined,
      add: (subscriber) => this.#subscribers.add(pattern, subscriber),
      remove: (subscriber) => this.#subscribers.remove(pattern, subscriber),
    };
  }

  /** Delivers the events that the transport received for a pattern. */
  #receive(pattern: NamespacePattern, events: readonly BusEvent[]): void {
    this.#dispatchQueue.deliverAll(events, (event) => {
      dispatchAll(this.#subscribers.subscribersOf(pattern), event);
      // A pattern without wildcards is a namespace, which may have subscriptions to actor patterns.
      if (pattern as string === event.namespace) this.#channels.get(event.namespace)?.dispatchByActor(event);
    });
  }
}
