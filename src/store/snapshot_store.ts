/** The state of an actor as of one version: an optimisation that can be lost at any time without loss. */
export interface Snapshot {
  /** The actor's version that it is the state of. */
  readonly version: number;
  /** The number of the state's shape, chosen by the application: a reader ignores shapes that it does not know. */
  readonly schema: number;
  /** The id of the event at `version`: another id there means that this snapshot is of another history. */
  readonly eventId: string;
  /** JSON, frozen. */
  readonly state: unknown;
  /** The actor's last commits up to `version`. Absent if no command had a {@link ExecuteOptions.commitId} so far. */
  readonly commits?: SnapshotCommits | undefined;
}

/** The last commits of an actor. */
export interface SnapshotCommits {
  /** Their ids, oldest first: the last 256, or all that had not expired. */
  readonly ids: readonly string[];
  /** Whether the actor has no older commit. */
  readonly complete: boolean;
}

/** The snapshots of one namespace's actors. */
export interface SnapshotStore {
  /**
   * Identifies where the snapshots are kept: one value for all stores of one namespace of one backend. It is frozen and
   * empty. A snapshot store without it counts as a storage of its own.
   */
  readonly storage?: object | undefined;

  /**
   * Keeps a snapshot. One of the same version is replaced.
   *
   * @param actorId See {@link parseActorId}.
   * @param snapshot `version` 1 or more; `schema` a whole number from 0; `state` JSON like event data, 64,000,000
   * bytes at most, copied; `commits` with 256 ids at most.
   * @param options `keep`: how many of the actor's snapshots stay, newest first; 1 to 100, by default 1.
   * @throws {InvalidActorIdError} If it is not an actor id.
   * @throws {InvalidArgumentError} If another part of the snapshot or an option is not what it must be.
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
   * Finds the snapshot with the greatest version. One that is damaged counts as absent.
   *
   * @param actorId See {@link parseActorId}.
   * @param options `atMost`: of this version or a lower one; 1 or more.
   * @throws {InvalidActorIdError} If it is not an actor id.
   * @throws {InvalidArgumentError} If an option is not what it must be.
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

/** How to keep a snapshot. */
export interface PutSnapshotOptions {
  /** How many of the actor's snapshots stay, newest first; 1 to 100, by default 1. */
  readonly keep?: number | undefined;
  /** Aborts waiting. */
  readonly signal?: AbortSignal | undefined;
}

/** Which snapshot to find. */
export interface LatestSnapshotOptions {
  /** The greatest version of the snapshot; 1 or more. */
  readonly atMost?: number | undefined;
  /** Aborts waiting. */
  readonly signal?: AbortSignal | undefined;
}
