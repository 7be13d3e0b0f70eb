import { expiredPart } from "./expiry.ts";
import type { LogState } from "./log_state.ts";

/** The parts that the reads of one log share. */
export interface Reading {
  readonly log: LogState;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Called when commits have expired since the last stored expiry, by age or by new bounds, to store their expiry. */
  readonly onExpired: () => void;
}

/**
 * Offset of the last commit that has expired by now. Expired commits are never returned, even while their rows still
 * exist.
 *
 * Call it after the query whose rows are compared with the result. If a commit expires in between, the read then fails
 * and does not skip the commit silently.
 */
export function expiredOffset(reading: Reading): number {
  reading.log.file.refresh();
  return expiredOffsetAtRefresh(reading);
}

/** As {@link expiredOffset}, by the bounds and the stored expiry at the last refresh of the file. */
export function expiredOffsetAtRefresh({ log, now, onExpired }: Reading): number {
  const { bounds: { retention } } = log.file;
  const { expiredOffset: stored } = log.extent;
  if (retention === undefined) return stored;
  const { expiredOffset } = expiredPart(log, retention, now());
  if (expiredOffset > stored) onExpired();
  return expiredOffset;
}

/** Resolves in a later turn of the event loop. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
