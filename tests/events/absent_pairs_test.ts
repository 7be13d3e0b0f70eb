import type { EventMetadata } from "@flowmade-one/aether";
import { assertEquals } from "@std/assert";
import { absentPairs } from "../../src/events/absent_pairs.ts";

const derived = { correlationId: "r", traceparent: "t", tracestate: "s" };

const rows: readonly (readonly [of: string, given: EventMetadata, absent: EventMetadata])[] = [
  ["no pairs", {}, derived],
  ["another key", { user: "u" }, derived],
  ["a correlation id", { correlationId: "q" }, { traceparent: "t", tracestate: "s" }],
  ["a correlation id that is undefined", { correlationId: undefined }, derived],
  ["a traceparent", { traceparent: "u" }, { correlationId: "r" }],
  ["a tracestate", { tracestate: "v" }, { correlationId: "r" }],
];

for (const [of, given, absent] of rows) {
  Deno.test(`absentPairs() returns ${Object.keys(absent).join(", ")} for metadata with ${of}`, () => {
    assertEquals(Object.fromEntries(absentPairs(derived, given)), absent);
  });
}
