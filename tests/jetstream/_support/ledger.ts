import { type AppendResult, type EventStore, isAetherError, type RecordedEvent } from "@flowmade-one/aether";
import { assertEquals } from "@std/assert";

/** Number of events of a commit: more than 1, so that the check would find a commit that was stored partly. */
const EVENTS_PER_COMMIT = 2;

/** Appends commits during a fault, and compares the acknowledged commits with the stored ones afterwards. */
export class Ledger {
  /** By commit id, actor and version of each acknowledged commit, as `<actor id> <version>`. */
  readonly #acknowledged: Map<string, string> = new Map();
  readonly #errors: Map<string, number> = new Map();
  readonly #onAcknowledged: Set<() => void> = new Set();

  /** The number of acknowledged commits. */
  get size(): number {
    return this.#acknowledged.size;
  }

  /** By error code, how many attempts to append failed with it. */
  get errors(): ReadonlyMap<string, number> {
    return this.#errors;
  }

  /**
   * Appends commits to an actor that has no other writer. After a transient error it repeats the commit with the same
   * id and expected version, as an application does.
   */
  async write(store: EventStore, actorId: string, until: () => boolean): Promise<void> {
    for (let version = 0; !until(); version += EVENTS_PER_COMMIT) {
      const commitId = crypto.randomUUID();
      const events = Array.from({ length: EVENTS_PER_COMMIT }, (_, i) => ({ type: "T", data: version + i + 1 }));
      const options = { expectedVersion: version, commitId };
      const result = await this.#retry(() => store.append(actorId, events, options));
      assertEquals(result.version, version + EVENTS_PER_COMMIT, `the version that append() returned for ${actorId}`);
      this.#acknowledged.set(commitId, `${actorId} ${result.version}`);
      for (const notify of this.#onAcknowledged) notify();
    }
  }

  /** Resolves when a number of further commits are acknowledged. */
  async more(count: number): Promise<void> {
    const wanted = this.size + count;
    const reached = Promise.withResolvers<void>();
    const check = () => this.size >= wanted && reached.resolve();
    this.#onAcknowledged.add(check);
    await reached.promise;
    this.#onAcknowledged.delete(check);
  }

  async #retry(append: () => Promise<AppendResult>): Promise<AppendResult> {
    for (let tries = 0;; tries++) {
      try {
        const result = await append();
        if (tries === 0) assertEquals(result.duplicate, false, "the first attempt of a commit is no duplicate");
        return result;
      } catch (error) {
        if (!isAetherError(error, "outcome-unknown") && !isAetherError(error, "unavailable")) throw error;
        this.#errors.set(error.code, (this.#errors.get(error.code) ?? 0) + 1);
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    }
  }

  /** Checks that a log has every acknowledged commit completely, exactly once, at its version, and no other commit. */
  check(log: readonly RecordedEvent[]): void {
    const versions = new Map<string, number>();
    /** By commit id, the last event of each stored commit, as in `#acknowledged`. */
    const ends = new Map<string, string>();
    for (const { actorId, version, commitId, data } of log) {
      assertEquals(version, (versions.get(actorId) ?? 0) + 1, `the next version of ${actorId}`);
      assertEquals(data, version, `the data of version ${version} of ${actorId}`);
      versions.set(actorId, version);
      ends.set(commitId, `${actorId} ${version}`);
    }
    assertEquals(log.length, ends.size * EVENTS_PER_COMMIT, "each commit is stored once, with all its events");
    // Compared as strings: assertEquals() is slow for large maps.
    assertEquals(linesOf(ends), linesOf(this.#acknowledged), "the stored commits are the acknowledged ones");
  }
}

function linesOf(places: ReadonlyMap<string, string>): string {
  return [...places].map(([commitId, place]) => `${commitId} ${place}`).sort().join("\n");
}
