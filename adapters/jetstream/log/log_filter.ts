import { type Names, patternSubject } from "../wire/names.ts";

/** The actors of a log that a reader wants. */
export interface LogFilter {
  readonly partitions: number;
  /** The pattern of their ids. */
  readonly actors: string;
  /** The subject that matches the subjects of these actors, and no other. */
  readonly subject: string;
  /** Whether these are all actors: every message of the log is wanted. */
  readonly isWhole: boolean;
  /** Whether a message is wanted, by its subject: as the server decides it. */
  readonly matches: (subject: string) => boolean;
}

/** The filter of an actor pattern; without one, of all actors. */
export function toLogFilter(names: Names, partitions: number, actors: string = ">"): LogFilter {
  const isWhole = actors === ">";
  const subject = isWhole ? names.allActors : patternSubject(names, partitions, actors);
  return { partitions, actors, subject, isWhole, matches: isWhole ? () => true : toMatcher(subject) };
}

/** Tokens of these subjects are encoded, so that none has a character of the syntax of regular expressions. */
function toMatcher(pattern: string): (subject: string) => boolean {
  if (!/[*>]/.test(pattern)) return (subject) => subject === pattern;
  const tokens = pattern.split(".").map((token) => token === "*" ? "[^.]+" : token === ">" ? ".+" : token);
  const expression = new RegExp(`^${tokens.join("\\.")}$`);
  return (subject) => expression.test(subject);
}
