/** How much is measured. */
export interface Scale {
  /** Rounds, of so many in a full run. */
  rounds(full: number): number;
  /** Actors, events or operations, of so many in a full run. */
  count(full: number): number;
}

/** What figures are quoted from. */
export const FULL: Scale = { rounds: (full) => full, count: (full) => full };

/** Enough to check every answer; its times mean nothing. */
export const SHORT: Scale = { rounds: () => 2, count: (full) => Math.max(10, Math.ceil(full / 50)) };
