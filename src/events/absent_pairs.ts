import type { EventMetadata } from "./event_metadata.ts";

/** The keys that describe a span together. */
const TRACE_KEYS: readonly string[] = ["traceparent", "tracestate"];

/**
 * The pairs of derived metadata whose keys are absent from the given metadata. If the given metadata has `traceparent`
 * or `tracestate`, neither of the two is returned.
 */
export function absentPairs(derived: EventMetadata, given: EventMetadata): [key: string, value: string | undefined][] {
  const isTraced = TRACE_KEYS.some((key) => given[key] !== undefined);
  return Object.entries(derived).filter(([key]) => {
    return given[key] === undefined && !(isTraced && TRACE_KEYS.includes(key));
  });
}
