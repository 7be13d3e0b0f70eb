import type { Position } from "../base/position.ts";
import type { AnyEvents, EventMap } from "../events/event_map.ts";
import type { EventMetadata } from "../events/event_metadata.ts";
import type { RecordedEventOf } from "../events/recorded_event.ts";

/** How an actor is loaded. */
export interface LoadOptions {
  /** The state as of this version, 1 or more; may lie beyond the actor's. Without it, as of the last. */
  readonly to?: number | undefined;
  /** Aborts the loading. */
  readonly signal?: AbortSignal | undefined;
}

/** An actor as it was loaded. */
export interface LoadResult<S> {
  /** What its events make of the initial state. */
  readonly state: S;
  /** The version that the state is as of: 0 for an actor without events. */
  readonly version: number;
  /** The version of the snapshot that loading began from; 0 where it began from the first event. */
  readonly snapshotVersion: number;
}

/**
 * How far back a command looks for its commit id:
 * - a number: the actor's last so many commits, 1 or more;
 * - `"all"`: all of the actor's commits;
 * - `since`: the actor's commits after a position, such as that of the event which the command answers. It is a position of
 *   the actor's own log: that of another log fails with `UnknownPositionError`. The command cannot have been executed before it, so that no older commit counts as not searched.
 *
 * Commits that loading reads anyway cost nothing: without snapshots these are all, with snapshots those after the snapshot.
 * A snapshot has the ids of 256 commits, once a command of the actor had a commit id. Else the older commits are read
 * backwards: so many of them, those after the position, or with `"all"` the whole history of the actor.
 */
export type Lookback = number | "all" | { readonly since: Position };

/** How a command is executed. */
export interface ExecuteOptions {
  /**
   * The version of the actor that the command was made for, such as that of what a person saw; 0 for an actor without
   * events. At any other version nothing is decided, and the conflict is told: it is never tried again, so that
   * `attempts` may not be more than 1. Without it, the command is decided on at whatever version the actor has.
   */
  readonly expectedVersion?: number | undefined;
  /**
   * How often to load, decide and append at most, when others append in between; 1 to 1,000, by default 1: a conflict is
   * told, and not tried again.
   */
  readonly attempts?: number | undefined;
  /**
   * Milliseconds to pause after so many conflicts, 1 or more, with a random number from 0 to below 1: 0 to 2,147,483,647,
   * the longest that a timer takes. By default a random time of which the greatest is 10 ms after the first conflict,
   * and doubles up to a second.
   */
  readonly backoff?: ((conflicts: number, random: number) => number) | undefined;
  /** Random numbers from 0 to below 1; by default `Math.random`. */
  readonly random?: (() => number) | undefined;
  /** Waits so many milliseconds; by default with a timer. When the signal is aborted it may resolve early. */
  readonly pause?: ((milliseconds: number, signal: AbortSignal | undefined) => Promise<void>) | undefined;
  /**
   * 1 to 128 visible ASCII characters that stand for this command of this actor. If one of the commits within the
   * `lookback` has this id, the command was executed: its result is returned again, and nothing is decided or appended,
   * whatever version is expected. With an `expectedVersion` the commit that follows it is looked at too, however many came
   * after. If its events have expired and its id is still known, the command fails with `EventsExpiredError`.
   */
  readonly commitId?: string | undefined;
  /** How far back to look for the `commitId`: see {@link Lookback}. By default the actor's last 256 commits. */
  readonly lookback?: Lookback | undefined;
  /**
   * How to go on if the `commitId` was not found while older commits were not searched, or have expired: `"execute"`, the
   * default, executes the command and sets `lookbackExhausted`; `"refuse"` fails with `LookbackExhaustedError` before
   * anything is decided.
   */
  readonly onExhausted?: "execute" | "refuse" | undefined;
  /**
   * Metadata for every decided event: correlation id, causation id, trace context and the application's own pairs. A pair
   * of the event itself has priority. At most 64 pairs, those of the event included. See {@link metadataFrom}.
   */
  readonly metadata?: EventMetadata | undefined;
  /** Aborts loading, appending and pausing; not what `decide` does. */
  readonly signal?: AbortSignal | undefined;
}

/** What a command led to. */
export interface ExecuteResult<S, E extends EventMap = AnyEvents> {
  /** The state after the events. */
  readonly state: S;
  /** The actor's version after the events. */
  readonly version: number;
  /** The events that were decided and stored, oldest first; none if the command changed nothing. */
  readonly events: readonly RecordedEventOf<E>[];
  /** Whether the command had been executed before, with the same commit id. */
  readonly duplicate: boolean;
  /**
   * Whether the command was executed although its commit id may be that of an older commit: the `lookback` did not cover
   * all of the actor's commits, or some have expired.
   */
  readonly lookbackExhausted: boolean;
}
