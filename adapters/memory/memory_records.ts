import type { RecordEntry, Records, RecordScan } from "../../adapter.ts";

/** A stored value, and the revision that its put expected. */
interface StoredRecord extends RecordEntry {
  readonly expected: number;
}

/** A listener and the prefix of its keys. */
interface HintListener {
  readonly prefix: string;
  readonly notify: () => void;
}

/** Records in memory. A put moves its key to the end of the map, so that the map is in the order of revisions. */
export class MemoryRecords implements Records {
  readonly isReplaceable = false;
  readonly #records: Map<string, StoredRecord> = new Map();
  readonly #listeners: Set<HintListener> = new Set();
  #lastRevision = 0;

  put(key: string, value: Uint8Array, expected: number): number | undefined {
    const last = this.#records.get(key);
    if ((last?.revision ?? 0) !== expected) {
      return last?.expected === expected && areEqual(last.value, value) ? last.revision : undefined;
    }
    const revision = ++this.#lastRevision;
    this.#records.delete(key);
    this.#records.set(key, { key, value: new Uint8Array(value), revision, expected });
    for (const { prefix, notify } of this.#listeners) if (key.startsWith(prefix)) notify();
    return revision;
  }

  scan(prefix: string, after: number): RecordScan {
    const entries: RecordEntry[] = [];
    for (const { key, value, revision } of this.#records.values()) {
      if (revision > after && key.startsWith(prefix)) entries.push({ key, value: new Uint8Array(value), revision });
    }
    return { entries, more: false, generation: 0 };
  }

  delete(key: string, revision: number): void {
    if (this.#records.get(key)?.revision === revision) this.#records.delete(key);
  }

  onHint(prefix: string, notify: () => void): Disposable {
    const listener = { prefix, notify };
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) };
  }
}

function areEqual(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, i) => byte === other[i]);
}
