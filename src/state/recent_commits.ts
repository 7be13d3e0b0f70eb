import { COMMIT_ID_LOOKBACK } from "../base/limits.ts";
import type { Position } from "../base/position.ts";
import type { RecordedEvent } from "../events/recorded_event.ts";
import type { SnapshotCommits } from "../store/snapshot_store.ts";
import { isEndOfCommit } from "../values/position.ts";

/** The commit with the id that is looked for, among the known ones. */
export interface KnownCommit {
  /** How many commits follow it. */
  readonly followers: number;
  /** The last event, if it was read: a snapshot has the id only. */
  readonly last: Pick<RecordedEvent, "version" | "position"> | undefined;
}

/** The last commits of an actor, gathered while it is loaded. */
export class RecentCommits {
  /** The position of the first event that was read; `undefined` if none was. */
  firstPosition: Position | undefined;
  /** Events of lower versions were not read. */
  readonly readFrom: number;
  readonly #sought: string | undefined;
  /** The commits before those that were read. */
  #older: SnapshotCommits | undefined;
  /** The ids of the last commits that were read, oldest first. */
  #ids: string[] = [];
  /** The number of commits that were read. */
  #count = 0;
  #found: { readonly at: number; readonly last: NonNullable<KnownCommit["last"]> } | undefined;

  /**
   * Begins with the commits of a snapshot, or with the actor's first event.
   *
   * @param sought The commit id that is looked for.
   * @param older The commits that the snapshot has, which loading begins from; `undefined` if it has none.
   * @param readFrom The version of the first event that is read and not one of these commits.
   */
  constructor(sought: string | undefined, older: SnapshotCommits | undefined, readFrom: number) {
    this.#sought = sought;
    this.#older = readFrom === 1 ? NONE : older;
    this.readFrom = readFrom;
  }

  /** Takes the event of the version of the snapshot. Its commit is one of those that the snapshot has, if it has any. */
  seeAnchor(event: RecordedEvent): void {
    if (event.version < this.readFrom) this.firstPosition = event.position;
    else this.see(event);
  }

  /** Takes the next event. */
  see({ commitId, version, position }: Pick<RecordedEvent, "commitId" | "version" | "position">): void {
    this.firstPosition ??= position;
    if (!isEndOfCommit(position)) return;
    this.#count++;
    this.#ids.push(commitId);
    if (this.#ids.length > 2 * COMMIT_ID_LOOKBACK) this.#ids = this.#ids.slice(-COMMIT_ID_LOOKBACK);
    if (commitId === this.#sought) this.#found = { at: this.#count, last: { version, position } };
  }

  /** The number of commits that were read. */
  get count(): number {
    return this.#count;
  }

  /** The number of known commits. */
  get known(): number {
    return this.#count + (this.#older?.ids.length ?? 0);
  }

  /** Whether the commits before those that were read are known: the last 256 of all, or all that are left. */
  get isListed(): boolean {
    return this.#older !== undefined;
  }

  /** Whether no commit is older than the known ones. */
  get isComplete(): boolean {
    return this.#older?.complete ?? false;
  }

  /**
   * Whether every older commit has expired: the snapshot has fewer ids than it may have, and the actor has older commits.
   * Such a list was cut off by retention.
   */
  get isCutOff(): boolean {
    return this.#older !== undefined && !this.#older.complete && this.#older.ids.length < COMMIT_ID_LOOKBACK;
  }

  /** The last commit with the id that is looked for. */
  find(): KnownCommit | undefined {
    if (this.#found !== undefined) return { followers: this.#count - this.#found.at, last: this.#found.last };
    const { ids } = this.#older ?? NONE;
    const at = this.#sought === undefined ? -1 : ids.lastIndexOf(this.#sought);
    return at < 0 ? undefined : { followers: this.known - at - 1, last: undefined };
  }

  /** Takes the commits before those that were read, in place of those of the snapshot. */
  setOlder(older: SnapshotCommits): void {
    this.#older = older;
  }

  /** The last commits for the next snapshot; `undefined` if some are not known. */
  get forSnapshot(): SnapshotCommits | undefined {
    if (this.#older === undefined && this.#count <= COMMIT_ID_LOOKBACK) return undefined;
    const ids = [...this.#older?.ids ?? [], ...this.#ids].slice(-COMMIT_ID_LOOKBACK);
    return { ids, complete: this.isComplete && this.known === ids.length };
  }
}

const NONE: SnapshotCommits = { ids: [], complete: true };
