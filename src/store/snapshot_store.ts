/** The state of an actor at one version. It is an optimisation: losing it loses no data. */
export interface Snapshot {
  /** The version of the actor in this state. */
  readonly version: number;
  /** The version of the state's shape, chosen by the application. Readers ignore versions that they do not support. */
  readonly schema: number;
  /**
   * The fingerprint of the event map that read the events, 1 to 128 visible ASCII characters. A reader whose event map
   * has another fingerprint ignores the snapshot. Absent if each event type is of version 1 and has one name.
   */
  readonly fingerprint?: string | undefined;
  /**
   * The id of the event at `version`. If that event has another id, the snapshot belongs to another history of the
   * actor.
   */
  readonly eventId: string;
  /** JSON, frozen. */
  readonly state: unknown;
  /**
   * The actor's last commits up to `version`. Absent if no command of the actor had an {@link ExecuteOptions.commitId}.
   */
  readonly commits?: SnapshotCommits | undefined;
}

/** The last commits of an actor. */
export interface SnapshotCommits {
  /** The ids of the commits, oldest first: the last 256, or all commits that had not expired. */
  readonly ids: readonly string[];
  /** Whether the actor has no older commit. */
  readonly complete: boolean;
}

/** The snapshots of one namespace's actors. */
export interface SnapshotStore {
  /**
   * Identifies the storage of the snapshots: the same frozen, empty object for all stores of one namespace of one
   * backend. A snapshot store without it counts as a separate storage.
   */
  readonly storage?: object | undefined;

  /**
   * Stores a snapshot. It replaces a snapshot of the same version.
   *
   * @param actorId See {@link parseActorId}.
   * @param snapshot `version` 1 or more; `schema` a whole number from 0; `fingerprint` like an id; `state` JSON like
   * event data, 64,000,000 bytes at most, copied; `commits` with 256 ids at most.
   * @param options `keep`: how many of the actor's snapshots remain, newest first; 1 to 100, by default 1.
   * @throws {InvalidActorIdError} If the actor id is invalid.
   * @throws {InvalidArgumentError} If another part of the snapshot or an option is invalid.
   * @throws {InvalidEventError} If the state is not JSON; the error names the path.
   * @throws {TooLargeError} If the snapshot is larger than its limit.
   * @throws {AbortError} If the signal was aborted.
   * @throws {ClosedError} If the store was closed.
   *
   * @example
   * ```ts
   * import { memory } from "@flowmade-one/aether/memory";
   * import { assertEquals } from "@std/assert";
   *
   * const { snapshots } = memory().store("tenant-a");
   * await snapshots.put("cart.7", { version: 12, schema: 1, eventId: "e12", state: { items: 3 } });
   * assertEquals((await snapshots.latest("cart.7"))?.state, { items: 3 });
   * ```
   */
  put(actorId: string, snapshot: Snapshot, options?: PutSnapshotOptions): Promise<void>;

  /**
   * Returns the snapshot with the greatest version; `undefined` if there is none. A damaged snapshot counts as absent.
   *
   * @param actorId See {@link parseActorId}.
   * @param options `atMost`: the greatest allowed version; 1 or more.
   * @throws {InvalidActorIdError} If the actor id is invalid.
   * @throws {InvalidArgumentError} If an option is invalid.
   * @throws {AbortError} If the signal was aborted.
   * @throws {ClosedError} If the store was closed.
   *
   * @example
   * ```ts
   * import { memory } from "@flowmade-one/aether/memory";
   * import { assertEquals } from "@std/assert";
   *
   * const { snapshots } = memory().store("tenant-a");
   * await snapshots.put("cart.7", { version: 12, schema: 1, eventId: "e12", state: { items: 3 } });
   * assertEquals(await snapshots.latest("cart.7", { atMost: 11 }), undefined);
   * ```
   */
  latest(actorId: string, options?: LatestSnapshotOptions): Promise<Snapshot | undefined>;
}

/** Options of {@link SnapshotStore.put}. */
export interface PutSnapshotOptions {
  /** The number of the actor's snapshots to keep, newest first; 1 to 100, by default 1. */
  readonly keep?: number | undefined;
  /** Aborts the wait. */
  readonly signal?: AbortSignal | undefined;
}

/** Options of {@link SnapshotStore.latest}. */
export interface LatestSnapshotOptions {
  /** The greatest allowed version of the snapshot; 1 or more. */
  readonly atMost?: number | undefined;
  /** Aborts the wait. */
  readonly signal?: AbortSignal | undefined;
}
