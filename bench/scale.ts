/** How much is measured. */
export interface Scale {
  /** False if the answers are checked only: references that take long to install are left out. */
  readonly isFull: boolean;
  /** Rounds, of so many in a full run. */
  rounds(full: number): number;
  /** Actors, events or operations, of so many in a full run. */
  count(full: number): number;
}

/** What figures are quoted from. */
export const FULL: Scale = { isFull: true, rounds: (full) => full, count: (full) => full };

/** Enough to check every answer; its times mean nothing. */
export const SHORT: Scale = { isFull: false, rounds: () => 2, count: (full) => Math.max(10, Math.ceil(full / 50)) };
