import type { Position } from "../base/position.ts";
import type { AnyEvents, EventMap } from "../events/event_map.ts";
import type { EventMetadata } from "../events/event_metadata.ts";
import type { RecordedEventOf } from "../events/recorded_event.ts";

/** Options of {@link load}. */
export interface LoadOptions {
  /**
   * The version at which to load the state, 1 or more. It may be greater than the actor's version. By default the
   * latest version.
   */
  readonly to?: number | undefined;
  /** Aborts the load. */
  readonly signal?: AbortSignal | undefined;
}

/** A loaded actor. */
export interface LoadResult<S> {
  /** The state after the actor's events. */
  readonly state: S;
  /** The version of the state; 0 for an actor without events. */
  readonly version: number;
  /** The version of the snapshot from which loading started; 0 if it started at the first event. */
  readonly snapshotVersion: number;
}

/**
 * How far back a command searches for its commit id:
 * - a number, 1 or more: this number of the actor's last commits;
 * - `"all"`: all commits of the actor;
 * - `since`: the actor's commits after a position, such as the position of the event to which the command responds. The
 *   command cannot have been executed before that event: older commits need no search. It must be a position of the
 *   actor's own log: a position of another log fails with `UnknownPositionError`. An actor without events has no
 *   commits to search, and accepts any position.
 *
 * Commits that loading has read are searched without a further read: all commits if there is no snapshot, otherwise the
 * commits after the snapshot. A snapshot also contains the ids of up to 256 commits if a command of the actor had a
 * commit id. Other commits are read backwards: up to the number of the lookback, back to its position, or with `"all"`
 * to the actor's first event.
 */
export type Lookback = number | "all" | { readonly since: Position };

/** Options of {@link execute}. */
export interface ExecuteOptions {
  /**
   * The version of the actor for which the command was made, such as the version that a user saw; 0 for an actor
   * without events. At any other version, nothing is decided and a `VersionConflictError` is thrown. The command
   * is not retried, and `attempts` must be 1. Without this option, the command is decided at the current version.
   */
  readonly expectedVersion?: number | undefined;
  /**
   * The maximum number of attempts to load, decide and append if other writers append at the same time; 1 to 1,000. By
   * default 1: a conflict is thrown, not retried.
   */
  readonly attempts?: number | undefined;
  /**
   * Returns the pause after a conflict in milliseconds, from 0 to 2,147,483,647, the longest delay of a timer. Its
   * arguments are the number of conflicts so far and a random number from 0 to below 1. By default a random time, at
   * most 10 ms after the first conflict; the limit doubles up to one second.
   */
  readonly backoff?: ((conflicts: number, random: number) => number) | undefined;
  /** Returns random numbers from 0 to below 1; by default `Math.random`. */
  readonly random?: (() => number) | undefined;
  /** Waits for a number of milliseconds; by default with a timer. It may resolve early when the signal is aborted. */
  readonly pause?: ((milliseconds: number, signal: AbortSignal | undefined) => Promise<void>) | undefined;
  /**
   * The id of this command of this actor: 1 to 128 visible ASCII characters. If a commit within the `lookback` has this
   * id, the command was executed before. Its first result is returned, and nothing is decided or appended, even if
   * `expectedVersion` differs. With an `expectedVersion`, the commit that directly follows that version is checked too,
   * even outside of the `lookback`. If a snapshot contains the id but the events of its commit have expired, the
   * command fails with `EventsExpiredError`.
   */
  readonly commitId?: string | undefined;
  /** How far back to search for the `commitId`: see {@link Lookback}. By default the actor's last 256 commits. */
  readonly lookback?: Lookback | undefined;
  /**
   * The action if the `commitId` was not found and some commits could not be searched, because they are older than the
   * lookback or expired. `"execute"`, the default, executes the command and sets `lookbackExhausted`. `"refuse"` fails
   * with `LookbackExhaustedError` before anything is decided.
   */
  readonly onExhausted?: "execute" | "refuse" | undefined;
  /**
   * Metadata for every decided event: correlation id, causation id, trace context and the application's own pairs. A
   * pair of the event itself has priority. At most 64 pairs, including the pairs of the event. See
   * {@link metadataFrom}.
   */
  readonly metadata?: EventMetadata | undefined;
  /** Aborts loading, appending and pausing. It does not abort `decide`. */
  readonly signal?: AbortSignal | undefined;
}

/** The result of a command. */
export interface ExecuteResult<S, E extends EventMap = AnyEvents> {
  /** The state after the events. */
  readonly state: S;
  /** The actor's version after the events. */
  readonly version: number;
  /** The events that were decided and stored, oldest first; empty if the command changed nothing. */
  readonly events: readonly RecordedEventOf<E>[];
  /** Whether the command was executed before with the same commit id. */
  readonly duplicate: boolean;
  /**
   * Whether the command was executed although an older commit may have its commit id. Some commits were not searched,
   * because the `lookback` did not cover them or they have expired.
   */
  readonly lookbackExhausted: boolean;
}
