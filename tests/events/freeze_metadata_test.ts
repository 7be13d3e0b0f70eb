import { assertEquals, assertThrows } from "@std/assert";
import { isAetherError } from "@flowmade-one/aether";
import { freezeMetadata } from "../../src/events/freeze_metadata.ts";

const pairs = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`key${i}`, "value"]));

const accepted: [metadata: unknown, becomes: Record<string, string>, input: string][] = [
  [undefined, {}, "undefined"],
  [{}, {}, "an empty object"],
  [{ correlationId: "r1", mine: "x" }, { correlationId: "r1", mine: "x" }, "pairs of strings"],
  [{ correlationId: undefined }, {}, "a key whose value is undefined, and omits it"],
  [{ mine: "é😀\n" }, { mine: "é😀\n" }, "any characters in the value of a key that is not reserved"],
  [{ traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" }, {
    traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
  }, "a traceparent"],
  [{ tracestate: "a=1, b=2" }, { tracestate: "a=1, b=2" }, "a tracestate with spaces"],
  [pairs(64), pairs(64), "64 pairs"],
  [{ ["k".repeat(128)]: "v" }, { ["k".repeat(128)]: "v" }, "a key of 128 characters"],
];

const refused: [metadata: unknown, message: string, input: string][] = [
  [null, "must be an object of strings", "null"],
  ["x", "must be an object of strings", "a string"],
  [["x"], "must be an object of strings", "an array"],
  [{ a: 1 }, 'at "a"', "a number as a value"],
  [{ a: null }, "null", "null as a value"],
  [{ a: { b: "c" } }, "an object", "an object as a value"],
  [{ a: new Date() }, "is a Date", "a Date as a value"],
  [{ "": "x" }, "empty key", "an empty key"],
  [JSON.parse('{"__proto__":"x"}'), "prototype", "__proto__ as a key"],
  [{ traceparent: "x\r\nEvil: 1" }, "traceparent", "a line break in a traceparent"],
  [{ tracestate: "é" }, "tracestate", "a non-ASCII character in a tracestate"],
  [pairs(65), "65 pairs, 64 at most", "one pair too many"],
  [{ ["k".repeat(129)]: "v" }, "129 characters, 128 at most", "a key of 129 characters"],
];

for (const [metadata, becomes, input] of accepted) {
  Deno.test(`freezeMetadata() accepts ${input}`, () => {
    const { value } = freezeMetadata(metadata, "events[0].metadata", 1_000_000);
    assertEquals(value, becomes);
    assertEquals(Object.isFrozen(value), true);
  });
}

for (const [metadata, message, input] of refused) {
  Deno.test(`freezeMetadata() refuses ${input}`, () => {
    const error = assertThrows(() => freezeMetadata(metadata, "events[0].metadata", 1_000_000), Error, message);
    assertEquals(isAetherError(error, "invalid-event") && error.path.startsWith("events[0].metadata"), true);
  });
}
