import type { SnapshotStore } from "../store/snapshot_store.ts";

/** So many actors' last snapshots are remembered; of one that is not, a snapshot may be written twice. */
const MAX_REMEMBERED = 1_000;

/** When a snapshot was written, as {@link SnapshotWriter.moment} counts. */
interface Written {
  readonly version: number;
  readonly moment: number;
}

/** Keeps writings of snapshots into one storage from doing each other's work. */
export class SnapshotWriter {
  readonly #onTheirWay: Set<string> = new Set();
  readonly #written: Map<string, Written> = new Map();
  /** How many were written so far. */
  #moment = 0;

  /** The writer into what a store keeps its snapshots in, for all stores that share it. */
  static of(snapshots: SnapshotStore): SnapshotWriter {
    const { storage = snapshots } = snapshots;
    let writer = writers.get(storage);
    if (writer === undefined) writers.set(storage, writer = new SnapshotWriter());
    return writer;
  }

  /** A moment, for who is going to load: what is written after it, the load may not have seen. */
  get moment(): number {
    return this.#moment;
  }

  /**
   * Writes, unless a snapshot of the actor is on its way, or one of the version or a later one was written meanwhile.
   *
   * @param loadedAt The moment before the state was loaded.
   * @param put Writes it. Called at once, since whoever holds the state may change it.
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
