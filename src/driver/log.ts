import type { Commit } from "../commits/commit.ts";
import type { RecordedEvent } from "../events/recorded_event.ts";
import type { ActorPattern } from "../values/pattern.ts";
import type { Records } from "./records.ts";

/** The storage of one namespace, as an adapter implements it. The core has checked every argument. */
export interface Log {
  /** The records of the namespace. Absent if the adapter keeps none. */
  readonly records?: Records | undefined;

  /**
   * Stores a commit entirely or not at all, if the actor is at the expected version ({@link meetsExpectation}).
   *
   * If the actor is at another version and the expected version is a number, the driver reads the commit that begins
   * directly after the expected version. If that commit has the same id, the driver returns its outcome, with
   * `duplicate: true`. With `"any"` or `"exists"`, the driver tries again after a conflict. A maximum number of
   * attempts and the signal bound the retries.
   *
   * The appends to one actor must resolve in the order of the stored versions: the core publishes the commits to the
   * bus in that order.
   *
   * @param signal If aborted, stop waiting. Reject with an `AbortError` if nothing was stored, and with an
   * `OutcomeUnknownError` if it is unknown whether the commit was stored.
   * @returns The outcome. A conflict is a result, not an exception. A driver without I/O returns synchronously, without
   * a promise.
   * @throws {QuotaExceededError} If the namespace is full.
   * @throws {OutcomeUnknownError} If it is unknown whether the commit was stored.
   * @throws {UnavailableError} If the storage did not answer. Nothing was stored.
   */
  append(commit: Commit, signal: AbortSignal | undefined): AppendOutcome | Promise<AppendOutcome>;

  /**
   * Reads an actor's events. Commits whose appends were acknowledged before the call are included.
   *
   * @returns Events in the requested order. The first and the last page may contain events outside of the range.
   * @throws {EventsExpiredError} If the next event in the requested order has expired. The events before it are
   * returned first.
   */
  readActor(actorId: string, range: ActorRange, signal: AbortSignal | undefined): Pages;

  /**
   * Reads the log up to the commit that is the last one at the time of the call.
   *
   * @returns Events in the requested order. The first and the last page may contain events outside of the range.
   * @throws {EventsExpiredError} If a commit of the range has expired. A forward read throws at once. A backward read
   * first returns the remaining events of the range. A range from `"oldest-available"` does not fail before its first
   * event: if commits expire, it begins at a later commit. A backward read of such a range ends at expired commits.
   * @throws {UnknownPositionError} If `range.identity` belongs to another log, or the last commit's offset is below
   * `range.reached`.
   */
  readLog(range: LogRange, signal: AbortSignal | undefined): Pages;

  /**
   * Reads the log from an offset. The iteration yields `"caughtUp"` once, after all commits that were stored before the
   * call. Then it continues with new commits, without gaps and in order. The driver reads a page only when the consumer
   * requests the next item.
   *
   * @param signal If aborted, the iteration ends and releases all its resources.
   * @throws {EventsExpiredError} If the next commit has expired. A range from `"oldest-available"` does not fail before
   * its first item: if commits expire, it begins at a later commit.
   * @throws {UnknownPositionError} If `range.identity` belongs to another log, or the last commit's offset is below
   * `range.reached`.
   */
  follow(range: FollowRange, signal: AbortSignal): FollowedLog;

  /**
   * Returns the place of the last commit, even if it has expired. Acknowledged appends are included. `undefined` if the
   * log never had a commit.
   */
  latestCommit(signal: AbortSignal | undefined): CommitPlace | undefined | Promise<CommitPlace | undefined>;

  /** Returns the actor's version. Acknowledged appends are included. 0 if the actor never had an event. */
  latestVersion(actorId: string, signal: AbortSignal | undefined): number | Promise<number>;

  /**
   * Stores a snapshot of an actor. It replaces an earlier snapshot of the same version. Then the driver deletes all but
   * the `keep` newest snapshots of the actor.
   */
  putSnapshot(
    actorId: string,
    snapshot: StoredSnapshot,
    keep: number,
    signal: AbortSignal | undefined,
  ): void | Promise<void>;

  /**
   * Returns the actor's snapshot with the greatest version that is not above `atMost`; `undefined` if there is none.
   */
  getSnapshot(
    actorId: string,
    atMost: number,
    signal: AbortSignal | undefined,
  ): StoredSnapshot | undefined | Promise<StoredSnapshot | undefined>;
}

/** The place of a commit in its log. */
export interface CommitPlace {
  /** The identity of the log, as in {@link recordCommit}. */
  readonly identity: string;
  /** The number of the commit in the log, from 1. A later commit has a greater offset. Numbers may be missing. */
  readonly offset: number;
}

/** The result of an append. */
export type AppendOutcome =
  | CommitPlace & {
    readonly ok: true;
    /** The actor's version after the commit. */
    readonly version: number;
    /** Whether the commit had been stored before this append. */
    readonly duplicate: boolean;
  }
  | {
    readonly ok: false;
    /** The version that the actor has. */
    readonly actual: number;
  };

/**
 * Events that {@link recordCommit} made, of one or several commits. The receiver owns the array. An empty page only
 * reports progress: see {@link FollowedLog.through}.
 */
export type Page = RecordedEvent[];

/** Pages in order. A driver without I/O returns them synchronously, without promises. */
export type Pages = Iterable<Page> | AsyncIterable<Page>;

/** A log that a reader follows. */
export interface FollowedLog extends AsyncIterable<Page | "caughtUp"> {
  /**
   * Whether the connection to the storage is lost, so that no commits arrive at the moment. Absent if the storage has
   * no connection.
   */
  readonly isReconnecting?: boolean | undefined;
  /**
   * A commit: every wanted event up to and including this commit was yielded. Set only if {@link FollowRange.progress}
   * is `true`. The value changes only while the consumer waits for the next item. If it changes without a wanted event,
   * the log yields an empty page. Absent if the log yields every commit, wanted or not.
   */
  readonly through?: CommitPlace | undefined;
}

/** A range of an actor's events. */
export interface ActorRange {
  /** The lowest version, inclusive; at least 1. */
  readonly from: number;
  /** The highest version, inclusive, not below `from`. It may be greater than the actor's version. */
  readonly to: number;
  /** Whether events are read from the newest to the oldest. */
  readonly backwards: boolean;
  /** The maximum number of wanted events; `Infinity` for all. The driver may yield more. */
  readonly limit: number;
}

/** A range of commits of the log. */
export interface LogRange {
  /** The offset of the first wanted commit. `"oldest-available"`: the first commit that has not expired. */
  readonly from: number | "oldest-available";
  /** The offset of the last wanted commit, not below `from`. `Infinity`: the last commit at the time of the call. */
  readonly to: number;
  /** Whether events are read from the newest to the oldest. */
  readonly backwards: boolean;
  /**
   * An offset that the reader has seen in this log; 0 for a reader without a position. If the log now ends before that
   * offset, the driver refuses the read: the log was restored from an older copy.
   */
  readonly reached: number;
  /** The identity of the log that the reader's position belongs to; `undefined` for a reader without a position. */
  readonly identity: string | undefined;
  /** Only actors of this pattern are wanted; `undefined` for all. The driver may yield events of other actors. */
  readonly actors: ActorPattern | undefined;
  /** The maximum number of wanted events; `Infinity` for all. The driver may yield more. */
  readonly limit: number;
}

/** A range of commits to follow. */
export interface FollowRange {
  /**
   * The offset of the first wanted commit. `"oldest-available"`: the first commit that has not expired. `"now"`: the
   * first commit after the call.
   */
  readonly from: number | "oldest-available" | "now";
  /** See {@link LogRange.reached}. */
  readonly reached: number;
  /** See {@link LogRange.identity}. */
  readonly identity: string | undefined;
  /** Only actors of this pattern are wanted; `undefined` for all. The driver may yield events of other actors. */
  readonly actors: ActorPattern | undefined;
  /** Only actors of this partition are wanted: 0 to {@link PARTITIONS} - 1. The driver may yield other events. */
  readonly partition?: number | undefined;
  /**
   * Whether the consumer reads {@link FollowedLog.through}. If `true`, the driver updates `through` soon after unwanted
   * commits, and before `"caughtUp"`. A reader that stores its progress can then store a position after unwanted
   * commits, before these expire.
   */
  readonly progress?: boolean | undefined;
}

/** A stored snapshot. The core encodes and decodes its bytes. */
export interface StoredSnapshot {
  /** The actor's version that the snapshot represents; at least 1. */
  readonly version: number;
  /** The content, which the driver does not interpret. */
  readonly bytes: Uint8Array;
}
