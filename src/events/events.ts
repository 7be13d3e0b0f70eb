import { refuseArgument } from "../checks/refuse_argument.ts";
import type { Brand } from "../base/brand.ts";
import type { EventMap, EventMapOf, EventsProblem, JsonEvents } from "./event_map.ts";

/** A value that carries an event map to functions. Made by {@link events}. */
export interface Events<E extends EventMap> extends Brand<"events"> {
  /**
   * Exists in types only, never at run time. It is a function type, so that one map is not accepted as a wider or a
   * narrower one.
   */
  readonly map?: (map: E) => E;
}

/** A map has no content at run time. The brand distinguishes it from a value that was meant for another argument. */
const BRAND: unique symbol = Symbol.for("@flowmade-one/aether/events");
const CARRIER: object = Object.freeze({ [BRAND]: true });

/**
 * Makes a value that carries an event map, so that stores, buses and deciders infer their types from it. The type
 * argument is a map from event types to data, or a union of `{ type, data }` objects. It is required. For any events,
 * pass no map to a store or bus, and `events<AnyEvents>()` to a decider.
 *
 * @returns A frozen value without content.
 *
 * @example
 * ```ts
 * import { events } from "@flowmade-one/aether";
 * import { memory } from "@flowmade-one/aether/memory";
 *
 * interface OrderEvents {
 *   Placed: { sku: string; note?: string };
 *   Shipped: { at: string };
 * }
 * const OrderEvents = events<OrderEvents>();
 *
 * const store = memory().store("prod.orders", OrderEvents);
 * await store.append("order.42", [{ type: "Placed", data: { sku: "A" } }], { expectedVersion: 0 });
 * ```
 *
 * @example A union of events
 * ```ts
 * import { events } from "@flowmade-one/aether";
 * import { memory } from "@flowmade-one/aether/memory";
 *
 * type OrderEvent =
 *   | { type: "Placed"; data: { sku: string; note?: string } }
 *   | { type: "Shipped"; data: { at: string } };
 *
 * const store = memory().store("prod.orders", events<OrderEvent>());
 * await store.append("order.42", [{ type: "Placed", data: { sku: "A" } }], { expectedVersion: 0 });
 * ```
 */
export function events<E extends object & JsonEvents<E> = never>(this: EventsProblem<E>): Events<EventMapOf<E>> {
  return CARRIER as unknown as Events<EventMapOf<E>>;
}

/**
 * Checks an optional event map.
 *
 * @throws {InvalidArgumentError} If the value is given and {@link events} did not make it.
 */
export function checkEvents(value: unknown): void {
  if (value !== undefined) requireEvents(value);
}

/**
 * Checks a required event map.
 *
 * @throws {InvalidArgumentError} If {@link events} did not make the value.
 */
export function requireEvents(value: unknown): void {
  if (typeof value === "object" && value !== null && (value as { [BRAND]?: unknown })[BRAND] === true) return;
  refuseArgument("events", "an event map, such as events<...>() returns", value);
}
