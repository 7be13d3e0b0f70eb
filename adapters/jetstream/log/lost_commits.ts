import type { LogContext } from "./log_context.ts";
import { isInPartition, type LogFilter } from "./log_filter.ts";
import type { StoredMessage } from "../api/stored_message.ts";

/** A part of a log that a reader has read. Some of its commits may have been purged before the read. */
export interface ReadPart {
  readonly filter: LogFilter;
  /** The first sequence of the part. */
  readonly from: number;
  /** The messages that the reader received. */
  readonly messages: readonly StoredMessage[];
}

/**
 * Whether a wanted commit was purged before the reader received it. Called when the first stored sequence of the stream
 * is greater than `from`: a purge may then have removed a wanted commit.
 *
 * Before a purge deletes commits of an actor, it writes the sequence of the last deleted commit to the actor's version
 * floor. Each commit message contains the sequence of the actor's previous commit. If commits of an actor are missing,
 * the floor or a received message therefore contains the sequence of a missing commit.
 */
export async function hasLost(
  { floors }: LogContext,
  { filter, from, messages }: ReadPart,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const received = new Set(messages.map(({ sequence }) => sequence));
  const isMissing = (sequence: number) => sequence >= from && !received.has(sequence);
  if (messages.some((message) => isMissing(previousOf(message)))) return true;
  for await (const { sequence, actorId } of floors.list(filter.actors, signal)) {
    if (isMissing(sequence) && (actorId === undefined || isInPartition(filter, actorId))) return true;
  }
  return false;
}

/** The sequence of the actor's previous commit, from the header of the append; 0 if no such commit was stored. */
function previousOf({ headers }: StoredMessage): number {
  return Number(headers?.get("Nats-Expected-Last-Subject-Sequence"));
}
