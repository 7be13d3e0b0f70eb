import { COPIED_SUBSCRIBERS } from "./routing_limits.ts";

/**
 * The subscribers of one pattern, in the order of subscription, each once. A subscriber is never an array.
 *
 * - One subscriber, as most patterns have, is the value itself. This form needs no array.
 * - Up to {@link COPIED_SUBSCRIBERS} subscribers are an array. Every change replaces the array, so that it can be
 *   returned without a copy.
 * - More subscribers are a {@link SubscriberSet}, because arrays would make the cost of many changes quadratic. The set
 *   becomes an array again when half of that number remains.
 */
export type Subscribers<T extends object> = T | readonly T[] | SubscriberSet<T>;

/**
 * A large set of subscribers of one pattern. Changes have constant cost. An array of the members is created only when
 * it is requested after a change. The requester calls all members of the array: the copy adds a constant factor to
 * these calls.
 */
export class SubscriberSet<T extends object> {
  readonly members: Set<T>;
  #snapshot: readonly T[] | undefined;

  constructor(members: Iterable<T>) {
    this.members = new Set(members);
  }

  add(value: T): void {
    this.members.add(value);
    this.#snapshot = undefined;
  }

  delete(value: T): void {
    this.members.delete(value);
    this.#snapshot = undefined;
  }

  /** The current members, in an array that later changes do not modify. */
  snapshot(): readonly T[] {
    return this.#snapshot ??= [...this.members];
  }
}

/** Whether there is exactly one subscriber, which is the value itself. */
export function isSole<T extends object>(subscribers: Subscribers<T>): subscribers is T {
  return !Array.isArray(subscribers) && !(subscribers instanceof SubscriberSet);
}

/** The number of subscribers. */
export function countOf<T extends object>(subscribers: Subscribers<T>): number {
  if (isSole(subscribers)) return 1;
  return subscribers instanceof SubscriberSet ? subscribers.members.size : subscribers.length;
}

/** The subscribers, in an array that later changes do not modify. */
export function snapshotOf<T extends object>(subscribers: Subscribers<T>): readonly T[] {
  if (isSole(subscribers)) return [subscribers];
  return subscribers instanceof SubscriberSet ? subscribers.snapshot() : subscribers;
}

/** Whether a value is among the subscribers. */
export function hasSubscriber<T extends object>(subscribers: Subscribers<T>, value: T): boolean {
  if (isSole(subscribers)) return subscribers === value;
  return subscribers instanceof SubscriberSet ? subscribers.members.has(value) : subscribers.includes(value);
}

/** The subscribers and one more value, which must not be among them. */
export function withSubscriber<T extends object>(subscribers: Subscribers<T>, value: T): Subscribers<T> {
  if (isSole(subscribers)) return [subscribers, value];
  if (subscribers instanceof SubscriberSet) {
    subscribers.add(value);
    return subscribers;
  }
  const more = [...subscribers, value];
  return more.length > COPIED_SUBSCRIBERS ? new SubscriberSet(more) : more;
}

/** The subscribers without one of them; `undefined` if no subscriber remains. */
export function withoutSubscriber<T extends object>(subscribers: Subscribers<T>, value: T): Subscribers<T> | undefined {
  if (isSole(subscribers)) return undefined;
  if (subscribers instanceof SubscriberSet) {
    subscribers.delete(value);
    return subscribers.members.size <= COPIED_SUBSCRIBERS / 2 ? subscribers.snapshot() : subscribers;
  }
  if (subscribers.length === 2) return subscribers[0] === value ? subscribers[1] : subscribers[0];
  return subscribers.filter((other) => other !== value);
}
