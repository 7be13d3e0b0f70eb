import { assertEquals } from "@std/assert";
import { encodeUtf8 } from "../../../adapters/jetstream/util/encode_utf8.ts";

const strings: [name: string, value: string][] = [
  ["an empty string", ""],
  ["ASCII", "Placed"],
  ["characters of two, three and four bytes", "é€😀"],
  ["a lone surrogate", "\ud800"],
  ["a string at the limit of a shared block", "x".repeat(5_461)],
  ["a string beyond the limit of a shared block", "€".repeat(5_462)],
  ["a string larger than a block", "€".repeat(100_000)],
];

for (const [name, value] of strings) {
  Deno.test(`encodeUtf8() encodes ${name} as TextEncoder does`, () => {
    assertEquals(encodeUtf8(value), new TextEncoder().encode(value));
  });
}

Deno.test("encodeUtf8() never writes to bytes that it returned before", () => {
  const values = Array.from({ length: 2_000 }, (_, i) => `${i}`.repeat(1 + i % 300));
  const encoded = values.map((value) => encodeUtf8(value));
  const decoder = new TextDecoder();
  assertEquals(encoded.map((bytes) => decoder.decode(bytes)), values);
});
