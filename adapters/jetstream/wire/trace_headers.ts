import { traceContextOf } from "../../../adapter.ts";
import type { EventMetadata } from "../../../mod.ts";

const NONE: readonly [] = [];

/**
 * The trace context of an event as headers, for readers that do not decode bodies. A malformed trace context is stored
 * in the body only, unchanged.
 */
export function traceHeaders(metadata: EventMetadata): readonly (readonly [string, string])[] {
  if (metadata.traceparent === undefined) return NONE;
  return Object.entries(traceContextOf(metadata)) as [string, string][];
}
