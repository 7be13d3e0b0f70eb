import { InvalidArgumentError } from "../error/invalid_argument_error.ts";
import { quote } from "../error/quote.ts";
import type { Brand } from "../types/brand.ts";
import type { EventMap, JsonEvents } from "./event_map.ts";

/** A value that carries an event map to the functions that take one. Made by {@link events}. */
export interface Events<E extends EventMap> extends Brand<"events"> {
  /** Of the type system only: always absent. A function, so that one map is not taken for a wider or a narrower one. */
  readonly map?: (map: E) => E;
}

/** At run time there is nothing to carry. The brand tells it from a value that was meant for another argument. */
const BRAND: unique symbol = Symbol.for("@flowmade-one/aether/events");
const CARRIER: object = Object.freeze({ [BRAND]: true });

/**
 * Makes a value that carries an event map, so that stores, buses and deciders infer their types from it.
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
 */
export function events<E extends object & JsonEvents<E>>(): Events<E> {
  return CARRIER as unknown as Events<E>;
}

/** Refuses a value that {@link events} did not make; none is fine. */
export function checkEvents(value: unknown): void {
  if (value === undefined) return;
  if (typeof value === "object" && value !== null && (value as { [BRAND]?: unknown })[BRAND] === true) return;
  throw new InvalidArgumentError(`events must come from events<...>(), not be ${quote(value)}`, { argument: "events" });
}
