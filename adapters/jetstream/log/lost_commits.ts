import type { LogContext } from "./log_context.ts";
import { isInPartition, type LogFilter } from "./log_filter.ts";
import type { StoredMessage } from "../api/stored_message.ts";

/** A part of a log that a reader has read, of which some may have been purged. */
export interface ReadPart {
  readonly filter: LogFilter;
  /** Where it begins. */
  readonly from: number;
  /** The messages that the reader received of it. */
  readonly messages: readonly StoredMessage[];
}

/**
 * Whether a wanted commit was purged that its reader did not receive. To be asked after the purge.
 *
 * Before commits are purged, the sequence of each actor's last one is written to its version floor. And each message
 * names the sequence of its actor's previous one. So no commit can be missing if none of these sequences is.
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

/** The sequence of the actor's commit before this one, 0 if the log had none: what its writer expected of the server. */
function previousOf({ headers }: StoredMessage): number {
  return Number(headers?.get("Nats-Expected-Last-Subject-Sequence"));
}
