import { assertEquals } from "@std/assert";
import { compilePattern, parseActorPattern } from "@flowmade-one/aether/patterns";
import { naiveMatches } from "./naive_pattern.ts";

const cases: [pattern: string, input: string, matches: boolean, reason: string][] = [
  ["orders.42", "orders.42", true, "the same string"],
  ["orders.42", "orders.4", false, "a shorter string"],
  ["orders.42", "orders.421", false, "a longer string"],
  ["orders.42", "Orders.42", false, "case counts"],
  ["orders.*", "orders.42", true, "* is one token"],
  ["orders.*", "orders.42.placed", false, "* is one token only"],
  ["orders.*", "orders", false, "* is one token at least"],
  ["orders.*", "ordersX42", false, "a dot matches a dot only"],
  ["*.42", "orders.42", true, "* at the beginning"],
  ["*.42", "a.b.42", false, "* at the beginning is one token only"],
  ["*", "orders", true, "* alone"],
  ["*", "orders.42", false, "* alone is one token only"],
  ["a.*.c", "a.b.c", true, "* in the middle"],
  ["a.*.c", "a.c", false, "* in the middle needs a token"],
  ["a.*.c", "a.b.d", false, "the tokens after * are compared"],
  ["a.*.*", "a.b.c", true, "two stars"],
  ["orders.>", "orders.42", true, "> is one token"],
  ["orders.>", "orders.42.placed", true, "> is many tokens"],
  ["orders.>", "orders", false, "> needs at least one"],
  ["orders.>", "ordersX.42", false, "the tokens before > are compared whole"],
  [">", "orders", true, "> alone"],
  [">", "orders.42.placed", true, "> alone matches everything"],
  ["*.>", "a.b", true, "* and >"],
  ["*.>", "a", false, "* and > need two tokens"],
  ["a.*.>", "a.b.c.d", true, "* and > match more than two tokens"],
  ["a.*.>", "a.b", false, "* and > after a token need three tokens"],
  ["a+b.*", "a+b.c", true, "+ is an ordinary character"],
  ["a+b.*", "aab.c", false, "+ repeats nothing"],
  ["a|b.*", "a", false, "| separates no alternatives"],
  ["(x)[y]{z}^$?\\.*", "(x)[y]{z}^$?\\.1", true, "all special characters of regular expressions"],
  ["a-b/c.*", "a-b/c.d", true, "dash and slash"],
  ["é.*", "é.ü", true, "letters outside of ASCII"],
  ["*.x", "😀.x", true, "* matches a character of two code units"],
  ["e\u0301.*", "é.1", false, "strings are not normalised"],
  [Array(31).fill("*").join("."), Array(31).fill("a").join("."), true, "31 stars"],
  [Array(31).fill("*").join("."), Array(30).fill("a").join("."), false, "31 stars need 31 tokens"],
  [`${"x".repeat(190)}.*`, `${"x".repeat(190)}.y`, true, "long tokens"],
];

for (const [pattern, input, matches, reason] of cases) {
  Deno.test(`compilePattern("${pattern.slice(0, 30)}") ${matches ? "matches" : "does not match"} ${input.slice(0, 30)}: ${reason}`, () => {
    assertEquals(compilePattern(parseActorPattern(pattern))(input), matches);
    assertEquals(naiveMatches(pattern, input), matches, "the naive matcher");
  });
}
