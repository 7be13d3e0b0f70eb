import type { SnapshotStore } from "./snapshot_store.ts";

/** Where a snapshot store of this copy of the package says what it keeps them in. */
export const STORAGE: unique symbol = Symbol("storage");

/** What the snapshots are kept in: the same object for all stores of one namespace in one backend. */
export function storageOf(snapshots: SnapshotStore): object {
  return STORAGE in snapshots ? snapshots[STORAGE] as object : snapshots;
}
