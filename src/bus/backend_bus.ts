import { parseActorId } from "../actor/parse_actor_id.ts";
import { checkFunction } from "../check/check_function.ts";
import { checkOptions } from "../check/check_options.ts";
import type { CommitSettings } from "../commit/commit_settings.ts";
import type { Carrier } from "../driver/carrier.ts";
import type { AnyEvents, EventMap } from "../event/event_map.ts";
import { checkEvents, type Events } from "../event/events.ts";
import type { BusEvent } from "../event/published_event.ts";
import type { Grant } from "../grant/grant.ts";
import type { GrantMint } from "../grant/grant_mint.ts";
import { Attempt } from "../lifetime/attempt.ts";
import type { Lifetime } from "../lifetime/lifetime.ts";
import { DEFAULT_NAMESPACE, type ExactNamespace, type Namespace } from "../namespace/namespace.ts";
import { parseNamespace } from "../namespace/parse_namespace.ts";
import { compilePattern } from "../pattern/compile_pattern.ts";
import { parseActorPattern, parseNamespacePattern } from "../pattern/parse_pattern.ts";
import type { NamespacePattern } from "../pattern/pattern.ts";
import { PatternRouter } from "../routing/pattern_router.ts";
import { toEventFilter } from "../store/event_filter.ts";
import type { SubscriptionFilter } from "../store/options.ts";
import type {
  BusSubscribeOptions,
  EventBus,
  Handler,
  NamespacedEventBus,
  QueuedEvents,
  QueueOptions,
} from "./event_bus.ts";
import { EventQueue } from "./event_queue.ts";
import { Interests } from "./interests.ts";
import { NamespaceRoom } from "./namespace_room.ts";
import { preparePublished } from "./prepare_published.ts";
import { giveAll, type OnError, Subscriber } from "./subscriber.ts";

const SUBSCRIBE_OPTIONS: ReadonlySet<string> = new Set(["types", "actors", "signal"]);
const QUEUE_OPTIONS: ReadonlySet<string> = new Set(["types", "actors", "signal", "capacity", "overflow"]);

/** What a bus shares with its backend. */
export interface BusContext {
  readonly settings: CommitSettings;
  readonly mint: GrantMint;
  readonly lifetime: Lifetime;
  readonly carrier: Carrier | undefined;
  /** Is told what handlers throw and reject with; does not throw. */
  readonly onError: OnError;
}

/** Where a subscription stands, and what is left to filter there. */
interface Place {
  readonly pattern: NamespacePattern;
  /** What subscribing there is called in errors. */
  readonly verb: string;
  readonly filter: SubscriptionFilter;
  readonly add: (subscriber: Subscriber) => void;
  readonly remove: (subscriber: Subscriber) => void;
}

/** The bus of a backend: a room for each namespace, and a router that finds who listens to which. */
export class BackendBus implements EventBus {
  readonly #context: BusContext;
  readonly #interests: Interests;
  readonly #subscribers: PatternRouter<Subscriber> = new PatternRouter();
  readonly #rooms: Map<Namespace, NamespaceRoom> = new Map();

  constructor(context: BusContext) {
    this.#context = context;
    this.#interests = new Interests(context.carrier, (pattern, event) => this.#receive(pattern, event));
  }

  within<const N extends string, E extends EventMap = AnyEvents>(
    namespace?: ExactNamespace<N>,
    events?: Events<E>,
  ): NamespacedEventBus<E> {
    const parsed = namespace === undefined ? DEFAULT_NAMESPACE : parseNamespace(namespace);
    checkEvents(events);
    this.#context.lifetime.check(`give the bus of namespace "${parsed}"`);
    const room = this.room(parsed);
    // Closures in a frozen object: whoever holds it finds no class, no field and no prototype of ours to go on from.
    const bus = Object.freeze({
      namespace: parsed,
      publish: (actorId: string, event: unknown) => this.#publish(room, actorId, event),
      subscribe: (handler: Handler<BusEvent>, options: BusSubscribeOptions = {}) =>
        this.#subscribe(handler, options, (filter) => placeIn(room, filter)),
      queue: (options: QueueOptions) => this.#queue(options, (filter) => placeIn(room, filter)),
    });
    return bus as unknown as NamespacedEventBus<E>; // At run time a bus is one of any events.
  }

  observe(grant: Grant, handler: Handler<never>, options: BusSubscribeOptions = {}): Disposable {
    return this.#subscribe(handler as Handler<BusEvent>, options, (filter) => this.#placeOf(grant, filter));
  }

  queue(grant: Grant, options: QueueOptions): QueuedEvents<never> {
    return this.#queue(options, (filter) => this.#placeOf(grant, filter)) as QueuedEvents<never>;
  }

  subscriberCount(namespace: string): number {
    return this.#rooms.get(parseNamespace(namespace))?.subscribers ?? 0;
  }

  subscriberCounts(grant: Grant): ReadonlyMap<Namespace, number> {
    const covered = compilePattern(this.#context.mint.use(grant, "subscriberCounts").pattern);
    const counts = [...this.#rooms.values()]
      .filter(({ namespace, subscribers }) => subscribers > 0 && covered(namespace))
      .map(({ namespace, subscribers }) => [namespace, subscribers] as const);
    return new Map(counts);
  }

  /** The room of a namespace, where its stores announce what they stored. */
  room(namespace: Namespace): NamespaceRoom {
    let room = this.#rooms.get(namespace);
    if (room === undefined) this.#rooms.set(namespace, room = new NamespaceRoom(namespace, this.#subscribers));
    return room;
  }

  #publish(room: NamespaceRoom, actorId: string, event: unknown): void {
    const { lifetime, settings, carrier } = this.#context;
    Attempt.begin(lifetime, "publish of", parseActorId(actorId), undefined);
    const published = preparePublished(room.namespace, actorId, event, settings);
    room.deliver(published);
    carrier?.send(published);
  }

  #subscribe(
    handler: Handler<BusEvent>,
    options: BusSubscribeOptions,
    choose: (filter: SubscriptionFilter) => Place,
  ): Disposable {
    checkOptions(options, SUBSCRIBE_OPTIONS, "subscribe");
    checkFunction(handler ?? null, "handler");
    const { attempt, place } = this.#begin(options, choose);
    const leave = this.#join(place, handler);
    const end = () => {
      leave();
      unbind();
    };
    const unbind = bind(attempt, end, end);
    return Object.freeze({ [Symbol.dispose]: end });
  }

  #queue(options: QueueOptions, choose: (filter: SubscriptionFilter) => Place): QueuedEvents<BusEvent> {
    checkOptions(options, QUEUE_OPTIONS, "queue");
    const queue = new EventQueue(options);
    const { attempt, place } = this.#begin(options, choose);
    const leave = this.#join(place, (event) => queue.put(event));
    const unbind = bind(attempt, () => queue.close(), () => queue.fail(attempt.aborted()));
    queue.onEnd(() => {
      leave();
      unbind();
    });
    return queue.facade();
  }

  #begin(
    options: BusSubscribeOptions,
    choose: (filter: SubscriptionFilter) => Place,
  ): { attempt: Attempt; place: Place } {
    const { types, actors, signal } = options;
    const place = choose({ types, actors });
    return { place, attempt: Attempt.begin(this.#context.lifetime, place.verb, place.pattern, signal) };
  }

  /** Puts a subscription where it belongs; the function returned takes it away, once. */
  #join({ pattern, filter, add, remove }: Place, receive: (event: BusEvent) => unknown): () => void {
    const subscriber = new Subscriber(toEventFilter(filter), receive, this.#context.onError);
    add(subscriber);
    this.#interests.add(pattern);
    return () => {
      if (!subscriber.stop()) return;
      remove(subscriber);
      this.#interests.remove(pattern);
    };
  }

  #placeOf(grant: Grant, filter: SubscriptionFilter): Place {
    const { pattern } = this.#context.mint.use(grant, "observe");
    return {
      pattern,
      verb: "observe",
      filter,
      add: (subscriber) => this.#subscribers.add(pattern, subscriber),
      remove: (subscriber) => this.#subscribers.remove(pattern, subscriber),
    };
  }

  /** Takes in what the carrier heard for a pattern. */
  #receive(pattern: NamespacePattern, event: BusEvent): void {
    giveAll(this.#subscribers.subscribersOf(pattern), event);
    if (pattern as string === event.namespace) this.#rooms.get(event.namespace)?.giveByActor(event);
  }
}

/** In a namespace: the room sorts by actor, so that types are all that is left to filter. */
function placeIn(room: NamespaceRoom, { types, actors }: SubscriptionFilter): Place {
  if (actors !== undefined) parseActorPattern(actors);
  return {
    pattern: parseNamespacePattern(room.namespace),
    verb: "subscribe in namespace",
    filter: { types },
    add: (subscriber) => room.add(subscriber, actors),
    remove: (subscriber) => room.remove(subscriber, actors),
  };
}

/** Ends a subscription with its backend or its signal; the function returned lets go of both. */
function bind({ lifetime, signal }: Attempt, close: () => void, abort: () => void): () => void {
  const ended = lifetime.start(() => Promise.resolve(close()));
  signal?.addEventListener("abort", abort);
  return () => {
    ended();
    signal?.removeEventListener("abort", abort);
  };
}
