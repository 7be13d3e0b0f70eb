/**
 * One pattern against 256 strings in Deno's own table: `deno task bench table`. Half of the strings match; a miss
 * differs in one token. Its nanoseconds are a first impression. Comparable figures come from `deno task bench`.
 */
import { compilePattern, parseActorPattern } from "../../patterns.ts";
import { agree, run, TEXTS } from "./table.ts";

const PATTERNS: readonly [kind: string, pattern: string][] = [
  ["a literal", "eu.t0417.orders.482133.open"],
  ["> at the end", "eu.t0417.orders.>"],
  ["*", "eu.t0417.*.482133.*"],
];

for (const [kind, pattern] of PATTERNS) {
  const group = `one pattern: ${kind}`;
  const texts = Array.from(
    { length: TEXTS },
    (_, i) => i % 2 === 0 ? "eu.t0417.orders.482133.open" : "eu.t0418.a.7.open",
  );
  const compiled = compilePattern(parseActorPattern(pattern));
  const expression = new RegExp(`^${pattern.replaceAll(".", "\\.").replaceAll("*", "[^.]+").replace(">", ".+")}$`);
  const candidates: [name: string, matches: (text: string) => boolean][] = [
    ["compilePattern", compiled],
    ["a regular expression, as one writes it", (text) => expression.test(text)],
    ["split and compare", (text) => matchesTokens(pattern.split("."), text.split("."))],
  ];
  agree(group, candidates.map(([name, matches]) => [name, () => texts.filter(matches).length]));
  candidates.forEach(([name, matches], i) => run({ group, name, baseline: i === 0 }, texts, matches));
}

function matchesTokens(pattern: readonly string[], tokens: readonly string[]): boolean {
  for (let i = 0; i < pattern.length; i++) {
    if (pattern[i] === ">") return tokens.length > i;
    if (i >= tokens.length || (pattern[i] !== "*" && pattern[i] !== tokens[i])) return false;
  }
  return tokens.length === pattern.length;
}
