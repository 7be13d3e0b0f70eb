import type { Retention } from "../../../adapter.ts";
import { expiredPart } from "./expiry.ts";
import type { LogState } from "./log_state.ts";

/** What the reads of one log share. */
export interface Reading {
  readonly log: LogState;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Called when commits have become too old since the last append: their expiry is to be stored. */
  readonly onAged: () => void;
}

/**
 * Offset of the last expired commit as of now. Expired commits are never returned, also while their rows are still there.
 *
 * Call it after the query whose rows it is to judge: then a commit that expires in between is refused, not left out.
 */
export function expiredOffset({ log, now, onAged }: Reading): number {
  log.file.refresh();
  const { bounds: { retention } } = log.file;
  const { expiredOffset: stored } = log.extent;
  if (retention?.maxAge === undefined) return stored;
  const { expiredOffset } = expiredPart(log, retention as Retention, now());
  if (expiredOffset > stored) onAged();
  return expiredOffset;
}

/** Resolves in a later turn of the event loop. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
