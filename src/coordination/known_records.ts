import type { RecordEntry } from "../driver/records.ts";
import { SESSIONS_PREFIX } from "./session_record.ts";

/** The records that a member has read. */
export class KnownRecords {
  readonly #entries: Map<string, RecordEntry> = new Map();
  /** The keys of the records that were known when they became outdated, and that were not read again since. */
  #unread: Set<string> = new Set();
  #isComplete = false;

  /** Whether all records were read since the start and since they became outdated. */
  get isComplete(): boolean {
    return this.#isComplete;
  }

  get(key: string): RecordEntry | undefined {
    return this.#entries.get(key);
  }

  /** Applies a record that was read. Returns whether it is new. */
  set(entry: RecordEntry): boolean {
    const { key, revision } = entry;
    this.#unread.delete(key);
    if ((this.#entries.get(key)?.revision ?? 0) >= revision && this.#isComplete) return false;
    this.#entries.set(key, entry);
    return true;
  }

  delete(key: string): void {
    this.#entries.delete(key);
  }

  clear(): void {
    this.#entries.clear();
    this.#unread.clear();
    this.#isComplete = false;
  }

  /** Called when all records must be read again. */
  outdate(): void {
    this.#isComplete = false;
    this.#unread = new Set(this.#entries.keys());
  }

  /** Called when all records were read. Forgets the records that were not read again, and returns their keys. */
  complete(): string[] {
    this.#isComplete = true;
    const forgotten = [...this.#unread];
    for (const key of forgotten) this.#entries.delete(key);
    this.#unread = new Set();
    return forgotten;
  }

  /** The sessions among these that no other record contains. */
  unusedSessions(sessions: readonly string[]): string[] {
    if (sessions.length === 0) return [];
    const decoder = new TextDecoder();
    const others = [...this.#entries.values()].filter(({ key }) => !key.startsWith(SESSIONS_PREFIX));
    const values = others.map(({ value }) => decoder.decode(value));
    return sessions.filter((session) => !values.some((value) => value.includes(session)));
  }
}
