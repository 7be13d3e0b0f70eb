import { assertEquals } from "@std/assert";
import { PatternRouter } from "../../src/routing/pattern_router.ts";
import type { Route } from "../../src/routing/route.ts";
import { testSeeds } from "../_support/seeds.ts";
import { NaiveRouter } from "./naive_router.ts";
import { RandomSource } from "./random_source.ts";

/** Lookups of one test; every 16th also changes the router. */
const STEPS = 50_000;

interface Subscriber {
  readonly id: number;
}

/** Few tokens, so that patterns meet; some long, some not Latin, some that begin like others. */
const TOKENS = ["a", "b", "c", "aa", "ab", "é", "日本", "🦕", "constructor", "a-token-of-some-length-that-is-sliced"];

const RUNS: readonly { hashBits: number | undefined; patterns: number; tokens: number }[] = [
  { hashBits: undefined, patterns: 60, tokens: 5 },
  { hashBits: 4, patterns: 60, tokens: 4 },
  { hashBits: 2, patterns: 30, tokens: 6 },
  { hashBits: 0, patterns: 20, tokens: 3 },
  { hashBits: 3, patterns: 25, tokens: 31 },
];

for (const run of RUNS) {
  const width = run.hashBits === undefined ? "full hashes" : `hashes of ${run.hashBits} bits`;
  testSeeds(
    `PatternRouter agrees with NaiveRouter: ${width}, up to ${run.tokens} tokens, about ${run.patterns} patterns`,
    (seed) => churn(new RandomSource(seed), run),
  );
}

function churn(random: RandomSource, run: typeof RUNS[number]): void {
  const router = new PatternRouter<Subscriber>({ seed: random.below(2 ** 32), hashBits: run.hashBits });
  const naive = new NaiveRouter<Subscriber>();
  const subscribers = Array.from({ length: 40 }, (_, id): Subscriber => ({ id }));
  const subjects = Array.from({ length: 200 }, () => randomSubject(random, run.tokens));
  const routes: { subject: string; route: Route<Subscriber> }[] = [];
  const handedOut: { array: readonly Subscriber[]; copy: Subscriber[] }[] = [];

  for (let step = 0; step < STEPS; step++) {
    const subject = random.chance(90) ? random.pick(subjects) : randomSubject(random, run.tokens);
    const expected = naive.match(subject);
    const actual = router.match(subject);
    if (!sameItems(actual, expected)) assertEquals(actual, expected, `${subject} among ${naive.patterns().join(" ")}`);
    if (step % 16 !== 0) continue;

    change(random, run, router, naive, subscribers, subjects);
    assertEquals(router.patternCount, naive.patternCount);

    routes[random.below(20)] = { subject, route: router.route(subject) };
    const kept = random.pick(routes.filter((route) => route !== undefined));
    assertEquals(kept.route.handlers, naive.match(kept.subject), `route of ${kept.subject}`);

    handedOut[random.below(50)] = { array: actual, copy: [...actual] };
    const earlier = random.pick(handedOut.filter((kept) => kept !== undefined));
    assertEquals(earlier.array, earlier.copy, "an array that was returned earlier has changed");
  }

  for (const pattern of naive.patterns()) {
    for (const value of naive.subscribersOf(pattern)) assertEquals(router.remove(pattern, value), true);
  }
  assertEquals(router.sizes, new PatternRouter().sizes, "an empty router still holds something");
}

/** One to 40 changes: of one subscriber, or of enough subscribers of one pattern to create or dissolve a SubscriberSet. */
function change(
  random: RandomSource,
  run: typeof RUNS[number],
  router: PatternRouter<Subscriber>,
  naive: NaiveRouter<Subscriber>,
  subscribers: readonly Subscriber[],
  subjects: readonly string[],
): void {
  const removing = random.below(2 * run.patterns) < naive.patternCount;
  const known = removing && random.chance(95) ? random.pick(naive.patterns()) : undefined;
  const pattern = known ??
    (random.chance(70) ? generalised(random, random.pick(subjects)) : randomPattern(random, run.tokens));
  const one = known === undefined ? random.pick(subscribers) : random.pick(naive.subscribersOf(known));
  for (const value of random.chance(5) ? subscribers : [one]) {
    if (removing) assertEquals(router.remove(pattern, value), naive.remove(pattern, value), `remove ${pattern}`);
    else assertEquals(router.add(pattern, value), naive.add(pattern, value), `add ${pattern}`);
  }
  assertEquals(router.subscribersOf(pattern), naive.subscribersOf(pattern));
}

function randomTokens(random: RandomSource, most: number): string[] {
  return Array.from({ length: 1 + random.below(most) }, () => random.pick(TOKENS));
}

/** A subject; a few have an empty token, a wildcard for a token, or more tokens than any pattern. */
function randomSubject(random: RandomSource, most: number): string {
  const tokens = randomTokens(random, most);
  if (random.chance(3)) tokens[random.below(tokens.length)] = random.pick(["", "*", ">"]);
  if (random.chance(2)) tokens.push(...Array.from({ length: 40 }, () => "a"));
  return tokens.join(".");
}

function randomPattern(random: RandomSource, most: number): string {
  return generalised(random, randomTokens(random, most).join("."));
}

/** A pattern that matches the subject, if it can be one: some tokens become `*`, and some of the end becomes `>`. */
function generalised(random: RandomSource, subject: string): string {
  const tokens = subject.split(".").slice(0, 31).map((token) => /^[*>]?$/.test(token) ? "a" : token);
  const stars = random.pick([0, 0, 20, 60]);
  const pattern = tokens.map((token) => random.chance(stars) ? "*" : token);
  return random.chance(25) ? [...pattern.slice(0, random.below(pattern.length)), ">"].join(".") : pattern.join(".");
}

function sameItems(left: readonly unknown[], right: readonly unknown[]): boolean {
  return left.length === right.length && left.every((item, i) => item === right[i]);
}
