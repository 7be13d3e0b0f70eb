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
   * `OutcomeUnknownError` if that is unknown.
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
   * @throws {EventsExpiredError} If the next event in the requested order has expired. Thrown after the events before
   * it were returned.
   */
  readActor(actorId: string, range: ActorRange, signal: AbortSignal | undefined): Pages;

  /**
   * Reads the log up to the commit that is the last one at the time of the call.
   *
   * @returns Events in the requested order. The first and the last page may contain events outside of the range.
   * @throws {EventsExpiredError} If a commit of the range has expired: forwards at once, backwards after the remaining
   * events of the range were returned.
   * @throws {UnknownPositionError} If `range.identity` belongs to another log, or the last commit's offset is below
   * `range.reached`.
   */
  readLog(range: LogRange, signal: AbortSignal | undefined): Pages;

  /**
   * Reads the log from an offset. Yields `"caughtUp"` once, after all commits that were stored before the call. Then it
   * continues with new commits, without gaps and in order. It reads a page only when the consumer requests one.
   *
   * @param signal If aborted, the iteration ends and releases all its resources.
   * @throws {EventsExpiredError} If the next commit has expired.
   * @throws {UnknownPositionError} If `range.identity` belongs to another log, or the last commit's offset is below
   * `range.reached`.
   */
  follow(range: FollowRange, signal: AbortSignal): FollowedLog;

  /**
   * The place of the last commit, acknowledged appends included, even if it has expired; `undefined` before the first.
   */
  latestCommit(signal: AbortSignal | undefined): CommitPlace | undefined | Promise<CommitPlace | undefined>;

  /** The actor's version, acknowledged appends included; 0 if it never had an event. */
  latestVersion(actorId: string, signal: AbortSignal | undefined): number | Promise<number>;

  /**
   * Stores a snapshot of an actor. It replaces an earlier snapshot of the same version. Then only the `keep` newest
   * remain.
   */
  putSnapshot(
    actorId: string,
    snapshot: StoredSnapshot,
    keep: number,
    signal: AbortSignal | undefined,
  ): void | Promise<void>;

  /** Returns the snapshot with the greatest version up to `atMost`. */
  getSnapshot(
    actorId: string,
    atMost: number,
    signal: AbortSignal | undefined,
  ): StoredSnapshot | undefined | Promise<StoredSnapshot | undefined>;
}

/** The place of a commit. */
export interface CommitPlace {
  /** The identity of the log, as in {@link recordCommit}. */
  readonly identity: string;
  /** The place of the commit in the log. */
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

/** Events from {@link recordCommit}: one or more, of one commit or of several. The receiver owns the array. */
export type Page = RecordedEvent[];

/** Pages in order. A driver without I/O returns them synchronously, without promises. */
export type Pages = Iterable<Page> | AsyncIterable<Page>;

/** A log that a reader follows. */
export interface FollowedLog extends AsyncIterable<Page | "caughtUp"> {
  /** Whether the storage currently delivers no commits, because its connection is lost. Absent if that cannot occur. */
  readonly isReconnecting?: boolean | undefined;
  /**
   * The last commit up to which every wanted event was yielded, if {@link FollowRange.progress} is `true`. It changes
   * only while the consumer waits for the next item. An empty page reports a change. Absent if the log yields every
   * commit, wanted or not.
   */
  readonly through?: CommitPlace | undefined;
}

/** A range of an actor's events. */
export interface ActorRange {
  /** The lowest version, inclusive; at least 1. */
  readonly from: number;
  /** The highest version, inclusive, not below `from`. It may be greater than the actor's version. */
  readonly to: number;
  /** Newest first. */
  readonly backwards: boolean;
  /** The maximum number of wanted events; `Infinity` for all. The driver may yield more. */
  readonly limit: number;
}

/** A range of commits of the log. */
export interface LogRange {
  /** The offset of the first wanted commit. `"oldest-available"`: of the first remaining commit. */
  readonly from: number | "oldest-available";
  /** The offset of the last wanted commit, not below `from`. `Infinity`: of the last one at the time of the call. */
  readonly to: number;
  /** Newest first. */
  readonly backwards: boolean;
  /** The offset that the log had reached when the reader read last; 0 for a reader without a position. */
  readonly reached: number;
  /** The identity of the log that the reader's position belongs to; `undefined` for a reader without a position. */
  readonly identity: string | undefined;
  /** Only actors of this pattern are wanted. The driver may yield events of others. */
  readonly actors: ActorPattern | undefined;
  /** The maximum number of wanted events; `Infinity` for all. The driver may yield more. */
  readonly limit: number;
}

/** A range of commits to follow. */
export interface FollowRange {
  /**
   * The offset of the first wanted commit. `"oldest-available"`: of the first remaining commit. `"now"`: of the next
   * one.
   */
  readonly from: number | "oldest-available" | "now";
  /** See {@link LogRange.reached}. */
  readonly reached: number;
  /** See {@link LogRange.identity}. */
  readonly identity: string | undefined;
  /** Only actors of this pattern are wanted. The driver may yield events of others. */
  readonly actors: ActorPattern | undefined;
  /** Only actors of this partition are wanted, 0 to {@link PARTITIONS} - 1. The driver may yield events of others. */
  readonly partition?: number | undefined;
  /**
   * Whether the consumer reads {@link FollowedLog.through}. It is then updated soon after unwanted commits, and before
   * `"caughtUp"`. A reader that stores its progress can thus move past unwanted commits before they expire.
   */
  readonly progress?: boolean | undefined;
}

/** A stored snapshot. The core encodes and decodes its bytes. */
export interface StoredSnapshot {
  /** The actor's version that the snapshot represents; at least 1. */
  readonly version: number;
  /** Opaque to the driver. */
  readonly bytes: Uint8Array;
}
