import { assertEquals, assertThrows } from "@std/assert";
import { isAetherError } from "@flowmade-one/aether";
import { parseActorPattern, parseNamespacePattern } from "@flowmade-one/aether/patterns";

const tokens = (count: number) => Array(count).fill("*").join(".");

const acceptedForActors: [input: string, reason: string][] = [
  ["order.42", "no wildcard"],
  ["*", "one token"],
  [">", "everything"],
  ["order.*", "a star at the end"],
  ["*.order", "a star at the beginning"],
  ["*.*.*", "stars alone"],
  ["order.>", ">"],
  ["*.>", "* and >"],
  ["user/é.*", "characters that only an actor id may have"],
  [tokens(31), "31 tokens"],
  ["a".repeat(200), "200 bytes"],
];

const refusedForActors: [input: unknown, message: string, reason: string][] = [
  ["", "empty", "an empty string"],
  ["a..b", "empty token", "two dots"],
  ["a.*.", "empty token", "a dot at the end"],
  [">.a", "last token only", "> at the beginning"],
  ["a.>.b", "last token only", "> in the middle"],
  [">.>", "last token only", "two tokens >"],
  ["a*", "only part of a token", "* after a letter, which a server takes literally"],
  ["order.4*", "only part of a token", "* after a character in the last token"],
  ["**", "only part of a token", "two * in a token"],
  ["a>", "only part of a token", "> after a letter"],
  [">>", "only part of a token", "two > in a token"],
  ["*>", "only part of a token", "* and > in a token"],
  ["a b", "whitespace", "a space"],
  ["a\r\nb", "whitespace", "a line break"],
  ["\ud800", "lone surrogate", "half of a surrogate pair"],
  [tokens(32), "32 tokens, 31 at most", "one token too many"],
  ["a".repeat(201), "201 bytes, 200 at most", "one byte too many"],
  [undefined, "must be a string", "undefined"],
  [7, "must be a string", "a number"],
];

const acceptedForNamespaces: [input: string, reason: string][] = [
  ["prod", "no wildcard"],
  ["prod.*", "a star"],
  ["prod.>", ">"],
  [">", "everything"],
  ["*.*.eu.>", "several"],
  [tokens(16), "16 tokens"],
];

const refusedForNamespaces: [input: unknown, message: string, reason: string][] = [
  ["", "empty token", "an empty string"],
  ["prod.", "empty token", "a dot at the end"],
  ["prod.>.eu", "last token only", "> in the middle"],
  ["pr*", "only part of a token", "a star in a token"],
  ["é.*", "not made of", "a letter that no namespace has"],
  ["user/7", "not made of", "a slash"],
  ["a".repeat(64), "64 characters, 63 at most", "a token one too long"],
  [tokens(17), "17 tokens, 16 at most", "one token too many"],
  [`${"a".repeat(63)}.${"b".repeat(63)}.*`, "129 characters, 128 at most", "one character too many"],
  [undefined, "must be a string", "undefined"],
  [{}, "must be a string", "an object"],
];

const kinds = [
  { parse: parseActorPattern, accepted: acceptedForActors, refused: refusedForActors },
  { parse: parseNamespacePattern, accepted: acceptedForNamespaces, refused: refusedForNamespaces },
];

for (const { parse, accepted, refused } of kinds) {
  for (const [input, reason] of accepted) {
    Deno.test(`${parse.name}() accepts ${reason}: ${input.slice(0, 40)}`, () =>
      assertEquals(parse(input) as string, input));
  }
  for (const [input, message, reason] of refused) {
    Deno.test(`${parse.name}() refuses ${reason}`, () => {
      const error = assertThrows(() => parse(input as string), Error, message);
      assertEquals(isAetherError(error, "invalid-pattern") && error.value, input);
    });
  }
}
