import { assertEquals } from "@std/assert";
import { parseTraceMetadata, parseTracestate } from "../../src/telemetry/trace_context.ts";

const [trace, span] = ["0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"];

const members = (count: number) => Array.from({ length: count }, (_, i) => `k${i}=v`).join(",");

/** Each row: a `tracestate`, and the value that is passed on; `undefined` if it is refused. */
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
