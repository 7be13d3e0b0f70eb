import type { EventMetadata } from "../../../mod.ts";

/** Characters of a traceparent or tracestate in a header; the W3C allows 512. A longer one is in the body only. */
const MAX_TRACE_LENGTH = 512;

const NONE: readonly [] = [];

/** The trace context of an event as headers, for readers that do not decode bodies. */
export function traceHeaders(
  { traceparent = "", tracestate = "" }: EventMetadata,
): readonly (readonly [string, string])[] {
  if (traceparent === "" && tracestate === "") return NONE;
  return ([["traceparent", traceparent], ["tracestate", tracestate]] as const)
    .filter(([, value]) => value.trim() !== "" && value.length <= MAX_TRACE_LENGTH);
}
