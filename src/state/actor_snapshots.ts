import { isAetherError } from "../errors/is_aether_error.ts";
import { InvalidArgumentError } from "../errors/invalid_argument_error.ts";
import { quote } from "../base/quote.ts";
import { SnapshotMismatchError } from "../errors/snapshot_mismatch_error.ts";
import { throwLater } from "../base/throw_later.ts";
import { eventTypesOf } from "../events/events.ts";
import { freezeJson } from "../events/freeze_json.ts";
import { MAX_SNAPSHOT_BYTES, MAX_SNAPSHOTS_KEPT } from "../base/limits.ts";
import type { Snapshot } from "../store/snapshot_store.ts";
import type { ReadOnlyStore } from "../store/event_store.ts";
import type { AnyEvolver } from "./apply_event.ts";
import { firstDifference } from "./first_difference.ts";
import type { RecentCommits } from "./recent_commits.ts";
import { SnapshotWriter } from "./snapshot_writer.ts";
import type { EventsSinceSnapshot } from "./events_since_snapshot.ts";
import type { SnapshotSettings, WithSnapshots } from "./with_snapshots.ts";

/** The snapshots of one actor, for one load or execution. Failures are reported to `onError`, not thrown. */
export class ActorSnapshots<S> {
  readonly #source: ReadOnlyStore;
  readonly #actorId: string;
  readonly #settings: SnapshotSettings<S>;
  readonly #writer: SnapshotWriter;
  /** The generation of the writer before the actor was loaded. */
  readonly #loadedAt: number;
  /** The fingerprint of the store's event map. */
  readonly #fingerprint: string | undefined;
  /** The versions of the snapshots that were found. */
  readonly #found: number[] = [];

  /** The snapshots of an actor; `undefined` if the evolver has no snapshots. Called before the actor is loaded. */
  static of<S>(source: ReadOnlyStore, evolver: AnyEvolver<S>, actorId: string): ActorSnapshots<S> | undefined {
    const { snapshots } = evolver as Partial<WithSnapshots<S>>;
    return snapshots && new ActorSnapshots(source, actorId, snapshots);
  }

  private constructor(source: ReadOnlyStore, actorId: string, settings: SnapshotSettings<S>) {
    this.#source = source;
    this.#actorId = actorId;
    this.#settings = settings;
    this.#writer = SnapshotWriter.of(source.snapshots);
    this.#loadedAt = this.#writer.generation;
    this.#fingerprint = eventTypesOf(source.events)?.fingerprint;
  }

  /** Whether each snapshot is compared with the state that a replay of the events gives. */
  get verify(): boolean {
    return this.#settings.verify ?? false;
  }

  /**
   * The newest snapshot at or below a version that has the schema of the state and the fingerprint of the store's event
   * map. `undefined` if there is none, or the read failed.
   */
  async latest(atMost: number, signal: AbortSignal | undefined): Promise<Snapshot | undefined> {
    let highest = atMost;
    while (highest > 0) {
      const snapshot = await this.#latest(highest, signal);
      if (snapshot === undefined) return undefined;
      this.#found.push(snapshot.version);
      const { schema, fingerprint } = snapshot;
      if (schema === this.#settings.schema && fingerprint === this.#fingerprint) return snapshot;
      highest = snapshot.version - 1;
    }
    return undefined;
  }

  async #latest(atMost: number, signal: AbortSignal | undefined): Promise<Snapshot | undefined> {
    try {
      const snapshot = await this.#source.snapshots.latest(this.#actorId, { atMost, signal });
      if (snapshot === undefined || snapshot.version <= atMost) return snapshot;
      throw new TypeError(
        `The snapshot store returned a snapshot of version ${snapshot.version}, above the requested ${atMost}`,
      );
    } catch (error) {
      if (CALLER_ERRORS.some((code) => isAetherError(error, code))) throw error;
      this.report(error);
      return undefined;
    }
  }

  /** Whether a snapshot equals the replayed state. Reports a difference. */
  isSame(snapshot: Snapshot, replayed: S): boolean {
    try {
      const { value } = freezeJson(replayed, "state", MAX_SNAPSHOT_BYTES);
      const difference = firstDifference(snapshot.state, value, "state");
      if (difference === undefined) return true;
      const { namespace } = this.#source;
      this.report(new SnapshotMismatchError({ namespace, actorId: this.#actorId, ...snapshot, ...difference }));
    } catch (error) {
      this.report(error);
    }
    return false;
  }

  /**
   * Starts writing a snapshot if the policy requires one. The caller does not wait for it.
   *
   * @returns Whether the policy requires one.
   */
  writeIfDue(state: S, sinceSnapshot: EventsSinceSnapshot, recent: RecentCommits | undefined): boolean {
    if (sinceSnapshot.last === undefined || !this.#isDue(state, sinceSnapshot)) return false;
    const { version, id: eventId } = sinceSnapshot.last;
    const { schema } = this.#settings;
    const fingerprint = this.#fingerprint;
    const snapshot = { version, schema, fingerprint, eventId, state, commits: recent?.forSnapshot };
    const keep = this.#keepCount(version);
    this.#writer
      .write(
        this.#actorId,
        version,
        this.#loadedAt,
        () => this.#source.snapshots.put(this.#actorId, snapshot, { keep }),
      )
      .catch((error) => this.report(error));
    return true;
  }

  /**
   * The number of snapshots to keep when a snapshot of a version is written. Snapshots of greater versions belong
   * to another history. Each of them increases the number, because it would otherwise displace the new snapshot.
   */
  #keepCount(version: number): number {
    const { keep = 1 } = this.#settings;
    return Math.min(keep + this.#found.filter((found) => found > version).length, MAX_SNAPSHOTS_KEPT);
  }

  #isDue(state: S, sinceSnapshot: EventsSinceSnapshot): boolean {
    const { policy, now = Date.now } = this.#settings;
    try {
      const due: unknown = policy(sinceSnapshot.facts(state, now()));
      if (typeof due === "boolean") return due;
      throw new InvalidArgumentError(`A snapshot policy must return true or false, not ${quote(due)}`, {
        argument: "policy",
      });
    } catch (error) {
      this.report(error);
      return false;
    }
  }

  /** Reports a failure to `onError`. */
  report(error: unknown): void {
    try {
      this.#settings.onError(error, { namespace: this.#source.namespace, actorId: this.#actorId });
    } catch (failure) {
      throwLater(failure);
    }
  }
}

/** The codes of errors that the caller has caused. They are not failures of the snapshot, and are thrown. */
const CALLER_ERRORS = ["invalid-actor-id", "invalid-argument", "aborted", "closed"] as const;
