import type { SnapshotStore } from "../store/snapshot_store.ts";

/** The number of actors whose last snapshot is remembered. For any other actor, a snapshot may be written twice. */
const MAX_REMEMBERED = 1_000;

/** The moment at which a snapshot was written, as {@link SnapshotWriter.moment} counts. */
interface Written {
  readonly version: number;
  readonly moment: number;
}

/** Prevents duplicate writes of snapshots to one storage. */
export class SnapshotWriter {
  readonly #onTheirWay: Set<string> = new Set();
  readonly #written: Map<string, Written> = new Map();
  /** The number of snapshots written so far. */
  #moment = 0;

  /** The writer of a snapshot storage, shared by all stores that use it. */
  static of(snapshots: SnapshotStore): SnapshotWriter {
    const { storage = snapshots } = snapshots;
    let writer = writers.get(storage);
    if (writer === undefined) writers.set(storage, writer = new SnapshotWriter());
    return writer;
  }

  /** A generation counter. A load that began at moment n may not have seen the snapshots written after n. */
  get moment(): number {
    return this.#moment;
  }

  /**
   * Writes a snapshot. Does nothing if another snapshot of the actor is being written, or if one of the same or a later
   * version was written since.
   *
   * @param loadedAt The moment before the state was loaded.
   * @param put Writes it. Called synchronously, because the holder of the state may change it later.
   */
  async write(actorId: string, version: number, loadedAt: number, put: () => Promise<void>): Promise<void> {
    const written = this.#written.get(actorId);
    if (written !== undefined && written.moment > loadedAt && written.version >= version) return;
    if (this.#onTheirWay.has(actorId)) return;
    this.#onTheirWay.add(actorId);
    try {
      await put();
      this.#remember(actorId, { version, moment: ++this.#moment });
    } finally {
      this.#onTheirWay.delete(actorId);
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
