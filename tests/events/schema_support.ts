import type { SchemaResult, StandardSchema } from "@flowmade-one/aether/types";

/** A schema that validates by a function, which may return any value. */
export function schemaOf<In, Out = In>(validate: (value: unknown) => unknown): StandardSchema<In, Out> {
  const answer = validate as (value: unknown) => SchemaResult<Out>;
  return { "~standard": { version: 1, vendor: "test", validate: answer } };
}

/** Data that {@link lineSchema} accepts. */
export interface Line {
  readonly sku: string;
  readonly quantity: number;
}

/** Accepts a `sku` and a `quantity`, by default 1, and drops other members. */
export const lineSchema: StandardSchema<{ sku: string; quantity?: number }, Line> = schemaOf((value) => {
  const { sku, quantity = 1 } = (value ?? {}) as { readonly sku?: unknown; readonly quantity?: unknown };
  const issues = [
    ...(typeof sku === "string" ? [] : [{ message: "Expected a string", path: ["sku"] }]),
    ...(typeof quantity === "number" ? [] : [{ message: "Expected a number", path: [{ key: "quantity" }] }]),
  ];
  return issues.length > 0 ? { issues } : { value: { sku, quantity } };
});
