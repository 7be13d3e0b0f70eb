import type { Namespace } from "../../../mod.ts";

/** The scope that records belong to. */
export interface RecordOwner {
  /** Absent for the records of the backend. */
  readonly namespace?: Namespace;
  /** The number of the scope in the file; absent before anything is stored in it. */
  readonly id: number | undefined;
  /** The same number. Assigns one if there is none. Within a transaction. */
  createId(): number;
}

/** The owner of the backend's records: no namespace has the number 0. */
export const BACKEND_OWNER: RecordOwner = { id: 0, createId: () => 0 };
