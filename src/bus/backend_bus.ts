import { parseActorId } from "../values/parse_actor_id.ts";
import { requireFunction } from "../checks/check_function.ts";
import { checkOptions } from "../checks/check_options.ts";
import type { CommitSettings } from "../commits/commit_settings.ts";
import type { BusTransport } from "../driver/carrier.ts";
import type { EventMap } from "../events/event_map.ts";
import { checkEvents, type Events } from "../events/events.ts";
import type { BusEvent } from "../events/published_event.ts";
import type { Grant } from "../grants/grant.ts";
import type { GrantMint } from "../grants/grant_mint.ts";
import { Operation } from "../lifecycle/operation.ts";
import type { CloseScope } from "../lifecycle/close_scope.ts";
import { onAbort } from "../lifecycle/on_abort.ts";
import type { Namespace } from "../base/namespace.ts";
import { namespaceOf, parseNamespace } from "../values/parse_namespace.ts";
import { compilePattern } from "../values/compile_pattern.ts";
import { parseActorPattern, parseNamespacePattern } from "../values/parse_pattern.ts";
import { detachString } from "../base/detach_string.ts";
import type { NamespacePattern } from "../values/pattern.ts";
import { PatternRouter } from "../routing/pattern_router.ts";
import { type EventFilter, toEventFilter } from "../store/event_filter.ts";
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
import { NamespaceChannel } from "./namespace_channel.ts";
import { preparePublished } from "./prepare_published.ts";
import { dispatchAll, type OnError, Subscriber } from "./subscriber.ts";

const SUBSCRIBE_OPTIONS: ReadonlySet<string> = new Set(["types", "actors", "signal"]);
const QUEUE_OPTIONS: ReadonlySet<string> = new Set(["types", "actors", "signal", "capacity", "overflow"]);

/** The parts that a bus shares with its backend. */
export interface BusContext {
  readonly settings: CommitSettings;
  readonly mint: GrantMint;
  readonly lifetime: CloseScope;
  readonly carrier: BusTransport | undefined;
  /** Receives the errors of handlers; does not throw. */
  readonly onError: OnError;
  /** Receives the reason why an event of another process is not delivered; does not throw. */
  readonly onUnheard: (error: Error) => void;
}

/** Where a subscription stands, and what is left to filter there. */
interface Place {
  readonly pattern: NamespacePattern;
  /** The name of the subscribing method in errors. */
  readonly verb: string;
  readonly wants: EventFilter | undefined;
  readonly add: (subscriber: Subscriber) => void;
  readonly remove: (subscriber: Subscriber) => void;
}

/** A subscription that stands in its place. */
interface Membership {
  readonly attempt: Operation;
  /** Takes it away, once. */
  readonly leave: () => void;
  /** Says what to do when the backend is closed, or the signal aborted; both must come to `leave`. */
  readonly onEnd: (close: () => void, abort: () => void) => void;
}

/** The bus of a backend: a room for each namespace, and a router that finds who listens to which. */
export class BackendBus implements EventBus {
  readonly #context: BusContext;
  readonly #interests: TransportSubscriptions;
  readonly #subscribers: PatternRouter<Subscriber> = new PatternRouter();
  readonly #line: DispatchQueue = new DispatchQueue();
  readonly #rooms: Map<Namespace, NamespaceChannel> = new Map();

  constructor(context: BusContext) {
    this.#context = context;
    const { carrier, onUnheard } = context;
    this.#interests = new TransportSubscriptions(
      carrier,
      (pattern, events) => this.#receive(pattern, events),
      onUnheard,
    );
  }

  within<E extends EventMap>(...args: readonly [namespace?: string, events?: Events<E>]): NamespacedEventBus<E> {
    const parsed = namespaceOf(args);
    checkEvents(args[1]);
    this.#context.lifetime.check(`give the bus of namespace "${parsed}"`);
    const room = this.room(parsed);
    // Closures in a frozen object: its holder reaches no class, no field and no prototype of the bus.
    const bus = Object.freeze({
      namespace: parsed,
      publish: (actorId: string, event: unknown) => this.#publish(room, actorId, event),
      subscribe: (handler: Handler<BusEvent>, options: BusSubscribeOptions = {}) =>
        this.#subscribe(handler, options, (filter) => placeIn(room, filter)),
      queue: (options: QueueOptions) => this.#queue(options, (filter) => placeIn(room, filter)),
    });
    return bus as unknown as NamespacedEventBus<E>; // At run time a bus is one of any events.
  }

  observe(grant: Grant, handler: Handler<never>, options: BusSubscribeOptions = {}): BusSubscription {
    return this.#subscribe(handler as Handler<BusEvent>, options, (filter) => this.#placeOf(grant, filter));
  }

  queue(grant: Grant, options: QueueOptions): QueuedEvents<never> {
    return this.#queue(options, (filter) => this.#placeOf(grant, filter)) as QueuedEvents<never>;
  }

  subscriberCount(namespace: string): number {
    return this.#rooms.get(parseNamespace(namespace))?.subscribers ?? 0;
  }

  subscriberCounts(grant: Grant): ReadonlyMap<Namespace, number> {
    this.#context.lifetime.check("count subscribers");
    const covered = compilePattern(this.#context.mint.use(grant, "subscriberCounts").pattern);
    const counts = [...this.#rooms.values()]
      .filter(({ namespace, subscribers }) => subscribers > 0 && covered(namespace))
      .map(({ namespace, subscribers }) => [namespace, subscribers] as const);
    return new Map(counts);
  }

  /** The room of a namespace, where its stores announce what they stored. */
  room(namespace: Namespace): NamespaceChannel {
    let room = this.#rooms.get(namespace);
    if (room === undefined) {
      this.#rooms.set(namespace, room = new NamespaceChannel(namespace, this.#subscribers, this.#line));
    }
    return room;
  }

  #publish(room: NamespaceChannel, actorId: string, event: unknown): void {
    const { lifetime, settings, carrier } = this.#context;
    const published = preparePublished(room.namespace, parseActorId(actorId), event, settings);
    // Last of the checks: reading the event may have run code of the caller's, which may have closed the backend.
    Operation.begin(lifetime, "publish of", actorId, undefined);
    // First to the others: a handler here may publish what comes after it.
    carrier?.send(published);
    room.deliver(published);
  }

  #subscribe(
    handler: Handler<BusEvent>,
    options: BusSubscribeOptions,
    choose: (filter: SubscriptionFilter) => Place,
  ): BusSubscription {
    checkOptions(options, SUBSCRIBE_OPTIONS, "subscribe");
    requireFunction(handler, "handler");
    const { types, actors, signal } = options;
    const membership = this.#join(choose({ types, actors }), handler, signal);
    const { leave } = membership;
    membership.onEnd(leave, leave);
    return Object.freeze({ close: leave, [Symbol.dispose]: leave });
  }

  #queue(options: QueueOptions, choose: (filter: SubscriptionFilter) => Place): QueuedEvents<BusEvent> {
    checkOptions(options, QUEUE_OPTIONS, "queue");
    const { types, actors, signal, capacity, overflow } = options;
    const queue = new EventQueue({ capacity, overflow });
    const { leave, onEnd, attempt } = this.#join(choose({ types, actors }), (event) => queue.put(event), signal);
    queue.onEnd(leave);
    onEnd(() => queue.close(), () => queue.fail(attempt.aborted()));
    return queue.facade();
  }

  /** Puts a subscription where it belongs. */
  #join(place: Place, receive: (event: BusEvent) => unknown, signal: AbortSignal | undefined): Membership {
    const { lifetime, onError } = this.#context;
    const { pattern, verb, wants, add, remove } = place;
    const attempt = Operation.begin(lifetime, verb, pattern, signal);
    const subscriber = new Subscriber(wants, receive, onError);
    this.#interests.add(pattern);
    add(subscriber);
    let unbind = () => {};
    const leave = () => {
      if (!subscriber.stop()) return;
      unbind();
      remove(subscriber);
      this.#interests.remove(pattern);
    };
    const onEnd = (close: () => void, abort: () => void) => {
      const ended = lifetime.start(() => Promise.resolve(close()));
      const letGo = onAbort(signal, abort);
      unbind = () => {
        ended();
        letGo();
      };
      // A carrier may have taken its time, or run code of others.
      try {
        attempt.check();
      } catch (error) {
        leave();
        throw error;
      }
    };
    return { attempt, leave, onEnd };
  }

  #placeOf(grant: Grant, filter: SubscriptionFilter): Place {
    const { lifetime, mint } = this.#context;
    // Before the grant is used: what is refused anyway is no use of it.
    lifetime.check("observe");
    const wants = toEventFilter(filter);
    const { pattern } = mint.use(grant, "observe");
    return {
      pattern,
      verb: "observe",
      wants,
      add: (subscriber) => this.#subscribers.add(pattern, subscriber),
      remove: (subscriber) => this.#subscribers.remove(pattern, subscriber),
    };
  }

  /** Delivers the events that the transport received for a pattern. */
  #receive(pattern: NamespacePattern, events: readonly BusEvent[]): void {
    this.#line.deliverAll(events, (event) => {
      dispatchAll(this.#subscribers.subscribersOf(pattern), event);
      if (pattern as string === event.namespace) this.#rooms.get(event.namespace)?.dispatchByActor(event);
    });
  }
}

/** In a namespace: the room sorts by actor, so that types are all that is left to filter. */
function placeIn(room: NamespaceChannel, { types, actors }: SubscriptionFilter): Place {
  const pattern = actors === undefined ? undefined : detachString(parseActorPattern(actors));
  return {
    pattern: parseNamespacePattern(room.namespace),
    verb: "subscribe in namespace",
    wants: toEventFilter({ types }),
    add: (subscriber) => room.add(subscriber, pattern),
    remove: (subscriber) => room.remove(subscriber, pattern),
  };
}
