import { assertEquals } from "@std/assert";
import type { EventMetadata } from "@flowmade-one/aether";
import { parseTraceparent, traceContextOf } from "../../src/events/trace_context.ts";
import { parseTraceMetadata, parseTracestate } from "../../src/telemetry/trace_context.ts";

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

const members = (count: number) => Array.from({ length: count }, (_, i) => `k${i}=v`).join(",");

/** Each row: a `tracestate`, and what is passed on; `undefined` if it is refused. */
const tracestates: readonly (readonly [of: string, value: string, serialized: string | undefined])[] = [
  ["one member", "a=1", "a=1"],
  ["members with spaces around them", "a=1 , b=2", "a=1,b=2"],
  ["empty members", "a=1,,b=2", "a=1,b=2"],
  ["a key with a tenant", "t@v=1", "t@v=1"],
  ["32 members", members(32), members(32)],
  ["33 members", members(33), undefined],
  ["512 characters", `${"a".repeat(255)}=${"b".repeat(256)}`, `${"a".repeat(255)}=${"b".repeat(256)}`],
  ["513 characters", `${"a".repeat(256)}=${"b".repeat(256)}`, undefined],
  ["the same key twice", "a=1,a=2", undefined],
  ["a key in upper case", "A=1", undefined],
  ["a member without a value", "a", undefined],
  ["a value with an equals sign", "a=1=2", undefined],
  ["a value of spaces", "a=  ", undefined],
  ["an empty string", "", undefined],
];

for (const [of, value, serialized] of tracestates) {
  Deno.test(`parseTracestate() ${serialized === undefined ? "refuses" : "accepts"} ${of}`, () => {
    assertEquals(parseTracestate(value)?.serialize(), serialized);
  });
}

Deno.test("parseTracestate() returns a value whose changes are copies, newest first", () => {
  const state = parseTracestate("a=1,b=2")!;
  assertEquals([state.get("b"), state.get("c")], ["2", undefined]);
  assertEquals(state.set("b", "3").serialize(), "b=3,a=1");
  assertEquals(state.unset("a").serialize(), "b=2");
  assertEquals(state.serialize(), "a=1,b=2");
});

Deno.test("parseTraceMetadata() leaves out a malformed tracestate", () => {
  const traceparent = `00-${trace}-${span}-01`;
  const context = { traceId: trace, spanId: span, traceFlags: 1, isRemote: true };
  assertEquals(parseTraceMetadata({ traceparent, tracestate: "?" }), context);
  assertEquals(parseTraceMetadata({ tracestate: "a=1" }), undefined);
  assertEquals(parseTraceMetadata({ traceparent, tracestate: "a=1" })?.traceState?.serialize(), "a=1");
});

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
