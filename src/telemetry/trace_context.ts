import type { EventMetadata } from "../events/event_metadata.ts";
import { parseTraceparent, parseTracestateMembers, traceContextOf } from "../events/trace_context.ts";
import type { SpanContext, TraceState } from "./api.ts";

/** The metadata that contains the identity of a span; empty if the identity is not valid. */
export function toTraceMetadata(context: SpanContext): Pick<EventMetadata, "traceparent" | "tracestate"> {
  const { traceId, spanId, traceFlags, traceState } = context;
  const traceparent = `00-${traceId}-${spanId}-${(traceFlags & 0xff).toString(16).padStart(2, "0")}`;
  return traceContextOf({ traceparent, tracestate: traceState?.serialize() });
}

/**
 * The span that stored or published an event, from the event's metadata.
 *
 * @returns `undefined` if `traceparent` is absent or malformed. A malformed `tracestate` is left out.
 */
export function parseTraceMetadata({ traceparent, tracestate }: EventMetadata): SpanContext | undefined {
  const parsed = traceparent === undefined ? undefined : parseTraceparent(traceparent);
  if (parsed === undefined) return undefined;
  const traceState = tracestate === undefined ? undefined : parseTracestate(tracestate);
  return { ...parsed, isRemote: true, ...(traceState && { traceState }) };
}

/** Parses a `tracestate` by the rules of the W3C; `undefined` if it is malformed or empty. */
export function parseTracestate(value: string): TraceState | undefined {
  const members = parseTracestateMembers(value);
  return members && toTraceState(members);
}

function toTraceState(entries: readonly (readonly [key: string, value: string])[]): TraceState {
  const without = (key: string) => entries.filter(([other]) => other !== key);
  return {
    get: (key) => entries.find(([other]) => other === key)?.[1],
    set: (key, value) => toTraceState([[key, value], ...without(key)]),
    unset: (key) => toTraceState(without(key)),
    serialize: () => entries.map(([key, value]) => `${key}=${value}`).join(","),
  };
}
