import type { StandardSchema } from "./standard_schema.ts";

/**
 * Makes a schema that accepts any value: for an event type whose data has a type, and is not validated. That the data is
 * JSON is checked as always.
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

/** Whether a schema is that of {@link unchecked}, which need not be called. */
export function isUnchecked(schema: StandardSchema): boolean {
  return schema === UNCHECKED;
}
