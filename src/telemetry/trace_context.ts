import type { EventMetadata } from "../events/event_metadata.ts";
import type { SpanContext, TraceState } from "./api.ts";

/** Version, trace id, span id, flags, and the rest that a later version may have. */
const TRACEPARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-[ -~]*)?$/;
const ZEROS = /^0+$/;

/** One member of a `tracestate`: a key of the W3C's form, and a value without comma and equals sign. */
const TRACESTATE_MEMBER = /^([a-z0-9][a-z0-9_\-*/@]{0,255})=([ -+\--<>-~]{0,255}[!-+\--<>-~])$/;
const MAX_TRACESTATE_MEMBERS = 32;
const MAX_TRACESTATE_LENGTH = 512;

/** The metadata that describes a span to the readers of an event; empty if the span has no valid identity. */
export function toTraceMetadata(context: SpanContext): Pick<EventMetadata, "traceparent" | "tracestate"> {
  const { traceId, spanId, traceFlags, traceState } = context;
  const traceparent = `00-${traceId}-${spanId}-${(traceFlags & 0xff).toString(16).padStart(2, "0")}`;
  if (parseTraceparent(traceparent) === undefined) return {};
  const tracestate = traceState?.serialize() ?? "";
  return parseTracestate(tracestate) === undefined ? { traceparent } : { traceparent, tracestate };
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

/** Parses a `traceparent` by the rules of the W3C; `undefined` if it is malformed. */
export function parseTraceparent(value: string): SpanContext | undefined {
  const [, version, traceId = "", spanId = "", flags = "", rest] = TRACEPARENT.exec(value) ?? [];
  if (version === undefined || version === "ff" || (version === "00" && rest !== undefined)) return undefined;
  if (ZEROS.test(traceId) || ZEROS.test(spanId)) return undefined;
  return { traceId, spanId, traceFlags: parseInt(flags, 16) };
}

/** Parses a `tracestate` by the rules of the W3C; `undefined` if it is malformed or empty. */
export function parseTracestate(value: string): TraceState | undefined {
  if (value.length > MAX_TRACESTATE_LENGTH) return undefined;
  const members = value.split(",").map((member) => member.trim()).filter((member) => member !== "");
  const pairs = members.map((member) => TRACESTATE_MEMBER.exec(member));
  if (pairs.length === 0 || pairs.length > MAX_TRACESTATE_MEMBERS || pairs.includes(null)) return undefined;
  const entries = pairs.map((pair) => [pair![1]!, pair![2]!] as const);
  return new Set(entries.map(([key]) => key)).size === entries.length ? toTraceState(entries) : undefined;
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
