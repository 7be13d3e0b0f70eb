import { type AppendResult, type EventStore, isAetherError, type RecordedEvent } from "@flowmade-one/aether";
import { assertEquals } from "@std/assert";

/** Events of one commit: more than one, so that half a commit would be seen. */
const EVENTS = 2;

/** The results of appends during a fault, to be compared with the stored commits. */
export class Ledger {
  /** The actor and the version of each acknowledged commit. */
  readonly #acknowledged: Map<string, string> = new Map();
  readonly #errors: Map<string, number> = new Map();
  readonly #waiting: Set<() => void> = new Set();

  /** How many commits were acknowledged. */
  get size(): number {
    return this.#acknowledged.size;
  }

  /** How often each error was met. */
  get errors(): ReadonlyMap<string, number> {
    return this.#errors;
  }

  /**
   * Appends commits to an actor without other writers, as an application does: after an error with an unknown outcome,
   * it repeats the commit with the same id and expected version.
   */
  async write(store: EventStore, actorId: string, until: () => boolean): Promise<void> {
    for (let version = 0; !until(); version += EVENTS) {
      const commitId = crypto.randomUUID();
      const events = Array.from({ length: EVENTS }, (_, i) => ({ type: "T", data: version + i + 1 }));
      const result = await this.#insist(() => store.append(actorId, events, { expectedVersion: version, commitId }));
      assertEquals(result.version, version + EVENTS, `what ${actorId} was told`);
      this.#acknowledged.set(commitId, `${actorId} ${result.version}`);
      for (const look of this.#waiting) look();
    }
  }

  /** Resolves when this number of further commits are acknowledged. */
  async more(count: number): Promise<void> {
    const enough = this.size + count;
    const reached = Promise.withResolvers<void>();
    const look = () => this.size >= enough && reached.resolve();
    this.#waiting.add(look);
    await reached.promise;
    this.#waiting.delete(look);
  }

  async #insist(append: () => Promise<AppendResult>): Promise<AppendResult> {
    for (let tries = 0;; tries++) {
      try {
        const result = await append();
        if (tries === 0) assertEquals(result.duplicate, false, "a commit that was asked for once was not there before");
        return result;
      } catch (error) {
        if (!isAetherError(error, "outcome-unknown") && !isAetherError(error, "unavailable")) throw error;
        this.#errors.set(error.code, (this.#errors.get(error.code) ?? 0) + 1);
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    }
  }

  /** Compares what is stored: every commit that was acknowledged, whole, once, in its place, and no other. */
  check(log: readonly RecordedEvent[]): void {
    const versions = new Map<string, number>();
    const ends = new Map<string, string>();
    for (const { actorId, version, commitId, data } of log) {
      assertEquals(version, (versions.get(actorId) ?? 0) + 1, `the version that follows in ${actorId}`);
      assertEquals(data, version, `what version ${version} of ${actorId} holds`);
      versions.set(actorId, version);
      ends.set(commitId, `${actorId} ${version}`);
    }
    assertEquals(log.length, ends.size * EVENTS, "each commit is there once, and whole");
    // As strings, since large maps compare slowly.
    assertEquals(textOf(ends), textOf(this.#acknowledged), "what is stored, against what was acknowledged");
  }
}

function textOf(places: ReadonlyMap<string, string>): string {
  return [...places].map(([commitId, place]) => `${commitId} ${place}`).sort().join("\n");
}
