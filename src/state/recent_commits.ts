import { COMMIT_ID_LOOKBACK } from "../base/limits.ts";
import type { Position } from "../base/position.ts";
import type { RecordedEvent } from "../events/recorded_event.ts";
import type { SnapshotCommits } from "../store/snapshot_store.ts";
import { isEndOfCommit } from "../values/position.ts";

/** A known commit with the wanted id. */
export interface KnownCommit {
  /** The number of commits after it. */
  readonly commitsAfter: number;
  /** The last event of the commit; `undefined` if only its id is known, such as from a snapshot. */
  readonly last: Pick<RecordedEvent, "version" | "position"> | undefined;
}

/** The last event of a commit that was read. */
export interface CommitEnd {
  readonly commitId: string;
  readonly version: number;
  readonly position: Position;
}

/** Maximum number of commits that are kept for an actor in memory. When it is exceeded, the oldest 256 are dropped. */
const MAX_KEPT = 2 * COMMIT_ID_LOOKBACK + 1;

/**
 * The last commits of an actor. They are collected while the actor is loaded, and afterwards if it stays in memory. A
 * commit is "read" if its events were read, and "known" if at least its id is known.
 */
export class RecentCommits {
  /** The position of the first event that was read; `undefined` if no event was read. */
  firstPosition: Position | undefined;
  /** The version of the first event that counts as read. Events of dropped commits do not. */
  readFrom: number;
  #wantedId: string | undefined;
  /** The read commits, oldest first, if the actor stays in memory. */
  readonly #ends: CommitEnd[] | undefined;
  /** The last commits before the read ones; `undefined` if they are unknown. */
  #older: SnapshotCommits | undefined;
  /** The ids of the last read commits, oldest first, if the actor does not stay in memory. */
  #ids: string[] = [];
  /** The number of read commits. */
  #readCount = 0;
  /** The read commit with the wanted id, and its number among the read commits, from 1. */
  #found: { readonly ordinal: number; readonly last: NonNullable<KnownCommit["last"]> } | undefined;

  /**
   * Starts with the commits of a snapshot, or without commits at the actor's first event.
   *
   * @param wantedId The commit id to find.
   * @param older The commits of the snapshot from which loading starts; `undefined` if it has none.
   * @param readFrom The version of the first event to read that does not belong to `older`.
   * @param isKept Whether the actor stays in memory: later commands then search for other ids.
   */
  constructor(wantedId: string | undefined, older: SnapshotCommits | undefined, readFrom: number, isKept: boolean) {
    this.#wantedId = wantedId;
    this.#ends = isKept ? [] : undefined;
    this.#older = readFrom === 1 ? NONE : older;
    this.readFrom = readFrom;
  }

  /** Adds the snapshot's anchor event. Its commit is one of the snapshot's commits, if the snapshot has any. */
  addAnchor(event: RecordedEvent): void {
    if (event.version < this.readFrom) this.firstPosition = event.position;
    else this.add(event);
  }

  /** Adds the next event. */
  add({ commitId, version, position }: Pick<RecordedEvent, "commitId" | "version" | "position">): void {
    this.firstPosition ??= position;
    if (!isEndOfCommit(position)) return;
    this.#readCount++;
    if (commitId === this.#wantedId) this.#found = { ordinal: this.#readCount, last: { version, position } };
    if (this.#ends !== undefined) return this.#keep({ commitId, version, position });
    this.#ids.push(commitId);
    if (this.#ids.length > 2 * COMMIT_ID_LOOKBACK) this.#ids = this.#ids.slice(-COMMIT_ID_LOOKBACK);
  }

  /** Changes the wanted commit id. Only for an actor that stays in memory. */
  setWantedId(commitId: string | undefined): void {
    this.#wantedId = commitId;
    const at = commitId === undefined ? -1 : this.#ends!.findLastIndex((end) => end.commitId === commitId);
    this.#found = at < 0 ? undefined : { ordinal: at + 1, last: this.#ends![at]! };
  }

  /** The last read commit, if the actor stays in memory. */
  get last(): CommitEnd | undefined {
    return this.#ends?.at(-1);
  }

  /** Whether every commit after a version is known. */
  hasAllSince(version: number): boolean {
    return this.isComplete || this.readFrom <= version + 1;
  }

  /** Keeps a read commit. Above the maximum, the oldest commits are dropped, and no longer count as read. */
  #keep(end: CommitEnd): void {
    const ends = this.#ends!;
    ends.push(end);
    if (ends.length <= MAX_KEPT) return;
    const [dropped] = ends.splice(0, COMMIT_ID_LOOKBACK).slice(-1);
    this.readFrom = dropped!.version + 1;
    this.firstPosition = ends[0]!.position;
    this.#older = undefined;
    this.#readCount = ends.length;
    this.setWantedId(this.#wantedId);
  }

  /** The number of read commits. */
  get readCount(): number {
    return this.#readCount;
  }

  /** The number of known commits. */
  get knownCount(): number {
    return this.#readCount + (this.#older?.ids.length ?? 0);
  }

  /** Whether the commits before the read ones are known: the last 256, or all that have not expired. */
  get hasOlder(): boolean {
    return this.#older !== undefined;
  }

  /** Whether the actor has no commit before the known ones. */
  get isComplete(): boolean {
    return this.#older?.complete ?? false;
  }

  /**
   * Whether the actor has commits before the known ones, and all of them have expired. The snapshot then has fewer ids
   * than its maximum.
   */
  get hasExpiredOlder(): boolean {
    return this.#older !== undefined && !this.#older.complete && this.#older.ids.length < COMMIT_ID_LOOKBACK;
  }

  /** The newest known commit with the wanted id. */
  find(): KnownCommit | undefined {
    if (this.#found !== undefined) {
      const { ordinal, last } = this.#found;
      return { commitsAfter: this.#readCount - ordinal, last };
    }
    const { ids } = this.#older ?? NONE;
    const at = this.#wantedId === undefined ? -1 : ids.lastIndexOf(this.#wantedId);
    return at < 0 ? undefined : { commitsAfter: this.knownCount - at - 1, last: undefined };
  }

  /** Sets the commits before the read ones. They replace the commits of the snapshot. */
  setOlder(older: SnapshotCommits): void {
    this.#older = older;
  }

  /** The last commits, for the next snapshot; `undefined` if too few are known. */
  get forSnapshot(): SnapshotCommits | undefined {
    if (this.#older === undefined && this.#readCount <= COMMIT_ID_LOOKBACK) return undefined;
    const read = this.#ends?.map(({ commitId }) => commitId) ?? this.#ids;
    const ids = [...this.#older?.ids ?? [], ...read].slice(-COMMIT_ID_LOOKBACK);
    return { ids, complete: this.isComplete && this.knownCount === ids.length };
  }
}

const NONE: SnapshotCommits = { ids: [], complete: true };
