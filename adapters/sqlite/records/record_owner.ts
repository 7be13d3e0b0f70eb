import type { Namespace } from "../../../mod.ts";

/** The scope that records belong to. */
export interface RecordOwner {
  /** Absent for the records of the backend. */
  readonly namespace?: Namespace;
  /** The number of the scope in the file; absent until the first write. */
  readonly id: number | undefined;
  /** Returns the number, and assigns one if there is none. Call it within a transaction. */
  createId(): number;
}

/** The owner of the backend's records: no namespace has the number 0. */
export const BACKEND_OWNER: RecordOwner = { id: 0, createId: () => 0 };
