import { detachString } from "../base/detach_string.ts";
import type { EventTypes } from "../events/event_types.ts";
import { type EventFilter, toEventFilter } from "../store/event_filter.ts";
import type { SubscriptionFilter } from "../store/options.ts";
import { parseActorPattern, parseNamespacePattern } from "../values/parse_pattern.ts";
import type { NamespacePattern } from "../values/pattern.ts";
import type { NamespaceChannel } from "./namespace_channel.ts";
import type { Subscriber } from "./subscriber.ts";

/** The place at which a subscription is added: the channel of one namespace, or the router of namespace patterns. */
export interface SubscriptionTarget {
  /** The namespaces of the subscription. */
  readonly pattern: NamespacePattern;
  /** The attempted operation in errors, such as `observe`. */
  readonly verb: string;
  /** The filter that the subscriber applies itself; `undefined` if it receives every event of the target. */
  readonly filter: EventFilter | undefined;
  /** The event types of the subscriber's map; `undefined` if it receives events as they were published or stored. */
  readonly types: EventTypes | undefined;
  readonly add: (subscriber: Subscriber) => void;
  readonly remove: (subscriber: Subscriber) => void;
}

/**
 * The target of a subscription in one namespace. The channel selects by actor. The filter selects only by event type.
 */
export function targetInChannel(
  channel: NamespaceChannel,
  { types, actors }: SubscriptionFilter,
  eventTypes: EventTypes | undefined,
): SubscriptionTarget {
  const pattern = actors === undefined ? undefined : detachString(parseActorPattern(actors));
  return {
    pattern: parseNamespacePattern(channel.namespace),
    verb: "subscribe in namespace",
    filter: toEventFilter({ types }, eventTypes),
    types: eventTypes,
    add: (subscriber) => channel.add(subscriber, pattern),
    remove: (subscriber) => channel.remove(subscriber, pattern),
  };
}
