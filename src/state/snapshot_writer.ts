import type { SnapshotStore } from "../store/snapshot_store.ts";

/** The number of actors whose last snapshot is remembered. For any other actor, a snapshot may be written twice. */
const MAX_REMEMBERED = 1_000;

/** The last written snapshot of an actor, and the {@link SnapshotWriter.generation} after its write. */
interface Written {
  readonly version: number;
  readonly generation: number;
}

/** Prevents duplicate writes of snapshots to one storage. */
export class SnapshotWriter {
  readonly #inProgress: Set<string> = new Set();
  readonly #written: Map<string, Written> = new Map();
  /** The number of snapshots written so far. */
  #generation = 0;

  /** The writer of a snapshot storage, shared by all stores that use it. */
  static of(snapshots: SnapshotStore): SnapshotWriter {
    const { storage = snapshots } = snapshots;
    let writer = writers.get(storage);
    if (writer === undefined) writers.set(storage, writer = new SnapshotWriter());
    return writer;
  }

  /**
   * The number of snapshots written so far. A load that began at generation n has possibly not seen snapshots that were
   * written later.
   */
  get generation(): number {
    return this.#generation;
  }

  /**
   * Writes a snapshot. Does nothing if another snapshot of the actor is being written. Also does nothing if a
   * snapshot of the same or a later version was written after the state was loaded.
   *
   * @param loadedAt The generation before the state was loaded.
   * @param put Writes the snapshot. Called synchronously, because the caller may change the state later.
   */
  async write(actorId: string, version: number, loadedAt: number, put: () => Promise<void>): Promise<void> {
    const written = this.#written.get(actorId);
    if (written !== undefined && written.generation > loadedAt && written.version >= version) return;
    if (this.#inProgress.has(actorId)) return;
    this.#inProgress.add(actorId);
    try {
      await put();
      this.#remember(actorId, { version, generation: ++this.#generation });
    } finally {
      this.#inProgress.delete(actorId);
    }
  }

  #remember(actorId: string, written: Written): void {
    this.#written.delete(actorId);
    this.#written.set(actorId, written);
    if (this.#written.size <= MAX_REMEMBERED) return;
    const [oldest] = this.#written.keys();
    this.#written.delete(oldest!);
  }
}

const writers: WeakMap<object, SnapshotWriter> = new WeakMap();
