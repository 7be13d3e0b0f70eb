import type { AnyEvents, EventMap } from "../events/event_map.ts";
import type { RecordedEventOf } from "../events/recorded_event.ts";
import type { Hint } from "../base/brand.ts";
import type { Position } from "../base/position.ts";

/** Options of {@link EventStore.append}. */
export type AppendOptions =
  & {
    /** Aborts waiting for the answer. */
    readonly signal?: AbortSignal | undefined;
  }
  & (
    | {
      /** The version that the actor must have: the number of its events; 0 for an actor without events. */
      readonly expectedVersion: number;
      /**
       * The id of this append of this actor: 1 to 128 visible ASCII characters. If the commit that begins directly
       * after `expectedVersion` has this id, the append was done before, and its result is returned again. Only the id
       * counts; events are not compared.
       */
      readonly commitId?: string | undefined;
    }
    | {
      /** `"exists"`: the actor must have events; `"any"`: the actor may have any version. */
      readonly expectedVersion: "any" | "exists";
      /** Requires a numeric `expectedVersion`. */
      readonly commitId?: Hint<"a commit id needs a numeric expectedVersion"> | undefined;
    }
  );

/** The result of an append. */
export interface AppendResult<E extends EventMap = AnyEvents> {
  /** The actor's version after the commit. */
  readonly version: number;
  /** The position of the commit's last event. */
  readonly position: Position;
  /** The id of the commit: from the options, or a random one. */
  readonly commitId: string;
  /** Whether an earlier append with the same commit id had stored the commit. */
  readonly duplicate: boolean;
  /**
   * The recorded events, oldest first, frozen, as a read returns them. The first access creates them. If the caller
   * does not access `events`, they cost nothing. `JSON.stringify` and spread leave the property out, because it is not
   * enumerable. `undefined` for a duplicate: read its events from the store. A wrapper of a store that changes events
   * returns the changed events here.
   */
  readonly events: readonly RecordedEventOf<E>[] | undefined;
}

/** A selection of events. */
export interface SubscriptionFilter<T extends string = string> {
  /** Only events of these types; at least one. */
  readonly types?: readonly T[] | undefined;
  /** Only actors of this pattern: `order.*`, `user/7`, `>`. See {@link parseActorPattern}. */
  readonly actors?: string | undefined;
}

/**
 * The options for reading events in a store with an event map that was made from schemas. Other stores return events as
 * they are stored.
 */
export interface ReadingOptions {
  /**
   * How to treat an event of a type that the event map does not have: `"stop"`, the default, fails with
   * `CorruptDataError`; `"pass"` returns the event as it is stored, so that the reader needs a case for other types.
   * Cannot be combined with `raw`.
   */
  readonly unknown?: "pass" | "stop" | undefined;
  /**
   * Whether events of all types are returned as they are stored: not upcast, and under former names. For exports and
   * tools. The compiler does not know their shapes: declare them as `RecordedEvent`, or read from a store without an
   * event map.
   */
  readonly raw?: boolean | undefined;
}

/** Options of {@link ReadOnlyStore.read}. */
export interface ReadOptions extends ReadingOptions {
  /** The lowest version, inclusive; 1 or more. By default 1. */
  readonly from?: number | undefined;
  /**
   * The highest version, inclusive. It may be greater than the actor's version, and is the actor's version by default.
   * If it is below `from`, nothing is read.
   */
  readonly to?: number | undefined;
  /** The maximum number of events; 1 or more. */
  readonly limit?: number | undefined;
  /** `"forwards"`: oldest first, the default; `"backwards"`: newest first. */
  readonly direction?: "forwards" | "backwards" | undefined;
  /** Aborts the read. */
  readonly signal?: AbortSignal | undefined;
}

/** Options of {@link ReadOnlyStore.readAll}. */
export interface ReadAllOptions<T extends string = string> extends SubscriptionFilter<T>, ReadingOptions {
  /**
   * Only events after this position. `"start"`, the default: all events; the read fails if the first events have
   * expired. `"oldest-available"`: all events that have not expired.
   */
  readonly after?:
    | Position
    | Hint<"parsePosition(string) makes a position of a stored string">
    | "start"
    | "oldest-available"
    | undefined;
  /** Only events before this position. By default, the read ends at the end that the log has when reading starts. */
  readonly before?: Position | Hint<"parsePosition(string) makes a position of a stored string"> | undefined;
  /** The maximum number of events that the filter selects; 1 or more. */
  readonly limit?: number | undefined;
  /**
   * `"forwards"`: oldest first, the default; `"backwards"`: newest first. If events have expired, a backwards read
   * fails only after it has returned the remaining ones.
   */
  readonly direction?: "forwards" | "backwards" | undefined;
  /** Aborts the read. */
  readonly signal?: AbortSignal | undefined;
}

/** Options of {@link ReadOnlyStore.subscribe}. */
export interface SubscribeOptions<T extends string = string> extends SubscriptionFilter<T>, ReadingOptions {
  /**
   * Only events after this position. `"start"`, the default: all events; the subscription fails if the first events
   * have expired. `"oldest-available"`: all events that have not expired. `"now"`: all events that are appended after
   * `caughtUp` has resolved, and possibly events that were appended between the call and that time.
   */
  readonly after?:
    | Position
    | Hint<"parsePosition(string) makes a position of a stored string">
    | "start"
    | "oldest-available"
    | "now"
    | undefined;
  /** Ends the subscription. Its iteration then fails with an `AbortError`. */
  readonly signal?: AbortSignal | undefined;
}

/** Options of {@link ReadOnlyStore.end}. */
export interface EndOptions {
  /** Aborts waiting for the answer. */
  readonly signal?: AbortSignal | undefined;
}

/** Options of {@link ReadOnlyStore.latestVersion}. */
export interface LatestVersionOptions {
  /** Aborts waiting for the answer. */
  readonly signal?: AbortSignal | undefined;
}
