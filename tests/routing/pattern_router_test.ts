import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { PatternRouter } from "../../src/routing/pattern_router.ts";

interface Named {
  readonly name: string;
}
const named = (name: string): Named => ({ name });

function routerOf(...patterns: string[]): PatternRouter<Named> {
  const router = new PatternRouter<Named>();
  for (const pattern of patterns) router.add(pattern, named(pattern));
  return router;
}

const names = (handlers: readonly Named[]) => handlers.map(({ name }) => name);
const tokens = (count: number) => Array.from({ length: count }, (_, i) => `t${i + 1}`).join(".");

const cases: [pattern: string, subject: string, matches: boolean, reason: string][] = [
  ["orders", "orders", true, "a literal is itself"],
  ["orders", "Orders", false, "case counts"],
  ["orders", "orders.42", false, "the subject is longer than the pattern"],
  ["orders.42", "orders", false, "the subject is shorter than the pattern"],
  ["orders.*", "orders.42", true, "* is one token"],
  ["orders.*", "orders.42.placed", false, "* is one token only"],
  ["orders.*", "orders", false, "* needs a token"],
  ["*", "orders", true, "* may be the whole pattern"],
  ["*.42", "orders.42", true, "* may be first"],
  ["a.*.c", "a.b.c", true, "* may be in the middle"],
  ["a.*.c", "a.b.d", false, "the tokens after * are compared"],
  ["*.*", "a.b", true, "* may repeat"],
  ["*.*", "a", false, "each * needs a token"],
  ["orders.>", "orders", false, "> needs at least one"],
  ["orders.>", "orders.42", true, "> is one token"],
  ["orders.>", "orders.42.placed", true, "> is many tokens"],
  ["orders.>", "order.42", false, "the tokens before > are compared"],
  ["orders.>", "ordersx.42", false, "tokens are compared whole"],
  [">", "a", true, "> alone matches everything"],
  [">", "a.b.c", true, "> alone matches any number of tokens"],
  ["*.>", "a", false, "* and > need two tokens"],
  ["*.>", "a.b.c", true, "* and > may be combined"],
  ["a.*.>", "a.b", false, "> needs a token after the one of *"],
  ["a.*.>", "a.b.c", true, "> matches the token after the one of *"],

  [">", "", false, "an empty subject has an empty token"],
  ["*", "", false, "* does not match an empty token"],
  [">", ".", false, "a dot alone is two empty tokens"],
  ["a.*.b", "a..b", false, "* does not match an empty token in the middle"],
  ["*.a", ".a", false, "* does not match an empty token in front"],
  ["a.*", "a.", false, "* does not match an empty token at the end"],
  ["a.>", "a.", false, "> does not match an empty token"],
  [">", "a..b", false, "an empty token anywhere matches nothing, as in nats-server"],
  [">", `${tokens(40)}.`, false, "an empty token after 40 others matches nothing"],
  ["a.*", "a.*", true, "* in a subject is an ordinary token"],
  ["a.*", "a.>", true, "> in a subject is an ordinary token"],
  ["a.b", "a.*", false, "* in a subject matches no other token"],
  ["a.b.c", "a.>", false, "> in a subject matches no other token"],

  ["é.*", "é.1", true, "tokens may have any characters"],
  ["é", "e\u0301", false, "strings are not normalised"],
  ["日本.>", "日本.東京", true, "two-byte characters"],
  ["🦕.*.b", "🦕.🦖.b", true, "surrogate pairs"],
  ["🦕", "🦖", false, "surrogate pairs that differ in their second half"],
  ["a.*", "a.\ud83e", true, "half of a surrogate pair is an ordinary character"],
  ["__proto__.*", "__proto__.constructor", true, "property names of objects are ordinary tokens"],
  ["a.1.*", "a.1.2", true, "numbers are ordinary tokens"],

  [tokens(31), tokens(31), true, "a pattern may have 31 tokens"],
  [tokens(31), tokens(32), false, "the subject has one token more than the pattern"],
  [`${tokens(30)}.*`, tokens(31), true, "* may be the 31st"],
  [`${tokens(30)}.*`, tokens(32), false, "* as the 31st token is one token only"],
  [`${tokens(30)}.>`, tokens(31), true, "> may be the 31st"],
  [`${tokens(30)}.>`, tokens(32), true, "> as the 31st token matches two tokens"],
  [`${tokens(30)}.>`, tokens(30), false, "> as the 31st token needs a token"],
  [`${tokens(30)}.>`, tokens(5_000), true, "> as the 31st token matches thousands of tokens"],
  [">", "x".repeat(1_000_000), true, "a subject of a million characters"],
  ["a.*", `a.${"x".repeat(1_000_000)}`, true, "a token of a million characters"],
  [`a.${"x".repeat(5_000)}.*`, `a.${"x".repeat(5_000)}.b`, true, "a long literal"],
  [`a.${"x".repeat(5_000)}.*`, `a.${"x".repeat(4_999)}y.b`, false, "a long literal that differs at its end"],
];

for (const hashBits of [undefined, 0]) {
  const hashes = hashBits === 0 ? "all hashes alike" : "full hashes";
  for (const [pattern, subject, matches, reason] of cases) {
    const title = `PatternRouter.match() ${matches ? "finds" : "does not find"} ${short(pattern)} for "${
      short(subject)
    }": ${reason} (${hashes})`;
    Deno.test(title, () => {
      const alone = new PatternRouter<Named>({ hashBits });
      const expected = matches ? [pattern] : [];
      alone.add(pattern, named(pattern));
      assertEquals(names(alone.match(subject)), expected);
      assertEquals(names(alone.match(subject)), expected, "at the second lookup");
      assertEquals(names(alone.match(subject)), expected, "from the cache");
      assertEquals(names(alone.route(subject).handlers), expected, "by a route");

      const amongOthers = new PatternRouter<Named>({ hashBits });
      amongOthers.add(`${pattern.replace(/>$/, "*")}.neighbour`.split(".").slice(-31).join("."), named("neighbour"));
      amongOthers.add(pattern, named(pattern));
      amongOthers.add(pattern.replace(/^[^.]+/, "other"), named("other"));
      assertEquals(names(amongOthers.match(subject)).includes(pattern), matches, "among others");
    });
  }
}

Deno.test("PatternRouter.match() returns the most specific pattern first: token by token a literal before * before >", () => {
  const router = routerOf(
    ">",
    "*.*.*",
    "a.>",
    "a.b.c",
    "*.b.c",
    "a.*.c",
    "a.b.*",
    "*.>",
    "a.b.>",
    "a.*.*",
    "a.*.>",
    "*.b.>",
  );
  const expected = ["a.b.c", "a.b.*", "a.b.>", "a.*.c", "a.*.*", "a.*.>", "a.>", "*.b.c", "*.b.>", "*.*.*", "*.>", ">"];
  assertEquals(names(router.match("a.b.c")), expected);
});

Deno.test("PatternRouter.match() returns subscribers of one pattern in the order of subscription", () => {
  const router = new PatternRouter<Named>();
  const values = Array.from({ length: 100 }, (_, i) => named(`${i}`));
  for (const value of values) router.add("a.*", value);
  router.remove("a.*", values[3]!);
  router.add("a.*", values[3]!);
  const expected = [...values.slice(0, 3), ...values.slice(4), values[3]!];
  assertEquals(router.match("a.b"), expected);
  assertEquals(router.subscribersOf("a.*"), expected);
});

Deno.test("PatternRouter.add() adds a value once per pattern", () => {
  const router = new PatternRouter<Named>();
  const value = named("one");
  assertEquals([router.add("a.*", value), router.add("a.*", value), router.add("a.b", value)], [true, false, true]);
  assertEquals(router.match("a.b"), [value, value]);
  assertEquals(router.patternCount, 2);
  assertEquals([router.remove("a.*", value), router.remove("a.*", value)], [true, false]);
  assertEquals(router.match("a.b"), [value]);
});

Deno.test("PatternRouter.remove() of an unknown pattern or subscriber changes nothing", () => {
  const router = routerOf("a.b", "a.*", "a.>", "b.c.d.*");
  const neverAdded = named("neverAdded");
  for (const pattern of ["a.b", "a.c", "a.*", "a.>", "*", ">", "b.c.*", "b.c.d.*", "b.c.d.e.*"]) {
    assertEquals(router.remove(pattern, neverAdded), false, pattern);
  }
  assertEquals(router.patternCount, 4);
});

for (const pattern of ["", "a..b", ".a", "a.", `${tokens(31)}.t32`, `${tokens(31)}.>`]) {
  Deno.test(`PatternRouter refuses the pattern "${short(pattern)}"`, () => {
    const router = new PatternRouter<Named>();
    assertThrows(() => router.add(pattern, named("x")), RangeError, "1 to 31 tokens, none empty");
    assertThrows(() => router.remove(pattern, named("x")), RangeError, "1 to 31 tokens, none empty");
    assertEquals(router.sizes, new PatternRouter().sizes);
  });
}

for (const pattern of ["a.b", "a.*", ">"]) {
  for (const crowd of [1, 2, 16, 17, 1_000]) {
    Deno.test(`PatternRouter.match() returns a list that ${crowd} handlers of ${pattern} do not change by add() and remove()`, () => {
      const router = new PatternRouter<() => void>();
      let calls = 0;
      const handlers = Array.from({ length: crowd }, () => {
        const handler = () => {
          calls++;
          router.remove(pattern, handler);
          router.match("a.b");
          router.add(pattern, () => calls += 1_000_000);
        };
        return handler;
      });
      for (const handler of handlers) router.add(pattern, handler);
      for (const handler of router.match("a.b")) handler();
      assertEquals(calls, crowd, "each handler before the match once, no handler added later");
      assertEquals(router.match("a.b").length, crowd);
      assertEquals(router.match("a.b").some((handler) => handlers.includes(handler)), false);
    });
  }
}

Deno.test("PatternRouter.match() reflects a change at once, also for cached subjects", () => {
  const router = routerOf("a.b");
  const late = named("late");
  for (let sight = 0; sight < 3; sight++) router.match("a.b");
  for (const pattern of ["a.*", "a.>", "*.b", "*.*", ">", "*.>"]) {
    router.add(pattern, late);
    assertEquals(router.match("a.b").length, 2, `after adding ${pattern}`);
    router.remove(pattern, late);
    assertEquals(names(router.match("a.b")), ["a.b"], `after removing ${pattern}`);
  }
  router.add("a.b", late);
  assertEquals(router.match("a.b").length, 2);
});

Deno.test("PatternRouter.match() returns all of many subscribers, and none after their removal", () => {
  const router = routerOf("a.b");
  const crowd = Array.from({ length: 10_000 }, (_, i) => named(`${i}`));
  for (let sight = 0; sight < 3; sight++) router.match("a.b");
  for (const value of crowd) router.add("a.>", value);
  assertEquals(router.match("a.b").length, 10_001);
  assertStrictEquals(router.match("a.c"), router.match("a.c"), "one snapshot serves until something changes");
  for (const value of crowd) router.remove("a.>", value);
  assertEquals(names(router.match("a.b")), ["a.b"]);
});

Deno.test("PatternRouter.remove() shrinks the tables, and an empty router holds nothing", () => {
  const router = new PatternRouter<Named>();
  const value = named("x");
  const patterns = Array.from({ length: 20_000 }, (_, i) => i % 2 ? `a.${i}.b` : `a.${i}.*.c.${i % 6 ? ">" : "d"}`);
  for (const pattern of patterns) router.add(pattern, value);
  const full = router.sizes;
  assertEquals([full.exactCapacity, full.edgeCapacity], [32_768, 32_768]);

  for (const pattern of patterns.slice(0, 19_000)) router.remove(pattern, value);
  const few = router.sizes;
  assertEquals([few.exactCapacity, few.edgeCapacity], [2_048, 2_048], "500 exact patterns and 501 edges are left");
  assertEquals(few.edges, 501, "one of a, and one for each pattern with a wildcard");

  router.match("a.1.b");
  for (const pattern of patterns.slice(19_000)) router.remove(pattern, value);
  assertEquals(router.sizes, new PatternRouter().sizes);
  assertEquals(router.patternCount, 0);
});

Deno.test("PatternRouter.match() of 1,250,000 subjects leaves a bounded cache", () => {
  const router = routerOf("a.*", "b.>");
  for (let i = 0; i < 1_000_000; i++) router.match(`a.${i}`);
  assertEquals(router.sizes.cached < 100, true, "subjects of one lookup");
  let most = 0;
  for (let i = 0; i < 250_000; i++) {
    for (let sight = 0; sight < 4; sight++) router.match(`b.${i}`);
    if (i % 1_000 === 0) most = Math.max(most, router.sizes.cached);
  }
  assertEquals(most > 3_000 && most <= 3_500, true, `subjects of several lookups: ${most}`);
});

Deno.test("PatternRouter does not cache long subjects, nor matches with many subscribers", () => {
  const router = routerOf("a.>", "b.*", "b.c");
  for (let i = 0; i < 65; i++) router.add("b.*", named(`${i}`));
  for (let sight = 0; sight < 5; sight++) {
    assertEquals(router.match(`a.${"x".repeat(200)}`).length, 1);
    assertEquals(router.match("b.c").length, 67);
  }
  assertEquals(router.sizes.cached, 0);

  const grows = routerOf("c.d");
  for (let sight = 0; sight < 3; sight++) grows.match("c.d");
  assertEquals(grows.sizes.cached, 1);
  for (let i = 0; i < 65; i++) grows.add("c.*", named(`${i}`));
  assertEquals(grows.match("c.d").length, 66);
  assertEquals(grows.sizes.cached, 0, "a match that grows is removed from the cache");
});

function short(text: string): string {
  return text.length > 40 ? `${text.slice(0, 30)}… (${text.length} characters)` : text;
}
