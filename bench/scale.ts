/** The size of a measurement. */
export interface Scale {
  /** `false` if only the answers are checked. References that take long to install are then left out. */
  readonly isFull: boolean;
  /** The number of rounds, given the number of a full run. */
  rounds(full: number): number;
  /** The number of actors, events or operations, given the number of a full run. */
  count(full: number): number;
}

/** The scale of published figures. */
export const FULL: Scale = { isFull: true, rounds: (full) => full, count: (full) => full };

/** Enough to check every answer; its times have no meaning. */
export const SHORT: Scale = { isFull: false, rounds: () => 2, count: (full) => Math.max(10, Math.ceil(full / 50)) };
