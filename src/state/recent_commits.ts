import { isAetherError } from "../errors/is_aether_error.ts";
import type { RecordedEvent } from "../events/recorded_event.ts";
import { COMMIT_ID_LOOKBACK, MAX_EVENTS_PER_COMMIT } from "../base/limits.ts";
import { isEndOfCommit } from "../values/position.ts";
import type { ReadOnlyStore } from "../store/event_store.ts";

/** The ids of an actor's last commits, as they are gathered while it is loaded. */
export class RecentCommits {
  /** Oldest first. */
  #ids: string[];
  /** The version below which commits were not seen; 1 if nothing is missing that counts. */
  #seenFrom: number;

  /**
   * @param ids Those up to where loading begins, oldest first, as the snapshot has them; `undefined` if it has none.
   * @param from The version of the first event that will be seen.
   */
  constructor(ids: readonly string[] | undefined, from: number) {
    this.#ids = [...ids ?? []];
    this.#seenFrom = ids === undefined ? from : 1;
  }

  /** Takes the next event. */
  see({ commitId, position }: Pick<RecordedEvent, "commitId" | "position">): void {
    if (!isEndOfCommit(position)) return;
    this.#ids.push(commitId);
    if (this.#ids.length > 2 * COMMIT_ID_LOOKBACK) this.#ids = this.#ids.slice(-COMMIT_ID_LOOKBACK);
  }

  /** Whether a commit with an id is known to be among the last ones. */
  has(id: string): boolean {
    const at = this.#ids.lastIndexOf(id);
    return at >= 0 && this.#ids.length - at <= COMMIT_ID_LOOKBACK;
  }

  /** The ids, oldest first, for the next snapshot; `undefined` if some are not known. */
  get all(): readonly string[] | undefined {
    return this.#areMissing() ? undefined : this.#ids.slice(-COMMIT_ID_LOOKBACK);
  }

  /** Reads those that are missing. */
  async complete(source: Pick<ReadOnlyStore, "read">, actorId: string, signal: AbortSignal | undefined): Promise<void> {
    if (!this.#areMissing()) return;
    const older: string[] = [];
    const missing = COMMIT_ID_LOOKBACK - this.#ids.length;
    try {
      for await (const { commitId } of readBackwards(source, actorId, this.#seenFrom - 1, missing, signal)) {
        older.push(commitId);
      }
    } catch (error) {
      // Those are all there are.
      if (!isAetherError(error, "events-expired")) throw error;
    }
    this.#ids.unshift(...older.reverse());
    this.#seenFrom = 1;
  }

  #areMissing(): boolean {
    return this.#seenFrom > 1 && this.#ids.length < COMMIT_ID_LOOKBACK;
  }
}

/**
 * Finds the commit with an id among an actor's last ones.
 *
 * @returns The version of its last event; `undefined` if there is none.
 */
export async function findCommit(
  source: Pick<ReadOnlyStore, "read">,
  actorId: string,
  commitId: string,
  to: number,
  signal: AbortSignal | undefined,
): Promise<number | undefined> {
  for await (const last of readBackwards(source, actorId, to, COMMIT_ID_LOOKBACK, signal)) {
    if (last.commitId === commitId) return last.version;
  }
  return undefined;
}

/**
 * Looks whether the commit that begins right after a version has an id.
 *
 * @returns The version of its last event; `undefined` if it has another id, or none begins there.
 */
export async function findCommitAfter(
  source: Pick<ReadOnlyStore, "read">,
  actorId: string,
  commitId: string,
  version: number,
  signal: AbortSignal | undefined,
): Promise<number | undefined> {
  const read = (limit: number) => source.read(actorId, { from: version + 1, limit, signal });
  try {
    for await (const first of read(1)) if (first.commitId !== commitId) return undefined;
    if (!await endsCommit(source, actorId, version, signal)) return undefined;
    for await (const event of read(MAX_EVENTS_PER_COMMIT)) if (isEndOfCommit(event.position)) return event.version;
  } catch (error) {
    // Whose it was is not known any more.
    if (!isAetherError(error, "events-expired")) throw error;
  }
  return undefined;
}

/** Whether a commit ends at a version, after which there are events. */
async function endsCommit(
  source: Pick<ReadOnlyStore, "read">,
  actorId: string,
  version: number,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  if (version === 0) return true;
  try {
    for await (const { position } of source.read(actorId, { from: version, limit: 1, signal })) {
      return isEndOfCommit(position);
    }
    return false;
  } catch (error) {
    // Commits expire whole.
    if (isAetherError(error, "events-expired")) return error.firstAvailable === version + 1;
    throw error;
  }
}

/** The last events of commits, newest first, up to a version; so many, or as many as there are. */
async function* readBackwards(
  source: Pick<ReadOnlyStore, "read">,
  actorId: string,
  to: number,
  commits: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<RecordedEvent, void, void> {
  let below = to + 1;
  let left = commits;
  // At first as many events as commits are wanted, which is enough where each has one.
  for (let limit = commits; left > 0 && below > 1; limit *= 2) {
    const reader = source.read(actorId, { to: below - 1, direction: "backwards", limit, signal });
    const before = below;
    for await (const event of reader) {
      below = event.version;
      if (!isEndOfCommit(event.position)) continue;
      yield event;
      if (--left === 0) return;
    }
    if (below === before) return;
  }
}
