/**
 * The trace context of the W3C in the metadata of events. See https://www.w3.org/TR/trace-context/.
 *
 * @module
 */
import type { EventMetadata } from "./event_metadata.ts";

/** Version, trace id, span id, flags, and further fields that only a later version may have. */
const TRACEPARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-[ -~]*)?$/;
const ZEROS = /^0+$/;

/** Maximum number of characters of a `traceparent`. Version 00 has 55; a later version may have more. */
const MAX_TRACEPARENT_LENGTH = 512;

/** One member of a `tracestate`: a key of the W3C's form, and a value without comma and equals sign. */
const TRACESTATE_MEMBER = /^([a-z0-9][a-z0-9_\-*/@]{0,255})=([ -+\--<>-~]{0,255}[!-+\--<>-~])$/;
const MAX_TRACESTATE_MEMBERS = 32;
const MAX_TRACESTATE_LENGTH = 512;

/** The parts of a `traceparent`. */
export interface TraceParent {
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** 16 hexadecimal digits. */
  readonly spanId: string;
  /** Bit flags; bit 0 means that the span is sampled. */
  readonly traceFlags: number;
}

/** Parses a `traceparent`; `undefined` if it is malformed. */
export function parseTraceparent(value: string): TraceParent | undefined {
  if (value.length > MAX_TRACEPARENT_LENGTH) return undefined;
  const [, version, traceId = "", spanId = "", flags = "", rest] = TRACEPARENT.exec(value) ?? [];
  if (version === undefined || version === "ff" || (version === "00" && rest !== undefined)) return undefined;
  if (ZEROS.test(traceId) || ZEROS.test(spanId)) return undefined;
  return { traceId, spanId, traceFlags: parseInt(flags, 16) };
}

/** Parses the members of a `tracestate`, in order; `undefined` if it is malformed or empty. */
export function parseTracestateMembers(
  value: string,
): readonly (readonly [key: string, value: string])[] | undefined {
  if (value.length > MAX_TRACESTATE_LENGTH) return undefined;
  const members = value.split(",").map((member) => member.trim()).filter((member) => member !== "");
  const pairs = members.map((member) => TRACESTATE_MEMBER.exec(member));
  if (pairs.length === 0 || pairs.length > MAX_TRACESTATE_MEMBERS || pairs.includes(null)) return undefined;
  const entries = pairs.map((pair) => [pair![1]!, pair![2]!] as const);
  return new Set(entries.map(([key]) => key)).size === entries.length ? entries : undefined;
}

/**
 * Returns the trace context of an event that may be passed on: to headers, or to events that the event causes.
 *
 * @param metadata The metadata of the event.
 * @returns `traceparent`, and `tracestate` if it is present. Empty if `traceparent` is absent or malformed. A malformed
 * `tracestate` is left out.
 */
export function traceContextOf(
  { traceparent, tracestate }: EventMetadata,
): Pick<EventMetadata, "traceparent" | "tracestate"> {
  if (traceparent === undefined || parseTraceparent(traceparent) === undefined) return {};
  if (tracestate === undefined || parseTracestateMembers(tracestate) === undefined) return { traceparent };
  return { traceparent, tracestate };
}
