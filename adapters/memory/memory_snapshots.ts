import type { StoredSnapshot } from "../../adapter.ts";

/** The snapshots of each actor, newest first. */
export class MemorySnapshots {
  readonly #snapshots: Map<string, readonly StoredSnapshot[]> = new Map();

  put(actorId: string, snapshot: StoredSnapshot, keep: number): void {
    const others = (this.#snapshots.get(actorId) ?? []).filter(({ version }) => version !== snapshot.version);
    const all = [...others, snapshot].sort((a, b) => b.version - a.version);
    this.#snapshots.set(actorId, all.slice(0, keep));
  }

  get(actorId: string, atMost: number): StoredSnapshot | undefined {
    return this.#snapshots.get(actorId)?.find(({ version }) => version <= atMost);
  }
}
