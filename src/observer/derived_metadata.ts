import { parseTraceparent, parseTracestateMembers } from "../events/trace_context.ts";
import type { DerivedMetadata } from "./observer.ts";

/**
 * Maximum number of characters of a derived value: the limit of the W3C for `tracestate`. It also applies to derived
 * ids.
 */
export const MAX_DERIVED_LENGTH = 512;

const DERIVED_KEYS = ["correlationId", "causationId", "traceparent", "tracestate"] as const;

/**
 * Copies the metadata that an observer returned. Reads each value once.
 *
 * @param refuse Called with the key of each invalid value. Invalid values are left out.
 */
export function copyDerivedMetadata(metadata: object, refuse: (key: string) => void): DerivedMetadata {
  const derived: Record<string, string> = {};
  for (const key of DERIVED_KEYS) {
    const value: unknown = (metadata as DerivedMetadata)[key];
    if (value === undefined) continue;
    if (isDerived(key, value)) derived[key] = value;
    else refuse(key);
  }
  return Object.freeze(derived);
}

function isDerived(key: (typeof DERIVED_KEYS)[number], value: unknown): value is string {
  if (typeof value !== "string" || value === "" || value.length > MAX_DERIVED_LENGTH) return false;
  if (key === "traceparent") return parseTraceparent(value) !== undefined;
  return key === "tracestate" ? parseTracestateMembers(value) !== undefined : value.isWellFormed();
}
