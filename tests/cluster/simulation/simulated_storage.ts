import type { RecordEntry, Records, RecordScan } from "../../../src/driver/records.ts";
import { OPENED_KEY, PROTOCOL_VERSION } from "../../../src/coordination/opening.ts";
import type { SimulatedProcess } from "./simulated_process.ts";
import type { VirtualTime } from "./virtual_time.ts";

/** The probabilities of faults of requests and answers. */
export interface NetworkFaults {
  /** Probability that a message is lost. */
  loss: number;
  /** Probability that a put arrives up to {@link LATEST_MS} late. */
  lateness: number;
}

/** Maximum number of milliseconds after which a put arrives. */
export const LATEST_MS = 12_000;

/** A put that the storage has accepted. */
export interface StoredPut extends RecordEntry {
  /** The name of the process that sent the put. */
  readonly by: string;
}

/**
 * A storage of records. It can be down. It can also be lost and replaced by an empty one, which its clients notice
 * late.
 */
export class SimulatedStorage {
  readonly time: VirtualTime;
  readonly random: () => number;
  readonly faults: NetworkFaults = { loss: 0, lateness: 0 };
  isUp = true;
  /** The number of times that the storage was lost and replaced. */
  epoch = 0;
  readonly #records: Map<string, RecordEntry & { readonly expected: number }> = new Map();
  readonly #clients: Set<SimulatedRecords> = new Set();
  readonly #onPut: (put: StoredPut) => void;
  #revision = 0;

  constructor(time: VirtualTime, random: () => number, onPut: (put: StoredPut) => void) {
    this.time = time;
    this.random = random;
    this.#onPut = onPut;
  }

  join(process: SimulatedProcess): SimulatedRecords {
    const client = new SimulatedRecords(this, process);
    this.#clients.add(client);
    return client;
  }

  /** Loses all records. Revisions continue to rise. */
  lose(): void {
    this.epoch++;
    this.#records.clear();
  }

  /** Opens the storage, so that the first claim does not wait: see `src/coordination/opening.ts`. */
  open(): void {
    this.put(OPENED_KEY, new TextEncoder().encode(PROTOCOL_VERSION), 0, "the storage");
  }

  /** Stores a record over an expected revision. A repeated put returns the revision of the first one. */
  put(key: string, value: Uint8Array, expected: number, by: string): number | undefined {
    for (const client of this.#clients) client.hint(key);
    const last = this.#records.get(key);
    if ((last?.revision ?? 0) !== expected) {
      return last?.expected === expected && `${last.value}` === `${value}` ? last.revision : undefined;
    }
    const entry = { key, value, revision: ++this.#revision, expected };
    this.#records.delete(key);
    this.#records.set(key, entry);
    this.#onPut({ key, value, revision: entry.revision, by });
    return entry.revision;
  }

  delete(key: string, revision: number): void {
    if (this.#records.get(key)?.revision === revision) this.#records.delete(key);
  }

  /** A part of at most `PART` records. */
  scan(prefix: string, after: number): { entries: RecordEntry[]; more: boolean } {
    const entries: RecordEntry[] = [];
    for (const { key, value, revision } of this.#records.values()) {
      if (revision <= after || !key.startsWith(prefix)) continue;
      if (entries.length === PART) return { entries, more: true };
      entries.push({ key, value, revision });
    }
    return { entries, more: false };
  }

  lastRevisionOf(key: string): number {
    return this.#records.get(key)?.revision ?? 0;
  }
}

/** Maximum number of records in one part of a scan: small, so that scans have several parts. */
const PART = 12;

/** The records of a storage as one process sees them, over a network. */
export class SimulatedRecords implements Records {
  readonly isReplaceable = true;
  canSend = true;
  canReceive = true;
  /** Additional delay of answers in milliseconds. */
  lag = 0;
  readonly #storage: SimulatedStorage;
  readonly #process: SimulatedProcess;
  readonly #listeners: Set<{ readonly prefix: string; readonly notify: () => void }> = new Set();
  /** The epoch of the storage that this client knows; `undefined` if the next request learns it. */
  #epoch: number | undefined;
  #epochAt = 0;

  constructor(storage: SimulatedStorage, process: SimulatedProcess) {
    this.#storage = storage;
    this.#process = process;
  }

  put(key: string, value: Uint8Array, expected: number, signal?: AbortSignal): Promise<number | undefined> {
    const knownEpoch = this.#knownEpoch();
    return this.#request(signal, true, () => {
      const storage = this.#storage;
      // The client knows the lost storage. Its request is repeated in the new one, which does not have the revision.
      const wasReplaced = knownEpoch !== undefined && knownEpoch !== storage.epoch;
      this.#learn();
      if (wasReplaced && expected > 0) return undefined;
      const revision = storage.put(key, value, expected, this.#process.name);
      if (revision === undefined && storage.lastRevisionOf(key) < expected) this.#epoch = undefined;
      return revision;
    });
  }

  scan(prefix: string, after: number, signal?: AbortSignal): Promise<RecordScan> {
    const knownEpoch = this.#knownEpoch();
    return this.#request(signal, false, () => {
      // The client reads the subjects of the lost storage. They are empty, and the answer does not say why.
      if (knownEpoch !== undefined && knownEpoch !== this.#storage.epoch) {
        return { entries: [], more: false, generation: knownEpoch };
      }
      this.#learn();
      const generation = this.#storage.epoch;
      return { ...this.#storage.scan(prefix, after), generation };
    });
  }

  delete(key: string, revision: number, signal?: AbortSignal): Promise<void> {
    return this.#request(signal, true, () => this.#storage.delete(key, revision));
  }

  onHint(prefix: string, notify: () => void): Disposable {
    const listener = { prefix, notify };
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) };
  }

  /** Notifies the listeners of a put. A hint can be lost. */
  hint(key: string): void {
    const { time, random, faults } = this.#storage;
    for (const { prefix, notify } of this.#listeners) {
      if (!key.startsWith(prefix) || random() < faults.loss) continue;
      time.after(1 + random() * 10, () => {
        if (this.canReceive) this.#process.receive(notify);
      });
    }
  }

  /** The epoch that the client learned in the last 30 seconds. */
  #knownEpoch(): number | undefined {
    return this.#storage.time.now - this.#epochAt < 30_000 ? this.#epoch : undefined;
  }

  #learn(): void {
    this.#epoch = this.#storage.epoch;
    this.#epochAt = this.#storage.time.now;
  }

  /** Sends a request, and resolves to its answer. If the request or the answer is lost, the promise stays pending. */
  #request<T>(signal: AbortSignal | undefined, mayBeLate: boolean, carryOut: () => T): Promise<T> {
    const { time, random, faults } = this.#storage;
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
    if (!this.canSend || random() < faults.loss) return promise;
    const isLate = mayBeLate && random() < faults.lateness;
    time.after(isLate ? random() * LATEST_MS : 1 + random() * 10, () => {
      if (!this.#storage.isUp) return;
      const answer = carryOut();
      if (random() < faults.loss) return;
      time.after(1 + random() * 10 + this.lag, () => {
        if (this.canReceive) this.#process.receive(() => resolve(answer));
      });
    });
    return promise;
  }
}
