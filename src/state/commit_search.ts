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

/** Searches the commits of an actor for the commit id of a command, as far back as the lookback says. */
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

  /** Whether some commits with this id may have been missed: commits older than the lookback, or expired ones. */
  get isExhausted(): boolean {
    return this.#isExhausted;
  }

  /**
   * Searches. Reads only commits that loading has not seen, and keeps their ids for the next snapshot.
   *
   * @param recent The commits that loading has seen.
   * @param version The version that was loaded.
   * @returns The version of the last event of the commit; `undefined` if no commit has the id.
   * @throws {UnknownPositionError} If the lookback is since a position of another log.
   * @throws {EventsExpiredError} If a snapshot has the id, and the events of that commit have expired.
   */
  async run(recent: RecentCommits, version: number): Promise<number | undefined> {
    this.#checkLog(recent);
    const known = recent.find();
    const found = known && await this.#confirm(known, recent);
    if (found !== undefined) return found;
    if (recent.readFrom > this.#searchedTo + 1 || this.#searchedTo === 0) {
      if (!this.#isCovered(recent)) return await this.#readOlder(recent, version);
      this.#isExhausted = this.#areMoreThanCovered(recent);
    }
    this.#searchedTo = version;
    return undefined;
  }

  #checkLog({ firstPosition }: RecentCommits): void {
    if (typeof this.#lookback !== "object" || firstPosition === undefined) return;
    if (logIdentityOf(firstPosition) === logIdentityOf(this.#lookback.since)) return;
    throw new UnknownPositionError(this.#source.namespace, { isLookback: true });
  }

  /** The version of the last event of a known commit, if the lookback covers it and it still belongs to the history. */
  async #confirm({ followers, last }: KnownCommit, recent: RecentCommits): Promise<number | undefined> {
    if (last !== undefined) return this.#covers(followers, last) ? last.version : undefined;
    for await (const older of this.#readBackwards(recent, followers - recent.count + 1)) {
      if (older.commitId === this.#commitId) return this.#covers(followers, older) ? older.version : undefined;
    }
    return undefined;
  }

  #covers(followers: number, { version, position }: Pick<RecordedEvent, "version" | "position">): boolean {
    if (this.#lookback === "all" || version > this.#issuedAfter) return true;
    return typeof this.#lookback === "number" ? followers < this.#lookback : position > this.#lookback.since;
  }

  /** Whether no commit has to be read: the known ones cover the lookback, or no older commit exists. */
  #isCovered(recent: RecentCommits): boolean {
    if (recent.isComplete) return true;
    if (!recent.knowsSince(this.#issuedAfter)) return false;
    if (typeof this.#lookback === "object") return recent.firstPosition! <= this.#lookback.since;
    if (recent.isCutOff) return true;
    if (this.#lookback === "all") return false;
    return recent.count > this.#lookback || recent.isListed && recent.known >= this.#lookback;
  }

  #areMoreThanCovered(recent: RecentCommits): boolean {
    if (typeof this.#lookback === "object") return false;
    return !recent.isComplete || this.#lookback !== "all" && recent.known > this.#lookback;
  }

  /**
   * Reads the commits before those that loading has seen. It reads one more than the lookback covers, to know whether
   * an older one exists.
   */
  async #readOlder(recent: RecentCommits, version: number): Promise<number | undefined> {
    const isAll = typeof this.#lookback !== "number" || !recent.knowsSince(this.#issuedAfter);
    const covered = typeof this.#lookback === "number" ? Math.max(this.#lookback, COMMIT_ID_LOOKBACK) : Infinity;
    const ids: string[] = [];
    let followers = recent.count;
    let end: "beginning" | "covered" | "expired" = "beginning";
    try {
      for await (const last of this.#readBackwards(recent, isAll ? Infinity : covered - followers + 1)) {
        const isPast = typeof this.#lookback === "object" && last.position <= this.#lookback.since;
        if ((followers >= covered || isPast) && last.version <= this.#issuedAfter) {
          end = "covered";
          break;
        }
        if (last.commitId === this.#commitId && this.#covers(followers, last)) return last.version;
        followers++;
        if (ids.length < COMMIT_ID_LOOKBACK) ids.push(last.commitId);
      }
    } catch (error) {
      if (!isAetherError(error, "events-expired")) throw error;
      end = "expired";
    }
    const known = recent.count + ids.length;
    if (end !== "covered" || known >= COMMIT_ID_LOOKBACK) {
      recent.setOlder({ ids: ids.reverse(), complete: end === "beginning" && followers === known });
    }
    this.#isExhausted = typeof this.#lookback === "number"
      ? end !== "beginning" || followers > this.#lookback
      : end === "expired";
    this.#searchedTo = version;
    return undefined;
  }

  #readBackwards(recent: RecentCommits, commits: number): AsyncIterable<RecordedEvent> {
    return readCommitsBackwards(this.#source, this.#actorId, recent.readFrom - 1, commits, this.#signal);
  }
}
