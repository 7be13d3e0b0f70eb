import type { StorageProbe } from "../../adapter.ts";
import type { CallsFault, CarrierFault, Fault, ListFault, NameFault, RecordsFault } from "./faulty_driver.ts";

/** A backend with one fault, and a case that notices it. */
export interface Mutant {
  /** Its fault, as a sentence without a subject. */
  readonly name: string;
  readonly fault?: Fault;
  readonly listFault?: ListFault;
  readonly nameFault?: NameFault;
  readonly carrierFault?: CarrierFault;
  readonly recordsFault?: RecordsFault;
  readonly callsFault?: CallsFault;
  readonly probeFault?: () => Promise<StorageProbe>;
  /** The name of a case that fails on it. */
  readonly caughtBy: string;
}
