import type { Commit } from "../commits/commit.ts";
import type { RecordedEvent } from "../events/recorded_event.ts";
import type { ActorPattern } from "../values/pattern.ts";
import type { Records } from "./records.ts";

/** One namespace's storage, as an adapter implements it. The core has checked every argument. */
export interface Log {
  /** The records of the namespace. Absent if the adapter keeps none. */
  readonly records?: Records | undefined;

  /**
   * Stores a commit entirely or not at all, if the actor is at the expected version ({@link meetsExpectation}).
   *
   * If it is not, the expectation is a number, and the commit that begins right after that version has the id of this
   * one, the answer is that commit's, with `duplicate: true`. `"any"` and `"exists"` race again until they win, bounded
   * by attempts and signal.
   *
   * Answers to appends to one actor come in the order of the versions that were stored: the core announces them on the
   * bus as they come.
   *
   * @param signal Aborted: stop waiting. Reject with an `AbortError` if nothing was stored, with an
   * `OutcomeUnknownError` if that is not known.
   * @returns A conflict is an answer, not an exception. A driver without I/O answers at once, without a promise.
   * @throws {QuotaExceededError} If the namespace is full.
   * @throws {OutcomeUnknownError} If it could not be learned whether the commit was stored.
   * @throws {UnavailableError} If the storage did not answer; nothing was stored.
   */
  append(commit: Commit, signal: AbortSignal | undefined): AppendOutcome | Promise<AppendOutcome>;

  /**
   * Reads an actor's events. Commits whose appends were acknowledged before the call are among them.
   *
   * @returns Events in the order asked for; the first and last page may hold events outside of the range.
   * @throws {EventsExpiredError} If the next event in the order asked for has expired: after what came before it.
   */
  readActor(actorId: string, range: ActorRange, signal: AbortSignal | undefined): Pages;

  /**
   * Reads the log up to its end as of the call.
   *
   * @returns Events in the order asked for; the first and last page may hold events outside of the range.
   * @throws {EventsExpiredError} If a commit of the range has expired: forwards at once, backwards after the events that
   * are left of the range.
   * @throws {UnknownPositionError} If `range.identity` is that of another log, or the last commit's offset is below
   * `range.reached`.
   */
  readLog(range: LogRange, signal: AbortSignal | undefined): Pages;

  /**
   * Reads the log from an offset, tells `"caughtUp"` once when everything stored as of the call was given, then goes on
   * with what is appended, gap-free and in order. It gives a page only when it is asked for one.
   *
   * @param signal Aborted: the iteration ends, and nothing is left behind.
   * @throws {EventsExpiredError} If a commit that is due has expired.
   * @throws {UnknownPositionError} If `range.identity` is that of another log, or the last commit's offset is below
   * `range.reached`.
   */
  follow(range: FollowRange, signal: AbortSignal): FollowedLog;

  /** The place of the last commit, acknowledged appends included, also if it has expired; `undefined` before the first. */
  latestCommit(signal: AbortSignal | undefined): CommitPlace | undefined | Promise<CommitPlace | undefined>;

  /** The actor's version, acknowledged appends included; 0 when it never had an event. */
  latestVersion(actorId: string, signal: AbortSignal | undefined): number | Promise<number>;

  /** Keeps a snapshot beside the actor's others: one a version, a later one replaces; then the `keep` newest stay. */
  putSnapshot(
    actorId: string,
    snapshot: StoredSnapshot,
    keep: number,
    signal: AbortSignal | undefined,
  ): void | Promise<void>;

  /** The snapshot with the greatest version up to `atMost`. */
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
  /** Where the commit stands in the log. */
  readonly offset: number;
}

/** The answer to an append. */
export type AppendOutcome =
  | CommitPlace & {
    readonly ok: true;
    /** The actor's version after the commit. */
    readonly version: number;
    /** Whether it had been stored before. */
    readonly duplicate: boolean;
  }
  | {
    readonly ok: false;
    /** The version that the actor has. */
    readonly actual: number;
  };

/** Events from {@link recordCommit}, one or more, of one commit or of many. The array is given away. */
export type Page = RecordedEvent[];

/** Pages in order. A driver without I/O gives them at once, without promises. */
export type Pages = Iterable<Page> | AsyncIterable<Page>;

/** A log that is being followed. */
export interface FollowedLog extends AsyncIterable<Page | "caughtUp"> {
  /** Whether the storage cannot be reached at the moment. Absent where that does not occur. */
  readonly isReconnecting?: boolean | undefined;
}

/** Which events of an actor to read. */
export interface ActorRange {
  /** The lowest version, inclusive; at least 1. */
  readonly from: number;
  /** The highest version, inclusive, not below `from`; may lie beyond the actor's. */
  readonly to: number;
  /** Newest first. */
  readonly backwards: boolean;
  /** How many events are wanted at most; a hint, and `Infinity` where all are. */
  readonly limit: number;
}

/** Which commits of the log to read. */
export interface LogRange {
  /** The offset of the first commit that is wanted; `"oldest-available"`: of the first that is left. */
  readonly from: number | "oldest-available";
  /** The offset of the last commit that is wanted, not below `from`; `Infinity`: of the last as of the call. */
  readonly to: number;
  /** Newest first. */
  readonly backwards: boolean;
  /** The offset that the log had reached when the reader was there; 0 for a reader who comes for the first time. */
  readonly reached: number;
  /** The identity of the log that the reader's position belongs to; `undefined` for a reader without a position. */
  readonly identity: string | undefined;
  /** Only actors of this pattern are wanted; a hint. */
  readonly actors: ActorPattern | undefined;
  /** How many events are wanted at most; a hint, and `Infinity` where all are. */
  readonly limit: number;
}

/** Which commits of the log to follow. */
export interface FollowRange {
  /** The offset of the first commit that is wanted; `"oldest-available"`: of the first that is left; `"now"`: of the next one. */
  readonly from: number | "oldest-available" | "now";
  /** See {@link LogRange.reached}. */
  readonly reached: number;
  /** See {@link LogRange.identity}. */
  readonly identity: string | undefined;
  /** Only actors of this pattern are wanted; a hint. */
  readonly actors: ActorPattern | undefined;
}

/** A snapshot as it is stored: the core makes and reads the bytes. */
export interface StoredSnapshot {
  /** The actor's version that it is a state of; at least 1. */
  readonly version: number;
  /** Opaque. */
  readonly bytes: Uint8Array;
}
