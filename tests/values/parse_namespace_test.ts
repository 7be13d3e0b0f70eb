import { assertEquals, assertThrows } from "@std/assert";
import { isAetherError, parseNamespace } from "@flowmade-one/aether";

const tokens = (count: number) => Array(count).fill("a").join(".");

const accepted: [input: string, reason: string][] = [
  ["tenant-a", "one token"],
  ["prod.orders.eu", "tokens joined by dots"],
  ["A.b_C-9", "every kind of character of the alphabet"],
  ["0", "a digit alone"],
  ["-", "a dash alone"],
  ["_", "an underscore alone"],
  ["default", "the name of the default namespace"],
  ["constructor", "a property name of objects"],
  ["__proto__", "another property name of objects"],
  [tokens(16), "16 tokens"],
  ["a".repeat(63), "a token of 63 characters"],
  [`${"a".repeat(63)}.${"b".repeat(63)}`, "two tokens of 63 characters"],
  [`${"a".repeat(63)}.${"b".repeat(62)}.c`, "exactly 128 characters"],
];

const refused: [input: unknown, message: string, reason: string][] = [
  ["", "empty", "an empty string"],
  [".", "empty token", "two empty tokens"],
  ["a.", "empty token", "a dot at the end"],
  [".a", "empty token", "a dot at the beginning"],
  ["a..b", "empty token", "two dots"],
  ["*", "wildcard", "* alone"],
  ["prod.*", "wildcard", "* at the end"],
  ["prod.>", "wildcard", "> at the end"],
  ["a*b", "not made of", "a star in a token"],
  ["a b", "not made of", "a space"],
  ["a\n", "not made of", "a line break at the end"],
  ["é", "not made of", "a letter outside of ASCII"],
  ["a/b", "not made of", "a slash"],
  ["a=2Eb", "not made of", "a dot that is escaped by ="],
  ["a\u0000", "not made of", "a NUL"],
  ["\ud800", "not made of", "a lone surrogate"],
  [tokens(17), "17 tokens, 16 at most", "one token too many"],
  ["a".repeat(64), "64 characters, 63 at most", "a token one too long"],
  [`${"a".repeat(63)}.${"b".repeat(63)}.c`, "129 characters, 128 at most", "one character too many"],
  [undefined, "must be a string", "undefined"],
  [null, "must be a string", "null"],
  [42, "must be a string", "a number"],
  [["a"], "must be a string", "an array that converts to a namespace"],
  [{ toString: () => "a" }, "must be a string", "an object that converts to a namespace"],
];

for (const [input, reason] of accepted) {
  Deno.test(`parseNamespace() accepts ${reason}: ${input.slice(0, 40)}`, () => {
    assertEquals(parseNamespace(input), input);
  });
}

for (const [input, message, reason] of refused) {
  Deno.test(`parseNamespace() refuses ${reason}`, () => {
    const error = assertThrows(() => parseNamespace(input as string), Error, message);
    assertEquals(isAetherError(error, "invalid-namespace") && error.value, input);
  });
}

Deno.test("parseNamespace() truncates a long namespace in its error", () => {
  const error = assertThrows(() => parseNamespace("x".repeat(10_000)));
  assertEquals((error as Error).message.length < 200, true);
});
