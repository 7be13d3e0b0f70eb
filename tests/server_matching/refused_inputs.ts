import { parseActorId, parseNamespace } from "@flowmade-one/aether";
import { parseActorPattern, parseNamespacePattern } from "@flowmade-one/aether/patterns";

/** A string that Aether refuses, and the reaction of a server to it. */
export interface RefusedInput {
  readonly input: string;
  /** The function that refuses the string. */
  readonly parse: (input: string) => string;
  /** Whether the server is given the string as a pattern or as a subject. */
  readonly as: "pattern" | "subject";
  /** Reaction of the server, in the words of `probeServer`. */
  readonly server: string;
  /** Part of the error message. */
  readonly message: string;
  /** Reason for the refusal. */
  readonly reason: string;
  /** A subject that the pattern would match if its wildcard character were a wildcard. */
  readonly decoy: string | undefined;
}

const DELIVERS = "delivers it";
const REFUSES = "refuses it: Invalid Subject";
const NOTHING = "delivers nothing";
const CLOSES = "closes the connection";
const DELIVERS_A = `delivers "a"`;

const PART = "only part of a token";
const SPACE = "whitespace or a control character";

type Row = readonly [input: string, server: string, message: string, reason: string, decoy?: string];

const stars = (count: number): string => Array(count).fill("*").join(".");

const ACTOR_PATTERNS: readonly Row[] = [
  ["a*b", DELIVERS, PART, "the server takes it literally, a reader takes it for a wildcard", "aXb"],
  ["order.4*", DELIVERS, PART, "the same at the end", "order.42"],
  ["**", DELIVERS, PART, "in other systems it matches any number of tokens", "a"],
  ["a.**.b", DELIVERS, PART, "the same in the middle", "a.x.b"],
  ["a>", DELIVERS, PART, "the server takes it literally, a reader takes it for a wildcard", "a.b"],
  [">>", DELIVERS, PART, "two > in one token", "a"],
  ["*>", DELIVERS, PART, "both wildcards in one token", "a"],
  [">.a", REFUSES, "last token only", "> ends a pattern"],
  ["a.>.b", REFUSES, "last token only", "the same in the middle"],
  ["a..b", REFUSES, "empty token", "a token has a character at least"],
  [".a", REFUSES, "empty token", "the same at the start"],
  ["a.", REFUSES, "empty token", "the same at the end"],
  ["", CLOSES, "it is empty", "a pattern has a token at least"],
  [stars(32), DELIVERS, "32 tokens, 31 at most", "the adapter needs one of the 32 that the server handles fast"],
  ["x".repeat(201), DELIVERS, "201 bytes, 200 at most", "the encoded pattern has to fit into a subject"],
  ["a b", DELIVERS_A, SPACE, "the protocol separates words by it: b becomes a queue group"],
  ["a\tb", DELIVERS_A, SPACE, "the same"],
  ["a\r\nb", CLOSES, SPACE, "the protocol ends commands by it: b becomes a command"],
  ["a\u0000b", DELIVERS, SPACE, "it is unreadable in a log"],
  ["a\u007fb", DELIVERS, SPACE, "the same"],
  ["a\u00a0b", DELIVERS, SPACE, "it looks like a space and is a different character"],
  ["a\u2028b", DELIVERS, SPACE, "some programs end a line there"],
  ["\ufeffa", DELIVERS, SPACE, "a byte order mark is invisible"],
  ["a\ud800", `delivers "a\ufffd"`, "lone surrogate", "UTF-8 cannot encode it: different ids would become equal"],
];

const NAMESPACE_PATTERNS: readonly Row[] = [
  ["pr*", DELIVERS, PART, "the server takes it literally, a reader takes it for a wildcard", "prod"],
  ["prod.**", DELIVERS, PART, "in other systems it matches any number of tokens", "prod.a"],
  ["prod.>.eu", REFUSES, "last token only", "> ends a pattern"],
  ["prod..eu", REFUSES, "empty token", "a token has a character at least"],
  ["é.*", DELIVERS, "not made of", "namespaces become stream names and host labels"],
  ["user/7", DELIVERS, "not made of", "the same"],
  ["$SYS.>", DELIVERS, "not made of", "the server reserves names with a dollar"],
  ["a".repeat(64), DELIVERS, "64 characters, 63 at most", "a host label has 63 characters at most"],
  [stars(17), DELIVERS, "17 tokens, 16 at most", "a namespace has 16 tokens at most"],
  [
    `${"a".repeat(63)}.${"b".repeat(63)}.*`,
    DELIVERS,
    "129 characters, 128 at most",
    "a namespace has 128 characters at most",
  ],
];

const ACTOR_IDS: readonly Row[] = [
  ["order.*", DELIVERS, "it has * or >", "an actor id would be a wildcard as a pattern"],
  [">", DELIVERS, "it has * or >", "the same"],
  ["a*b", DELIVERS, "it has * or >", "no pattern could name the actor"],
  ["a..b", NOTHING, "empty token", "the server drops the message without an error"],
  ["a.", NOTHING, "empty token", "the same at the end"],
  ["", CLOSES, "empty", "an actor id has a character at least"],
  [Array(32).fill("a").join("."), DELIVERS, "32 tokens, 31 at most", "the adapter needs one of the 32"],
  ["x".repeat(201), DELIVERS, "201 bytes, 200 at most", "the encoded id has to fit into a subject"],
  ["a b", DELIVERS_A, SPACE, "the protocol separates words by it: b becomes the reply subject"],
];

const NAMESPACES: readonly Row[] = [
  ["prod.*", DELIVERS, "wildcard", "only a grant gives access to many namespaces"],
  ["prod..eu", NOTHING, "empty token", "the server drops the message without an error"],
  ["prod/eu", DELIVERS, "not made of", "namespaces become stream names and host labels"],
];

function inputs(parse: RefusedInput["parse"], as: RefusedInput["as"], rows: readonly Row[]): RefusedInput[] {
  return rows.map(([input, server, message, reason, decoy]) => (
    { input, parse, as, server, message, reason, decoy }
  ));
}

/** Strings that Aether refuses on purpose; the server accepts most of them. */
export const REFUSED_INPUTS: readonly RefusedInput[] = [
  ...inputs(parseActorPattern, "pattern", ACTOR_PATTERNS),
  ...inputs(parseNamespacePattern, "pattern", NAMESPACE_PATTERNS),
  ...inputs(parseActorId, "subject", ACTOR_IDS),
  ...inputs(parseNamespace, "subject", NAMESPACES),
];
