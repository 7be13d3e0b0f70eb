import { assertEquals, assertThrows } from "@std/assert";
import { isAetherError, parseActorId } from "@flowmade-one/aether";

const tokens = (count: number) => Array(count).fill("a").join(".");

const accepted: [input: string, reason: string][] = [
  ["order.42", "tokens joined by a dot"],
  ["user/7", "a slash"],
  ["é", "a letter outside of ASCII"],
  ["e\u0301", "the same letter in another spelling, which is another actor"],
  ["😀", "a character outside of the basic plane"],
  ["a=2Eb", "a dot that is escaped by ="],
  ["a%2Eb", "a dot that is escaped by %"],
  ["$JS.API", "the beginning of a server's own subject"],
  ["__proto__", "a property name of objects"],
  ["~", "the last visible ASCII character"],
  ["!", "the first visible ASCII character"],
  [tokens(31), "31 tokens"],
  [`${"ab.".repeat(30)}c`, "31 tokens in more than 61 characters"],
  ["a".repeat(61), "61 characters, the last length that one scan decides"],
  ["a".repeat(62), "62 characters, the first length that needs more checks"],
  ["a".repeat(200), "200 bytes"],
  ["é".repeat(100), "200 bytes in 100 characters"],
  ["😀".repeat(50), "200 bytes in 50 characters"],
];

const refused: [input: unknown, message: string, reason: string][] = [
  ["", "empty", "an empty string"],
  [".", "empty token", "a dot alone"],
  ["a.", "empty token", "a dot at the end"],
  [".a", "empty token", "a dot at the beginning"],
  ["a..b", "empty token", "two dots"],
  [`${"a".repeat(62)}.`, "empty token", "a dot at the end of a long id"],
  ["*", "only a pattern may have", "a star"],
  ["order.*", "only a pattern may have", "a star as a token"],
  ["a*b", "only a pattern may have", "a star in a token"],
  ["order.>", "only a pattern may have", "> as a token"],
  ["a>b", "only a pattern may have", "> in a token"],
  ["a b", "whitespace", "a space"],
  ["a\tb", "whitespace", "a tab"],
  ["a\r\nb", "whitespace", "a line break, which would end a line of the protocol"],
  ["a\u00a0b", "whitespace", "a no-break space"],
  ["a\u2028b", "whitespace", "a line separator"],
  ["a\ufeffb", "whitespace", "a byte-order mark"],
  ["a\u0000b", "control character", "a NUL"],
  ["a\u007fb", "control character", "a DEL"],
  ["a\u0085b", "control character", "a control character beyond ASCII"],
  ["\ud800", "lone surrogate", "the first half of a surrogate pair"],
  ["a\udc00b", "lone surrogate", "the second half of a surrogate pair"],
  [tokens(32), "32 tokens, 31 at most", "one token too many"],
  ["a".repeat(201), "201 bytes, 200 at most", "one byte too many"],
  [`${"é".repeat(100)}a`, "201 bytes, 200 at most", "one byte too many in 101 characters"],
  [undefined, "must be a string", "undefined"],
  [null, "must be a string", "null"],
  [42, "must be a string", "a number"],
  [["order.42"], "must be a string", "an array that converts to an actor id"],
];

for (const [input, reason] of accepted) {
  Deno.test(`parseActorId() accepts ${reason}: ${input.slice(0, 40)}`, () => {
    assertEquals(parseActorId(input), input);
  });
}

for (const [input, message, reason] of refused) {
  Deno.test(`parseActorId() refuses ${reason}`, () => {
    const error = assertThrows(() => parseActorId(input as string), Error, message);
    assertEquals(isAetherError(error, "invalid-actor-id") && error.value, input);
  });
}
