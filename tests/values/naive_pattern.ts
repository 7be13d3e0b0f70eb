/** The rules of matching and covering at their plainest: what the fast implementations are held against. */

export function naiveMatches(pattern: string, text: string): boolean {
  const p = pattern.split(".");
  const t = text.split(".");
  for (let i = 0; i < p.length; i++) {
    if (p[i] === ">") return t.length > i;
    if (i >= t.length || (p[i] !== "*" && p[i] !== t[i])) return false;
  }
  return p.length === t.length;
}

/** Numbers from 0 to 1 that a seed determines: mulberry32. */
export function seededRandom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** 1 to `max` tokens out of a small set, so that patterns and strings match often. */
export function randomTokens(random: () => number, alphabet: readonly string[], max: number): string[] {
  return Array.from(
    { length: 1 + Math.floor(random() * max) },
    () => alphabet[Math.floor(random() * alphabet.length)]!,
  );
}

export function randomPattern(random: () => number, literals: readonly string[], max: number): string {
  const tokens = randomTokens(random, [...literals, "*"], max);
  if (random() < 0.3) tokens[tokens.length - 1] = ">";
  return tokens.join(".");
}
