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
  /** Whether a message at a subject is wanted, by the same rule as on the server. */
  readonly matches: (subject: string) => boolean;
}

/**
 * The filter of an actor pattern and a partition; by default, of all actors. If the log has another number of
 * partitions than {@link PARTITIONS}, no subject matches the partition. The filter then ignores the partition, and the
 * caller of the driver filters the received events.
 */
export function toLogFilter(
  names: Names,
  partitions: number,
  actors: string = ">",
  partition?: number,
): LogFilter {
  const usable = partitions === PARTITIONS ? partition : undefined;
  const isWhole = actors === ">" && usable === undefined;
  const subject = isWhole ? names.allActors : patternSubject(names, partitions, actors, usable);
  const matches = isWhole ? () => true : toMatcher(subject);
  return { partitions, actors, partition: usable, subject, isWhole, matches };
}

/** Whether an actor belongs to the partition of a filter. */
export function isInPartition({ partition }: LogFilter, actorId: string): boolean {
  return partition === undefined || partitionOf(actorId, PARTITIONS) === partition;
}

/** Returns a matcher of a subject pattern. Its tokens are encoded: they need no escape in a regular expression. */
function toMatcher(pattern: string): (subject: string) => boolean {
  if (!/[*>]/.test(pattern)) return (subject) => subject === pattern;
  const tokens = pattern.split(".").map((token) => token === "*" ? "[^.]+" : token === ">" ? ".+" : token);
  const expression = new RegExp(`^${tokens.join("\\.")}$`);
  return (subject) => expression.test(subject);
}
