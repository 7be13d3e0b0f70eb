import { RandomSource } from "../routing/random_source.ts";
import { WRITTEN_CASES } from "./written_cases.ts";

/** Patterns and subjects for the server and for Aether; each pattern meets each subject. */
export interface Cases {
  readonly patterns: readonly string[];
  readonly subjects: readonly string[];
}

const RANDOM_PATTERNS = 300;

/** Limits of actor ids, written again on purpose: they are part of what is compared. */
const MAX_SUBJECT_TOKENS = 31;
const MAX_BYTES = 200;

/** Few tokens, which makes many patterns match many subjects. */
const COMMON = ["a", "b", "c"];
const RARE = [
  ..."A,ab,aa,é,e\u0301,日本,😀,$SYS,$&,a+,a|b,(a),[a],^,\\d".split(","),
  "x".repeat(40),
];

/** A token that no pattern has. */
const NEW_TOKEN = "~new~";

/** The written cases, random cases of a seed, and for each pattern the witnesses of containment. */
export function makeCases(seed: number, randomSubjects: number): Cases {
  const random = new RandomSource(seed);
  const randomPatterns = distinct(RANDOM_PATTERNS, () => randomPattern(random));
  const patterns = [...new Set([...WRITTEN_CASES.map(([pattern]) => pattern), ...randomPatterns])];
  const written = WRITTEN_CASES.map(([, subject]) => subject);
  const others = distinct(randomSubjects, () => randomSubject(random, randomPatterns));
  return { patterns, subjects: [...new Set([...written, ...patterns.flatMap(witnesses), ...others])] };
}

/**
 * Subjects that match a pattern, and match another pattern only if that covers the first. Each `*` becomes a token that
 * only a wildcard matches; `>` becomes one such token and two of them, which only `>` matches both.
 */
export function witnesses(pattern: string): string[] {
  const shortest = pattern.split(".").map((token) => token === "*" || token === ">" ? NEW_TOKEN : token).join(".");
  return pattern.endsWith(">") ? [shortest, `${shortest}.${NEW_TOKEN}`] : [shortest];
}

function distinct(count: number, make: () => string): string[] {
  const strings = new Set<string>();
  while (strings.size < count) strings.add(make());
  return [...strings];
}

function randomPattern(random: RandomSource): string {
  const tokens = randomTokens(random, 5).map((token) => random.chance(30) ? "*" : token);
  if (random.chance(35)) tokens[tokens.length - 1] = ">";
  return withinLimit(tokens).join(".");
}

/** A subject; three of four are made from a pattern, and half of these then differ from it in one token. */
function randomSubject(random: RandomSource, patterns: readonly string[]): string {
  if (random.chance(25)) return withinLimit(randomTokens(random, 6)).join(".");
  const tokens = random.pick(patterns).split(".").flatMap((token) => {
    if (token === "*") return [randomToken(random)];
    return token === ">" ? Array.from({ length: 1 + random.below(3) }, () => randomToken(random)) : [token];
  });
  if (random.chance(50)) changeOneToken(random, tokens);
  return tokens.join(".");
}

/** Removes a token, inserts one, replaces one, or replaces one by a token that no actor id has. */
function changeOneToken(random: RandomSource, tokens: string[]): void {
  const at = random.below(tokens.length);
  if (random.chance(20) && tokens.length > 1) tokens.splice(at, 1);
  else if (random.chance(30)) tokens.splice(at, 0, randomToken(random));
  else if (random.chance(90)) tokens[at] = randomToken(random);
  // A client cannot publish to an empty subject.
  else tokens[at] = random.pick(tokens.length === 1 ? ["*", ">"] : ["", "*", ">"]);
}

function randomTokens(random: RandomSource, usualMax: number): string[] {
  const count = random.chance(4) ? MAX_SUBJECT_TOKENS - random.below(3) : 1 + random.below(usualMax);
  return Array.from({ length: count }, () => randomToken(random));
}

function randomToken(random: RandomSource): string {
  return random.pick(random.chance(88) ? COMMON : RARE);
}

/** Removes first tokens until the limit is met; the last one may be `>`. */
function withinLimit(tokens: readonly string[]): readonly string[] {
  const fits = new TextEncoder().encode(tokens.join(".")).length <= MAX_BYTES;
  return fits ? tokens : withinLimit(tokens.slice(1));
}
