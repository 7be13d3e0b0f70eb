import { randomCases } from "./random_cases.ts";
import { WRITTEN_CASES, type WrittenCase } from "./written_cases.ts";

/** What is put to the server and to Aether: every pattern meets every subject. */
export interface Cases {
  readonly patterns: readonly string[];
  readonly subjects: readonly string[];
  /** Those of which a person wrote down the answer. */
  readonly written: readonly WrittenCase[];
}

const RANDOM_PATTERNS = 300;

/** A token that no pattern names. */
const NEW_TOKEN = "~new~";

/** The written cases, random ones, and what tells for each pattern whether another covers it. No text is there twice. */
export function makeCases(seed: number, randomSubjects: number): Cases {
  const random = randomCases(seed, RANDOM_PATTERNS, randomSubjects);
  const patterns = unique([...WRITTEN_CASES.map(([pattern]) => pattern), ...random.patterns]);
  const writtenSubjects = WRITTEN_CASES.map(([, subject]) => subject);
  const subjects = unique([...writtenSubjects, ...patterns.flatMap(witnesses), ...random.subjects]);
  return { patterns, subjects, written: WRITTEN_CASES };
}

/**
 * Subjects of a pattern that another pattern receives, all of them, only if it covers the first: a star becomes a token
 * that no pattern names, so only a wildcard takes it, and a tail becomes one such token and also two, so only a tail takes both.
 */
export function witnesses(pattern: string): string[] {
  const shortest = pattern.split(".").map((token) => token === "*" || token === ">" ? NEW_TOKEN : token).join(".");
  return pattern.endsWith(">") ? [shortest, `${shortest}.${NEW_TOKEN}`] : [shortest];
}

function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}
