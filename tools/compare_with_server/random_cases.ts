import { RandomSource } from "../../tests/routing/random_source.ts";

/** Patterns and subjects that a seed determines. */
export interface RandomCases {
  readonly patterns: readonly string[];
  readonly subjects: readonly string[];
}

/** What an actor id may have. Written here again on purpose: the limits are part of what is compared. */
const MAX_TOKENS = 31;
const MAX_BYTES = 200;

/** Few, so that patterns and subjects meet often. */
const COMMON = ["a", "b", "c"];
const RARE = [
  "A",
  "ab",
  "aa",
  "é",
  "e\u0301",
  "日本",
  "😀",
  "$SYS",
  "$&",
  "a+",
  "a|b",
  "(a)",
  "[a]",
  "^",
  "\\d",
  "x".repeat(40),
];

/** Makes patterns, and subjects of which most are made from a pattern, so that about as many meet as just miss. No text is there twice. */
export function randomCases(seed: number, patternCount: number, subjectCount: number): RandomCases {
  const random = new RandomSource(seed);
  const patterns = distinct(patternCount, () => randomPattern(random));
  return { patterns, subjects: distinct(subjectCount, () => randomSubject(random, patterns)) };
}

function distinct(count: number, make: () => string): string[] {
  const texts = new Set<string>();
  while (texts.size < count) texts.add(make());
  return [...texts];
}

function randomPattern(random: RandomSource): string {
  const tokens = randomTokens(random, 5).map((token) => random.chance(30) ? "*" : token);
  if (random.chance(35)) tokens[tokens.length - 1] = ">";
  return withinLimits(tokens).join(".");
}

function randomSubject(random: RandomSource, patterns: readonly string[]): string {
  if (random.chance(25)) return withinLimits(randomTokens(random, 6)).join(".");
  const tokens = random.pick(patterns).split(".").flatMap((token) => {
    if (token === "*") return [randomToken(random)];
    return token === ">" ? Array.from({ length: 1 + random.below(3) }, () => randomToken(random)) : [token];
  });
  if (random.chance(50)) spoil(random, tokens);
  return tokens.join(".");
}

/** Changes one token: takes it away, puts another before it or in its place, or one that no actor has. */
function spoil(random: RandomSource, tokens: string[]): void {
  const at = random.below(tokens.length);
  if (random.chance(20) && tokens.length > 1) tokens.splice(at, 1);
  else if (random.chance(30)) tokens.splice(at, 0, randomToken(random));
  else if (random.chance(90)) tokens[at] = randomToken(random);
  // A subject of nothing is no subject: no client sends it.
  else tokens[at] = random.pick(tokens.length === 1 ? ["*", ">"] : ["", "*", ">"]);
}

function randomTokens(random: RandomSource, usualMax: number): string[] {
  const count = random.chance(4) ? MAX_TOKENS - random.below(3) : 1 + random.below(usualMax);
  return Array.from({ length: count }, () => randomToken(random));
}

function randomToken(random: RandomSource): string {
  return random.pick(random.chance(88) ? COMMON : RARE);
}

/** Shortens a text that grew beyond the limit by its first tokens: the last may be the `>`. */
function withinLimits(tokens: readonly string[]): readonly string[] {
  const fits = new TextEncoder().encode(tokens.join(".")).length <= MAX_BYTES;
  return fits ? tokens : withinLimits(tokens.slice(1));
}
