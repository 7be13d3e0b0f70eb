import { checkOptions } from "../checks/check_options.ts";
import type { NewEvent } from "./new_event.ts";

const OPTIONS: ReadonlySet<string> = new Set(["id", "schemaVersion", "metadata"]);

/**
 * Creates an event to append or to return from `decide`. It keeps the literal type of `type`. Without this function,
 * `type` is a `string` in a helper function, an array variable or a callback.
 *
 * @param type The event type.
 * @param data The data. Only the append checks and copies it.
 * @param options The event's `id`, `schemaVersion` and `metadata`.
 * @throws {InvalidArgumentError} If an option is unknown.
 *
 * @example
 * ```ts
 * import { decider, event, events, given } from "@flowmade-one/aether";
 *
 * const OrderEvents = events<{ Placed: { sku: string }; Confirmed: { lines: number } }>();
 *
 * const placed = (sku: string) => event("Placed", { sku });
 *
 * const order = decider(OrderEvents, {
 *   initial: () => 0,
 *   evolve: (lines, { type }) => type === "Placed" ? lines + 1 : lines,
 *   decide: (skus: string[]) => [...skus.map(placed), event("Confirmed", { lines: skus.length })],
 * });
 *
 * given(order).when(["A", "B"]).then(placed("A"), placed("B"), event("Confirmed", { lines: 2 }));
 * ```
 */
export function event<const T extends string, const D>(
  type: T,
  data: D,
  options: Pick<NewEvent, "id" | "schemaVersion" | "metadata"> = {},
): NewEvent<T, D> {
  checkOptions(options, OPTIONS, "event");
  return { ...options, type, data: data as NewEvent<T, D>["data"] };
}
