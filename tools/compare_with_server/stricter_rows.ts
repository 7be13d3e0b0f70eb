import { parseActorId, parseActorPattern, parseNamespace, parseNamespacePattern } from "../../mod.ts";

/** A text that Aether refuses, and what the server does with it. */
export interface StricterRow {
  readonly text: string;
  /** The function that refuses the text; says also whether it is put to the server as a pattern or as a subject. */
  readonly parse: (text: string) => string;
  /** Part of what the refusal says. */
  readonly says: string;
  /** What the server does, as {@link probeServer} puts it. */
  readonly server: string;
  /** Why Aether refuses it. */
  readonly because: string;
  /** A subject that the pattern would receive if its wildcard were one. */
  readonly decoy?: string;
}

const LITERAL = "takes it literally";
const TAKES = "takes it";
const DELIVERS = "delivers it";
const REFUSES = "refuses it: Invalid Subject";
const DROPS = "takes it and delivers it to nobody";
const HANGS_UP = "closes the connection";

const stars = (count: number): string => Array(count).fill("*").join(".");

function rows(
  parse: (text: string) => string,
  table: readonly (readonly [text: string, server: string, says: string, because: string, decoy?: string])[],
): StricterRow[] {
  return table.map(([text, server, says, because, decoy]) => ({
    text,
    parse,
    says,
    server,
    because,
    ...(decoy === undefined ? {} : { decoy }),
  }));
}

const PART = "only part of a token";
const SPACE = "whitespace or a control character";

const ACTOR_PATTERNS = rows(parseActorPattern, [
  ["a*b", LITERAL, PART, "it looks like a wildcard and is none", "aXb"],
  ["order.4*", LITERAL, PART, "the same at the end", "order.42"],
  ["**", LITERAL, PART, "other systems mean any number of tokens", "a"],
  ["a.**.b", LITERAL, PART, "the same in the middle", "a.x.b"],
  ["a>", LITERAL, PART, "it looks like a tail and is none", "a.b"],
  [">>", LITERAL, PART, "two tails in a token are none", "a"],
  ["*>", LITERAL, PART, "nor are both in a token", "a"],
  [">.a", REFUSES, "last place only", "a tail ends a pattern"],
  ["a.>.b", REFUSES, "last place only", "the same in the middle"],
  ["a..b", REFUSES, "empty token", "a token is something"],
  [".a", REFUSES, "empty token", "the same in front"],
  ["a.", REFUSES, "empty token", "the same at the end"],
  ["", HANGS_UP, "it is empty", "nothing is no pattern"],
  [stars(32), TAKES, "32 tokens, 31 at most", "the adapter needs one of the 32 that cost the server nothing"],
  ["x".repeat(201), TAKES, "201 bytes, 200 at most", "encoded it has to fit into a subject"],
  ["a b", 'takes it for "a"', SPACE, "the protocol separates words by it: b becomes a queue group"],
  ["a\tb", 'takes it for "a"', SPACE, "the same"],
  ["a\r\nb", HANGS_UP, SPACE, "the protocol ends commands by it: b becomes a command"],
  ["a\u0000b", TAKES, SPACE, "nobody can read it in a log"],
  ["a\u007fb", TAKES, SPACE, "the same"],
  ["a\u00a0b", TAKES, SPACE, "a space that looks like another, and is another text"],
  ["a\u2028b", TAKES, SPACE, "a line's end, for some"],
  ["\ufeffa", TAKES, SPACE, "a byte order mark, which nobody sees"],
  ["a\ud800", 'takes it for "a\ufffd"', "lone surrogate", "UTF-8 cannot carry it: different ids would become one"],
]);

const NAMESPACE_PATTERNS = rows(parseNamespacePattern, [
  ["pr*", LITERAL, PART, "it looks like a wildcard and is none", "prod"],
  ["prod.**", LITERAL, PART, "other systems mean any number of tokens", "prod.a"],
  ["prod.>.eu", REFUSES, "last place only", "a tail ends a pattern"],
  ["prod..eu", REFUSES, "empty token", "a token is something"],
  ["é.*", TAKES, "not made of", "namespaces become names of streams, and host labels"],
  ["user/7", TAKES, "not made of", "the same"],
  ["$SYS.>", TAKES, "not made of", "the server keeps names with a dollar for itself"],
  ["a".repeat(64), TAKES, "64 characters, 63 at most", "a host label ends there"],
  [stars(17), TAKES, "17 tokens, 16 at most", "no namespace has as many"],
  [`${"a".repeat(63)}.${"b".repeat(63)}.*`, TAKES, "129 characters, 128 at most", "no namespace is as long"],
]);

const ACTOR_IDS = rows(parseActorId, [
  ["order.*", DELIVERS, "it has * or >", "a text among subjects, a wildcard among patterns"],
  [">", DELIVERS, "it has * or >", "the same"],
  ["a*b", DELIVERS, "it has * or >", "no pattern could name it"],
  ["a..b", DROPS, "empty token", "published to nobody, without a word"],
  ["a.", DROPS, "empty token", "the same at the end"],
  ["", HANGS_UP, "empty", "nothing is no actor"],
  [Array(32).fill("a").join("."), DELIVERS, "32 tokens, 31 at most", "the adapter needs one of the 32"],
  ["x".repeat(201), DELIVERS, "201 bytes, 200 at most", "encoded it has to fit into a subject"],
  ["a b", 'takes it for "a"', SPACE, "the protocol separates words by it: b becomes the reply's address"],
]);

const NAMESPACES = rows(parseNamespace, [
  ["prod.*", DELIVERS, "wildcard", "to see many namespaces takes a grant"],
  ["prod..eu", DROPS, "empty token", "published to nobody, without a word"],
  ["prod/eu", DELIVERS, "not made of", "namespaces become names of streams, and host labels"],
]);

/** The texts that Aether refuses on purpose, whatever the server does with them. */
export const STRICTER_ROWS: readonly StricterRow[] = [
  ...ACTOR_PATTERNS,
  ...NAMESPACE_PATTERNS,
  ...ACTOR_IDS,
  ...NAMESPACES,
];

/** Whether a row's text is published to, rather than subscribed to. */
export function isSubject({ parse }: StricterRow): boolean {
  return parse === parseActorId || parse === parseNamespace;
}
