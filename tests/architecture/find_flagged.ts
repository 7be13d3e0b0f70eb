/** A phrase that this project avoids, and the words to use instead. */
export interface Rule {
  readonly pattern: RegExp;
  readonly instead: string;
}

/** See "Language" in CONTRIBUTING.md. A rule looks at prose without code, quotations and links. */
export const RULES: readonly Rule[] = [
  { pattern: /\bwho(?:m|se)?ever\b/i, instead: "name the actor: client, reader, writer, operator" },
  { pattern: /\bwhatever\b/i, instead: "name the thing, or write `any`" },
  { pattern: /\b(?:no|some|any|every)body(?:'s)?\b/i, instead: "name the actor" },
  { pattern: /\bso (?:many|much|often)\b/i, instead: "a number of, at most n" },
  { pattern: /\b(?:is|are|be|was|were|been|being) told\b/i, instead: "is called, receives, is reported to" },
  { pattern: /\b(?:un)?heard\b/i, instead: "received, delivered, observed" },
  { pattern: /\btaken back\b/i, instead: "restored" },
  { pattern: /\bmended\b/i, instead: "fixed" },
  { pattern: /\bas it were\b/i, instead: "leave it out" },
  { pattern: /\ble(?:t|ts|tting) go of\b/i, instead: "releases, removes" },
  { pattern: /\bfarewell\b/i, instead: "graceful shutdown" },
  { pattern: /\bmanieth\b/i, instead: "every nth" },
  { pattern: /\bnone of (?:them|these|it|that)\b/i, instead: "no <noun>" },
  {
    pattern: /(?<!plain[- ]|rich[- ]|alt[- ]|of )\btexts?\b(?!\/| (?:file|editor|format|column|encod|decod))/i,
    instead: "string",
  },
  { pattern: /\bflaws?\b/i, instead: "problem" },
  { pattern: /\b(?:foothold|patience)\b/i, instead: "read anchor, retry budget" },
  { pattern: /(?:^|[.!?:;] |^\W+)(?:What|Who|Whose|Whoever|Whom) (?!.*\?$)/, instead: "begin with the subject" },
  { pattern: /(?:^|[.!?] )So (?!far\b)/, instead: "Therefore, or one sentence less" },
  { pattern: /(?:^|[.!?] )Of [a-z]/, instead: "begin with the subject" },
];

/** Rules for the names of tests, which begin in lower case. */
export const TEST_NAME_RULES: readonly Rule[] = [
  { pattern: /^(?:what|who|whose|so) /, instead: "begin with the tested symbol" },
];

/** The rules that a piece of prose breaks. */
export function findFlagged(words: string, isTestName = false): Rule[] {
  const rules = isTestName ? [...RULES, ...TEST_NAME_RULES] : RULES;
  return rules.filter(({ pattern }) => pattern.test(words));
}
