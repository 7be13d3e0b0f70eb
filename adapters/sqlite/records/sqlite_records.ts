import type { RecordEntry, Records, RecordScan } from "../../../adapter.ts";
import type { ChangeListener, ChangePoll } from "../database/change_poll.ts";
import { toUserError } from "../database/to_user_error.ts";
import type { StoreFile } from "../database/store_file.ts";
import type { WriteQueue } from "../database/write_queue.ts";
import type { RecordOwner } from "./record_owner.ts";
import { recordDeletion, RecordPut } from "./record_writes.ts";

/** Maximum records in one batch of a scan. A row may have 64 KiB, and reading a batch blocks the event loop. */
const MAX_SCAN_ROWS = 256;

const SCAN = `SELECT revision, key, value FROM records
  WHERE scope = ? AND revision > ? AND substr(key, 1, ?) = ? ORDER BY revision LIMIT ${MAX_SCAN_ROWS}`;

/** The parts that the records of one file share. */
export interface SqliteRecordsOptions {
  readonly file: StoreFile;
  readonly queue: WriteQueue;
  readonly poll: ChangePoll;
}

/** The records of one scope, in rows of the file. */
export class SqliteRecords implements Records, ChangeListener {
  /** If the file is deleted or replaced while it is open, all later operations fail. */
  readonly isReplaceable = false;
  readonly #owner: RecordOwner;
  readonly #file: StoreFile;
  readonly #queue: WriteQueue;
  readonly #poll: ChangePoll;
  readonly #listeners: Set<{ readonly prefix: string; readonly notify: () => void }> = new Set();

  constructor(owner: RecordOwner, { file, queue, poll }: SqliteRecordsOptions) {
    this.#owner = owner;
    this.#file = file;
    this.#queue = queue;
    this.#poll = poll;
  }

  async put(key: string, value: Uint8Array, expected: number, signal?: AbortSignal): Promise<number | undefined> {
    signal?.throwIfAborted();
    const write = new RecordPut(this.#owner, this.#file, { key, value, expected });
    const revision = await write.submit(this.#queue, signal);
    if (revision !== undefined) this.#notify((prefix) => key.startsWith(prefix));
    return revision;
  }

  scan(prefix: string, after: number): RecordScan {
    try {
      this.#file.refresh();
      const { id } = this.#owner;
      const rows = id === undefined ? [] : this.#file.connection.rows(SCAN, id, after, prefix.length, prefix);
      const entries = rows.map(([revision, key, value]) => ({ key, value, revision }) as RecordEntry);
      return { entries, more: rows.length === MAX_SCAN_ROWS, generation: 0 };
    } catch (error) {
      throw toUserError(`scan the records "${prefix}"`, this.#owner.namespace, error);
    }
  }

  async delete(key: string, revision: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    await recordDeletion(this.#owner, this.#file, key, revision).submit(this.#queue, signal);
  }

  onHint(prefix: string, notify: () => void): Disposable {
    const listener = { prefix, notify };
    if (this.#listeners.size === 0) this.#poll.add(this);
    this.#listeners.add(listener);
    return {
      [Symbol.dispose]: () => {
        if (this.#listeners.delete(listener) && this.#listeners.size === 0) this.#poll.delete(this);
      },
    };
  }

  /** Called after another connection has committed. The commit may contain records. */
  changed(): void {
    this.#notify(() => true);
  }

  /** The next scan of the listener fails with the same cause. */
  failed(): void {}

  #notify(concerns: (prefix: string) => boolean): void {
    for (const { prefix, notify } of [...this.#listeners]) if (concerns(prefix)) notify();
  }
}
