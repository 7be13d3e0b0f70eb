import { assertEquals } from "@std/assert";
import type { EventMetadata } from "@flowmade-one/aether";
import { parseTraceparent, traceContextOf } from "../../src/events/trace_context.ts";

const [trace, span] = ["0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"];

/** Each row: a `traceparent`, and the flags of the parsed context; `undefined` if it is refused. */
const traceparents: readonly (readonly [of: string, value: string, flags: number | undefined])[] = [
  ["a sampled span", `00-${trace}-${span}-01`, 1],
  ["a span that is not sampled", `00-${trace}-${span}-00`, 0],
  ["all flags", `00-${trace}-${span}-ff`, 255],
  ["a later version", `01-${trace}-${span}-01`, 1],
  ["a later version with more fields", `cc-${trace}-${span}-01-what-comes`, 1],
  ["version ff", `ff-${trace}-${span}-01`, undefined],
  ["version 00 with more fields", `00-${trace}-${span}-01-more`, undefined],
  ["a later version with a longer flag field", `01-${trace}-${span}-011`, undefined],
  ["upper case", `00-${trace.toUpperCase()}-${span}-01`, undefined],
  ["a trace id of zeros", `00-${"0".repeat(32)}-${span}-01`, undefined],
  ["a span id of zeros", `00-${trace}-${"0".repeat(16)}-01`, undefined],
  ["a short trace id", `00-${trace.slice(1)}-${span}-01`, undefined],
  ["no version", `${trace}-${span}-01`, undefined],
  ["space around it", ` 00-${trace}-${span}-01`, undefined],
  ["an empty string", "", undefined],
  ["another string", "not a trace", undefined],
];

for (const [of, value, flags] of traceparents) {
  Deno.test(`parseTraceparent() ${flags === undefined ? "refuses" : "accepts"} ${of}`, () => {
    const expected = flags === undefined ? undefined : { traceId: trace, spanId: span, traceFlags: flags };
    assertEquals(parseTraceparent(value), expected);
  });
}

/** Each row: metadata, and the trace context that is passed on. */
const passedOn: readonly (readonly [of: string, metadata: EventMetadata, passed: EventMetadata])[] = [
  ["no trace", { correlationId: "r" }, {}],
  ["a traceparent", { traceparent: `00-${trace}-${span}-01` }, { traceparent: `00-${trace}-${span}-01` }],
  ["a traceparent and a tracestate", { traceparent: `00-${trace}-${span}-01`, tracestate: "a=1" }, {
    traceparent: `00-${trace}-${span}-01`,
    tracestate: "a=1",
  }],
  ["a malformed tracestate", { traceparent: `00-${trace}-${span}-01`, tracestate: "?" }, {
    traceparent: `00-${trace}-${span}-01`,
  }],
  ["a malformed traceparent", { traceparent: "not a trace", tracestate: "a=1" }, {}],
  ["a traceparent of 513 characters", { traceparent: `01-${trace}-${span}-01-${"x".repeat(457)}` }, {}],
  ["a tracestate alone", { tracestate: "a=1" }, {}],
];

for (const [of, metadata, passed] of passedOn) {
  Deno.test(`traceContextOf() returns the valid parts of metadata with ${of}`, () => {
    assertEquals(traceContextOf(metadata), passed);
  });
}
