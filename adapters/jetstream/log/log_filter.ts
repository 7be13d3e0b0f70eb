import { partitionOf, PARTITIONS } from "../../../adapter.ts";
import { type Names, patternSubject } from "../wire/names.ts";

/** The selection of a log's actors for a reader. */
export interface LogFilter {
  readonly partitions: number;
  /** The pattern of the actor ids. */
  readonly actors: string;
  /** The partition of the actors. Absent: any partition. */
  readonly partition: number | undefined;
  /** The subject that matches the subjects of these actors, and no other. */
  readonly subject: string;
  /** Whether the filter matches every actor, and thereby every message of the log. */
  readonly isWhole: boolean;
  /** Whether a message with a subject is wanted, by the same rule as on the server. */
  readonly matches: (subject: string) => boolean;
}

/**
 * The filter of an actor pattern and a partition; without them, of all actors. A log with another number of partitions
 * has no subject for the partition. The reader then filters by partition itself.
 */
export function toLogFilter(
  names: Names,
  partitions: number,
  actors: string = ">",
  partition?: number,
): LogFilter {
  const known = partitions === PARTITIONS ? partition : undefined;
  const isWhole = actors === ">" && known === undefined;
  const subject = isWhole ? names.allActors : patternSubject(names, partitions, actors, known);
  const matches = isWhole ? () => true : toMatcher(subject);
  return { partitions, actors, partition: known, subject, isWhole, matches };
}

/** Whether an actor belongs to the partition of a filter. */
export function isInPartition({ partition }: LogFilter, actorId: string): boolean {
  return partition === undefined || partitionOf(actorId, PARTITIONS) === partition;
}

/** The tokens of these subjects are encoded. They contain no special character of regular expressions. */
function toMatcher(pattern: string): (subject: string) => boolean {
  if (!/[*>]/.test(pattern)) return (subject) => subject === pattern;
  const tokens = pattern.split(".").map((token) => token === "*" ? "[^.]+" : token === ">" ? ".+" : token);
  const expression = new RegExp(`^${tokens.join("\\.")}$`);
  return (subject) => expression.test(subject);
}
