import type { AnyEvents, EventMap } from "../events/event_map.ts";
import type { RecordedEventOf } from "../events/recorded_event.ts";
import type { Hint } from "../base/brand.ts";
import type { Position } from "../base/position.ts";

/** How an append is to be done. */
export type AppendOptions =
  & {
    /** Aborts waiting for the answer. */
    readonly signal?: AbortSignal | undefined;
  }
  & (
    | {
      /** The version that the actor must have: the number of its events, 0 for none. */
      readonly expectedVersion: number;
      /**
       * 1 to 128 visible ASCII characters that stand for this append of this actor. When the commit that begins right
       * after `expectedVersion` has this id, the append has been done: its result is returned again. The id decides;
       * events are not compared.
       */
      readonly commitId?: string | undefined;
    }
    | {
      /** `"exists"`: the actor must have events; `"any"`: the actor may have any version. */
      readonly expectedVersion: "any" | "exists";
      /** Needs a numeric `expectedVersion`. */
      readonly commitId?: Hint<"a commit id needs a numeric expectedVersion"> | undefined;
    }
  );

/** The result of an append. */
export interface AppendResult<E extends EventMap = AnyEvents> {
  /** The actor's version after the commit. */
  readonly version: number;
  /** The position of the commit's last event. */
  readonly position: Position;
  /** The id of the commit: that of the options, or a new one. */
  readonly commitId: string;
  /** Whether the commit had been stored by an earlier append with the same commit id. */
  readonly duplicate: boolean;
  /**
   * The recorded events, oldest first, frozen, as a read returns them. Made on first access, not enumerable: an append
   * whose events are not asked for pays nothing, and JSON and spread leave them out. `undefined` for a duplicate, whose
   * events have to be read. A store that wraps another and changes events returns its own events here.
   */
  readonly events: readonly RecordedEventOf<E>[] | undefined;
}

/** Which events are wanted. */
export interface SubscriptionFilter<T extends string = string> {
  /** Only events of these types; at least one. */
  readonly types?: readonly T[] | undefined;
  /** Only actors of this pattern: `order.*`, `user/7`, `>`. See {@link parseActorPattern}. */
  readonly actors?: string | undefined;
}

/** Which events of an actor to read. */
export interface ReadOptions {
  /** The lowest version, inclusive; 1 or more. Without it, 1. */
  readonly from?: number | undefined;
  /** The highest version, inclusive; may lie beyond the actor's. Without it, the last. Below `from`, nothing is read. */
  readonly to?: number | undefined;
  /** How many events at most; 1 or more. */
  readonly limit?: number | undefined;
  /** `"forwards"`: oldest first, the default; `"backwards"`: newest first. */
  readonly direction?: "forwards" | "backwards" | undefined;
  /** Aborts the reading. */
  readonly signal?: AbortSignal | undefined;
}

/** Which events of a namespace to read. */
export interface ReadAllOptions<T extends string = string> extends SubscriptionFilter<T> {
  /**
   * Events after this position; `"start"`, the default: all, which fails when the first of them have expired;
   * `"oldest-available"`: all that retention has left.
   */
  readonly after?:
    | Position
    | Hint<"parsePosition(text) makes a position of a kept string">
    | "start"
    | "oldest-available"
    | undefined;
  /** Events before this position. Without it, up to the end of the log as of when reading starts. */
  readonly before?: Position | Hint<"parsePosition(text) makes a position of a kept string"> | undefined;
  /** How many events at most, of those that pass the filter; 1 or more. */
  readonly limit?: number | undefined;
  /**
   * `"forwards"`: oldest first, the default; `"backwards"`: newest first. A read backwards fails for expired events only
   * after it has given those that are left.
   */
  readonly direction?: "forwards" | "backwards" | undefined;
  /** Aborts the reading. */
  readonly signal?: AbortSignal | undefined;
}

/** Which events of a namespace to follow. */
export interface SubscribeOptions<T extends string = string> extends SubscriptionFilter<T> {
  /**
   * Events after this position; `"start"`, the default: all, which fails when the first of them have expired;
   * `"oldest-available"`: all that retention has left; `"now"`: those appended from a moment on that lies between the call and
   * the resolution of `caughtUp`.
   */
  readonly after?:
    | Position
    | Hint<"parsePosition(text) makes a position of a kept string">
    | "start"
    | "oldest-available"
    | "now"
    | undefined;
  /** Ends the subscription; its iteration then fails with an `AbortError`. */
  readonly signal?: AbortSignal | undefined;
}

/** How the end of a log is asked for. */
export interface EndOptions {
  /** Aborts waiting for the answer. */
  readonly signal?: AbortSignal | undefined;
}

/** How the version of an actor is asked for. */
export interface LatestVersionOptions {
  /** Aborts waiting for the answer. */
  readonly signal?: AbortSignal | undefined;
}
