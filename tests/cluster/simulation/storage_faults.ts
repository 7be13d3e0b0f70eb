import type { SimulatedRecords, SimulatedStorage } from "./simulated_storage.ts";

/** Schedules the repair of a fault. */
export type Repair = (restore: () => void) => void;

/**
 * Faults of a storage, and of the connection of one process to it.
 *
 * @param maxLag Maximum additional delay of answers in milliseconds.
 */
export function storageFaults(storage: SimulatedStorage, records: SimulatedRecords, maxLag: number, repair: Repair) {
  return {
    /** The process cannot send or receive. */
    cut: () => {
      records.canSend = records.canReceive = false;
      repair(() => records.canSend = records.canReceive = true);
    },
    cannotSend: () => {
      records.canSend = false;
      repair(() => records.canSend = true);
    },
    cannotReceive: () => {
      records.canReceive = false;
      repair(() => records.canReceive = true);
    },
    /** No process reaches the storage. */
    outage: () => {
      storage.isUp = false;
      repair(() => storage.isUp = true);
    },
    /** Answers arrive late. */
    lag: () => {
      records.lag = storage.random() * maxLag;
      repair(() => records.lag = 0);
    },
  };
}
