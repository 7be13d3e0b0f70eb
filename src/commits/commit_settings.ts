import type { EventTypes } from "../events/event_types.ts";

/** The settings of a backend, and of a store, from which commits are made. */
export interface CommitSettings {
  /** Returns the current time, in milliseconds since the epoch. */
  readonly now: () => number;
  /** Returns a random id. */
  readonly newId: () => string;
  /** Maximum bytes of a commit in its JSON form. */
  readonly maxCommitBytes: number;
  /** The event types of the store, which validate each event; `undefined` for a store of any events. */
  readonly types?: EventTypes | undefined;
}
