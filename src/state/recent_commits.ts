import { COMMIT_ID_LOOKBACK } from "../base/limits.ts";
import type { Position } from "../base/position.ts";
import type { RecordedEvent } from "../events/recorded_event.ts";
import type { SnapshotCommits } from "../store/snapshot_store.ts";
import { isEndOfCommit } from "../values/position.ts";

/** The commit with the wanted id, among the known ones. */
export interface KnownCommit {
  /** The number of commits after it. */
  readonly commitsAfter: number;
  /** Its last event, if it was read. A snapshot has only the id. */
  readonly last: Pick<RecordedEvent, "version" | "position"> | undefined;
}

/** The end of a commit that was read. */
export interface CommitEnd {
  readonly commitId: string;
  readonly version: number;
  readonly position: Position;
}

/** Maximum number of commits that are kept for an actor in memory. Beyond it, the oldest 256 are dropped. */
const MAX_KEPT = 2 * COMMIT_ID_LOOKBACK + 1;

/** The last commits of an actor, gathered while it is loaded, and afterwards if it stays in memory. */
export class RecentCommits {
  /** The position of the first event that was read; `undefined` before the first. */
  firstPosition: Position | undefined;
  /** The version of the first event that is read, or whose commit is still kept. */
  readFrom: number;
  #wantedId: string | undefined;
  /** The last commits that were read, oldest first, if the actor stays in memory. */
  readonly #ends: CommitEnd[] | undefined;
  /** The commits before the ones that were read. */
  #older: SnapshotCommits | undefined;
  /** The ids of the last commits that were read, oldest first. */
  #ids: string[] = [];
  /** The number of commits that were read. */
  #count = 0;
  #found: { readonly at: number; readonly last: NonNullable<KnownCommit["last"]> } | undefined;

  /**
   * Begins with the commits of a snapshot, or with the actor's first event.
   *
   * @param wantedId The wanted commit id.
   * @param older The commits of the snapshot from which loading starts; `undefined` if it has none.
   * @param readFrom The version of the first event that is read and does not belong to these commits.
   * @param isKept Whether the actor stays in memory: later commands then search for other ids.
   */
  constructor(wantedId: string | undefined, older: SnapshotCommits | undefined, readFrom: number, isKept = false) {
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
    this.#count++;
    if (commitId === this.#wantedId) this.#found = { at: this.#count, last: { version, position } };
    if (this.#ends !== undefined) return this.#keep({ commitId, version, position });
    this.#ids.push(commitId);
    if (this.#ids.length > 2 * COMMIT_ID_LOOKBACK) this.#ids = this.#ids.slice(-COMMIT_ID_LOOKBACK);
  }

  /** Changes the wanted commit id. For an actor that stays in memory. */
  seek(commitId: string | undefined): void {
    this.#wantedId = commitId;
    const at = commitId === undefined ? -1 : this.#ends!.findLastIndex((end) => end.commitId === commitId);
    this.#found = at < 0 ? undefined : { at: at + 1, last: this.#ends![at]! };
  }

  /** The last commit that was read, if the actor stays in memory. */
  get last(): CommitEnd | undefined {
    return this.#ends?.at(-1);
  }

  /** Whether every commit after a version is known. */
  hasAllSince(version: number): boolean {
    return this.isComplete || this.readFrom <= version + 1;
  }

  /** Keeps the end of a commit. Beyond the maximum, the oldest ones are dropped and count as not read. */
  #keep(end: CommitEnd): void {
    const ends = this.#ends!;
    ends.push(end);
    if (ends.length <= MAX_KEPT) return;
    const [dropped] = ends.splice(0, COMMIT_ID_LOOKBACK).slice(-1);
    this.readFrom = dropped!.version + 1;
    this.firstPosition = ends[0]!.position;
    this.#older = undefined;
    this.#count = ends.length;
    this.seek(this.#wantedId);
  }

  /** The number of commits that were read. */
  get count(): number {
    return this.#count;
  }

  /** The number of known commits. */
  get known(): number {
    return this.#count + (this.#older?.ids.length ?? 0);
  }

  /** Whether the commits before the ones that were read are known: the last 256, or all that remain. */
  get hasOlder(): boolean {
    return this.#older !== undefined;
  }

  /** Whether no commit is older than the known ones. */
  get isComplete(): boolean {
    return this.#older?.complete ?? false;
  }

  /**
   * Whether every older commit has expired. The snapshot then has fewer ids than its maximum although the actor has
   * older commits, because retention removed these.
   */
  get haveOlderExpired(): boolean {
    return this.#older !== undefined && !this.#older.complete && this.#older.ids.length < COMMIT_ID_LOOKBACK;
  }

  /** The last commit with the wanted id. */
  find(): KnownCommit | undefined {
    if (this.#found !== undefined) return { commitsAfter: this.#count - this.#found.at, last: this.#found.last };
    const { ids } = this.#older ?? NONE;
    const at = this.#wantedId === undefined ? -1 : ids.lastIndexOf(this.#wantedId);
    return at < 0 ? undefined : { commitsAfter: this.known - at - 1, last: undefined };
  }

  /** Sets the commits before the ones that were read. They replace the commits of the snapshot. */
  setOlder(older: SnapshotCommits): void {
    this.#older = older;
  }

  /** The last commits, for the next snapshot; `undefined` if some are unknown. */
  get forSnapshot(): SnapshotCommits | undefined {
    if (this.#older === undefined && this.#count <= COMMIT_ID_LOOKBACK) return undefined;
    const read = this.#ends?.map(({ commitId }) => commitId) ?? this.#ids;
    const ids = [...this.#older?.ids ?? [], ...read].slice(-COMMIT_ID_LOOKBACK);
    return { ids, complete: this.isComplete && this.known === ids.length };
  }
}

const NONE: SnapshotCommits = { ids: [], complete: true };
