import { COMMIT_ID_LOOKBACK } from "../base/limits.ts";
import { isAetherError } from "../errors/is_aether_error.ts";
import { UnknownPositionError } from "../errors/unknown_position_error.ts";
import type { RecordedEvent } from "../events/recorded_event.ts";
import type { ReadOnlyStore } from "../store/event_store.ts";
import { logIdentityOf } from "../values/position.ts";
import type { ExecuteSettings } from "./execute_settings.ts";
import type { Lookback } from "./options.ts";
import { readCommitsBackwards } from "./read_commits_backwards.ts";
import type { KnownCommit, RecentCommits } from "./recent_commits.ts";

/** Searches the commits of an actor for the commit id of a command, as far back as the lookback requires. */
export class CommitSearch {
  readonly #source: Pick<ReadOnlyStore, "read" | "namespace">;
  readonly #actorId: string;
  readonly #commitId: string;
  readonly #lookback: Lookback;
  readonly #issuedAfter: number;
  readonly #signal: AbortSignal | undefined;
  /** The version up to which an earlier attempt of the command has searched. */
  #searchedTo = 0;
  #isExhausted = false;

  /** @param issuedAfter See {@link ExecuteSettings.issuedAfter}. */
  constructor(
    source: Pick<ReadOnlyStore, "read" | "namespace">,
    actorId: string,
    commitId: string,
    { lookback, issuedAfter = Infinity, signal }: Pick<ExecuteSettings, "lookback" | "issuedAfter" | "signal">,
  ) {
    this.#source = source;
    this.#actorId = actorId;
    this.#commitId = commitId;
    this.#lookback = lookback;
    this.#issuedAfter = issuedAfter;
    this.#signal = signal;
  }

  /** Whether some commits were not searched, because they are older than the lookback or have expired. */
  get isExhausted(): boolean {
    return this.#isExhausted;
  }

  /**
   * Searches the known commits, then older ones. Reads only commits that are not known, and adds their ids to `recent`,
   * for the next snapshot.
   *
   * @param recent The commits that loading has read, and the commits of its snapshot.
   * @param version The version that was loaded.
   * @returns The version of the last event of the commit; `undefined` if no commit has the id.
   * @throws {UnknownPositionError} If the position of the lookback belongs to another log.
   * @throws {EventsExpiredError} If a snapshot has the id, and the events of that commit have expired.
   */
  async run(recent: RecentCommits, version: number): Promise<number | undefined> {
    this.#checkLookbackLog(recent);
    const known = recent.find();
    const found = known && await this.#confirm(known, recent);
    if (found !== undefined) return found;
    // The first attempt searches older commits. A later attempt does so only if it has not read all commits since
    // `#searchedTo`.
    if (recent.readFrom > this.#searchedTo + 1 || this.#searchedTo === 0) {
      if (!this.#isCovered(recent)) return await this.#readOlder(recent, version);
      this.#isExhausted = this.#hasCommitsBeyondLookback(recent);
    }
    this.#searchedTo = version;
    return undefined;
  }

  /** Checks that the position of the lookback belongs to the log of the actor. */
  #checkLookbackLog({ firstPosition }: RecentCommits): void {
    if (typeof this.#lookback !== "object" || firstPosition === undefined) return;
    if (logIdentityOf(firstPosition) === logIdentityOf(this.#lookback.since)) return;
    throw new UnknownPositionError(this.#source.namespace, { isLookback: true });
  }

  /**
   * The version of the last event of a known commit. `undefined` if the lookback does not cover the commit, or the
   * history no longer contains it.
   */
  async #confirm({ commitsAfter, last }: KnownCommit, recent: RecentCommits): Promise<number | undefined> {
    if (last !== undefined) return this.#covers(commitsAfter, last) ? last.version : undefined;
    for await (const older of this.#readBackwards(recent, commitsAfter - recent.readCount + 1)) {
      if (older.commitId === this.#commitId) return this.#covers(commitsAfter, older) ? older.version : undefined;
    }
    return undefined;
  }

  /** Whether the lookback covers a commit, given the number of later commits and its last event. */
  #covers(commitsAfter: number, { version, position }: Pick<RecordedEvent, "version" | "position">): boolean {
    if (this.#lookback === "all" || version > this.#issuedAfter) return true;
    return typeof this.#lookback === "number" ? commitsAfter < this.#lookback : position > this.#lookback.since;
  }

  /** Whether no further commit has to be read: the known commits cover the lookback, or no older commit exists. */
  #isCovered(recent: RecentCommits): boolean {
    if (recent.isComplete) return true;
    if (!recent.hasAllSince(this.#issuedAfter)) return false;
    if (typeof this.#lookback === "object") return recent.firstPosition! <= this.#lookback.since;
    if (recent.hasExpiredOlder) return true;
    if (this.#lookback === "all") return false;
    return recent.readCount > this.#lookback || recent.hasOlder && recent.knownCount >= this.#lookback;
  }

  /** Whether the actor has commits that the lookback does not cover, or that have expired. */
  #hasCommitsBeyondLookback(recent: RecentCommits): boolean {
    if (typeof this.#lookback === "object") return false;
    return !recent.isComplete || this.#lookback !== "all" && recent.knownCount > this.#lookback;
  }

  /**
   * Reads the commits before those that loading has read, newest first. It reads one commit more than the lookback
   * covers, to find out whether an older commit exists.
   */
  async #readOlder(recent: RecentCommits, version: number): Promise<number | undefined> {
    const isAll = typeof this.#lookback !== "number" || !recent.hasAllSince(this.#issuedAfter);
    const covered = typeof this.#lookback === "number" ? Math.max(this.#lookback, COMMIT_ID_LOOKBACK) : Infinity;
    const ids: string[] = [];
    let commitsAfter = recent.readCount;
    let stoppedAt: "beginning" | "covered" | "expired" = "beginning";
    try {
      for await (const last of this.#readBackwards(recent, isAll ? Infinity : covered - commitsAfter + 1)) {
        const isBeforeLookback = typeof this.#lookback === "object" && last.position <= this.#lookback.since;
        if ((commitsAfter >= covered || isBeforeLookback) && last.version <= this.#issuedAfter) {
          stoppedAt = "covered";
          break;
        }
        if (last.commitId === this.#commitId && this.#covers(commitsAfter, last)) return last.version;
        commitsAfter++;
        if (ids.length < COMMIT_ID_LOOKBACK) ids.push(last.commitId);
      }
    } catch (error) {
      if (!isAetherError(error, "events-expired")) throw error;
      stoppedAt = "expired";
    }
    const known = recent.readCount + ids.length;
    if (stoppedAt !== "covered" || known >= COMMIT_ID_LOOKBACK) {
      recent.setOlder({ ids: ids.reverse(), complete: stoppedAt === "beginning" && commitsAfter === known });
    }
    this.#isExhausted = typeof this.#lookback === "number"
      ? stoppedAt !== "beginning" || commitsAfter > this.#lookback
      : stoppedAt === "expired";
    this.#searchedTo = version;
    return undefined;
  }

  #readBackwards(recent: RecentCommits, commits: number): AsyncIterable<RecordedEvent> {
    return readCommitsBackwards(this.#source, this.#actorId, recent.readFrom - 1, commits, this.#signal);
  }
}
