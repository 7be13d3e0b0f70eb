import type { StandardSchema } from "./standard_schema.ts";

/**
 * Creates a schema that accepts any value, for an event type whose data is typed but not validated. The data must still
 * be JSON.
 *
 * @returns The schema, for {@link events}.
 *
 * @example
 * ```ts
 * import { events, unchecked } from "@flowmade-one/aether";
 * import { assertEquals } from "@std/assert";
 *
 * const Orders = events({ Shipped: unchecked<{ at: string }>() });
 * assertEquals(Orders.Shipped({ at: "noon" }), { type: "Shipped", data: { at: "noon" } });
 * ```
 */
export function unchecked<T>(): StandardSchema<T, T> {
  return UNCHECKED as StandardSchema<T, T>;
}

const UNCHECKED: StandardSchema = Object.freeze({
  "~standard": Object.freeze({
    version: 1,
    vendor: "aether",
    validate: (value: unknown) => ({ value }),
  }),
});

/** Whether a schema was made by {@link unchecked}. Such a schema need not be called. */
export function isUnchecked(schema: StandardSchema): boolean {
  return schema === UNCHECKED;
}
