import type { RecordEntry, Records, RecordScan } from "../../../src/driver/records.ts";
import { OPENED, PROTOCOL_VERSION } from "../../../src/coordination/opening.ts";
import type { SimulatedProcess } from "./simulated_process.ts";
import type { VirtualTime } from "./virtual_time.ts";

/** The delays and losses of requests and answers. */
export interface NetworkFaults {
  /** Probability that a message is lost. */
  loss: number;
  /** Probability that a put arrives up to {@link LATEST_MS} late. */
  lateness: number;
}

/** Milliseconds after which a put arrives at the latest. */
export const LATEST_MS = 12_000;

/** A put that a storage has carried out. */
export interface StoredPut extends RecordEntry {
  readonly by: string;
}

/** A storage that keeps records, can be down, and can be lost and made again, which its clients notice late. */
export class SimulatedStorage {
  readonly time: VirtualTime;
  readonly random: () => number;
  readonly faults: NetworkFaults = { loss: 0, lateness: 0 };
  isUp = true;
  /** Another number each time that everything was lost. */
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

  /** All records are lost. Revisions go on rising. */
  lose(): void {
    this.epoch++;
    this.#records.clear();
  }

  /** Claims may be taken at once: no other storage has an owner. */
  open(): void {
    this.put(OPENED, new TextEncoder().encode(PROTOCOL_VERSION), 0, "the storage");
  }

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

/** Records of one part of a scan: few, so that there are many parts. */
const PART = 12;

/** The records of a storage as one process sees them, over a network. */
export class SimulatedRecords implements Records {
  readonly isReplaceable = true;
  canSend = true;
  canReceive = true;
  /** Milliseconds, more than usual, that answers take. */
  lag = 0;
  readonly #storage: SimulatedStorage;
  readonly #process: SimulatedProcess;
  readonly #listeners: Set<{ readonly prefix: string; readonly notify: () => void }> = new Set();
  /** The storage that this client takes the storage for; `undefined`: it asks. */
  #epoch: number | undefined;
  #epochAt = 0;

  constructor(storage: SimulatedStorage, process: SimulatedProcess) {
    this.#storage = storage;
    this.#process = process;
  }

  put(key: string, value: Uint8Array, expected: number, signal?: AbortSignal): Promise<number | undefined> {
    const known = this.#known();
    return this.#request(signal, true, () => {
      const storage = this.#storage;
      // The request for another storage is repeated for this one, and a revision of that one is none of this one.
      const isOther = known !== undefined && known !== storage.epoch;
      this.#learn();
      if (isOther && expected > 0) return undefined;
      const revision = storage.put(key, value, expected, this.#process.name);
      if (revision === undefined && storage.lastRevisionOf(key) < expected) this.#epoch = undefined;
      return revision;
    });
  }

  scan(prefix: string, after: number, signal?: AbortSignal): Promise<RecordScan> {
    const known = this.#known();
    return this.#request(signal, false, () => {
      // The subjects of another stream: nothing is there, and nothing tells why.
      if (known !== undefined && known !== this.#storage.epoch) return { entries: [], more: false, generation: known };
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

  /** A put was sent: those who listen may hear of it. */
  hint(key: string): void {
    const { time, random, faults } = this.#storage;
    for (const { prefix, notify } of this.#listeners) {
      if (!key.startsWith(prefix) || random() < faults.loss) continue;
      time.after(1 + random() * 10, () => {
        if (this.canReceive) this.#process.receive(notify);
      });
    }
  }

  #known(): number | undefined {
    return this.#storage.time.now - this.#epochAt < 30_000 ? this.#epoch : undefined;
  }

  #learn(): void {
    this.#epoch = this.#storage.epoch;
    this.#epochAt = this.#storage.time.now;
  }

  /** Sends a request, and resolves with its answer. A lost request is never answered. */
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
