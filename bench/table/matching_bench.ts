/**
 * One pattern against 256 strings in Deno's own table: `deno bench`. Half of the strings match. The nanoseconds are a
 * first impression: `deno task bench routing` gives comparable figures.
 */
import { compilePattern, parseActorPattern } from "../../patterns.ts";
import { agree, run, STRINGS } from "./table.ts";

const PATTERNS: readonly [kind: string, pattern: string][] = [
  ["a literal", "eu.t0417.orders.482133.open"],
  ["> at the end", "eu.t0417.orders.>"],
  ["*", "eu.t0417.*.482133.*"],
];

for (const [kind, pattern] of PATTERNS) {
  const group = `one pattern: ${kind}`;
  const strings = Array.from(
    { length: STRINGS },
    (_, i) => i % 2 === 0 ? "eu.t0417.orders.482133.open" : "eu.t0418.a.7.open",
  );
  const compiled = compilePattern(parseActorPattern(pattern));
  const expression = new RegExp(`^${pattern.replaceAll(".", "\\.").replaceAll("*", "[^.]+").replace(">", ".+")}$`);
  const candidates: [name: string, matches: (string: string) => boolean][] = [
    ["compilePattern", compiled],
    ["a regular expression", (string) => expression.test(string)],
    ["split and compare", (string) => matchesTokens(pattern.split("."), string.split("."))],
  ];
  agree(group, candidates.map(([name, matches]) => [name, () => strings.filter(matches).length]));
  candidates.forEach(([name, matches], i) => run({ group, name, baseline: i === 0 }, strings, matches));
}

function matchesTokens(pattern: readonly string[], tokens: readonly string[]): boolean {
  for (let i = 0; i < pattern.length; i++) {
    if (pattern[i] === ">") return tokens.length > i;
    if (i >= tokens.length || (pattern[i] !== "*" && pattern[i] !== tokens[i])) return false;
  }
  return tokens.length === pattern.length;
}
