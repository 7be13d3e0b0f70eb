import type { Connection } from "./connection.ts";
import { statFile } from "./stat_file.ts";

/** Bytes of the WAL above which it is checkpointed. SQLite truncates the WAL to this size when it starts again. */
export const CHECKPOINTED_WAL_BYTES = 16_777_216;

/** Approximate bytes that a small transaction adds to the WAL: whole pages of the table and of its indexes. */
const TRANSACTION_BYTES = 16_384;

/** Bytes that this connection adds to the WAL between two checks of its size. */
const CHECK_INTERVAL_BYTES = 524_288;

/**
 * Milliseconds that a checkpoint waits for each of its locks, and blocks the event loop. Other processes pause between
 * their transactions after 16 ms, and end a read after a few milliseconds.
 */
const LOCK_TIMEOUT_MS = 25;

/**
 * Makes checkpoints after which the next transaction starts the WAL again.
 *
 * The automatic checkpoints of SQLite do not lock out writers. If other processes write or read without pauses, an
 * automatic checkpoint rarely reaches the end of the WAL, and the WAL grows. These checkpoints lock out writers while
 * they copy the WAL into the file.
 */
export class WalCheckpoints {
  readonly #connection: Connection;
  readonly #walPath: string;
  #bytesSinceCheck = 0;
  /** The size of the WAL at the next attempt. */
  #nextBytes = CHECKPOINTED_WAL_BYTES;
  /** The growth of the WAL after which a blocked checkpoint is tried again. */
  #retryBytes = CHECK_INTERVAL_BYTES;

  constructor(connection: Connection, walPath: string) {
    this.#connection = connection;
    this.#walPath = walPath;
  }

  /**
   * Called after each commit of this connection.
   *
   * @param bytes The approximate bytes of the committed writes.
   */
  committed(bytes: number): void {
    this.#bytesSinceCheck += bytes + TRANSACTION_BYTES;
    if (this.#bytesSinceCheck < CHECK_INTERVAL_BYTES) return;
    this.#bytesSinceCheck = 0;
    const size = statFile(this.#walPath)?.size ?? 0;
    if (size <= CHECKPOINTED_WAL_BYTES) return this.#reset();
    if (size <= this.#nextBytes) return;
    if (!this.#isBlocked()) return this.#reset();
    // A long transaction of another program would block each attempt.
    this.#nextBytes = size + this.#retryBytes;
    this.#retryBytes = Math.min(2 * this.#retryBytes, CHECKPOINTED_WAL_BYTES);
  }

  #reset(): void {
    this.#nextBytes = CHECKPOINTED_WAL_BYTES;
    this.#retryBytes = CHECK_INTERVAL_BYTES;
  }

  /** Makes a checkpoint. Returns whether readers or writers have blocked it. */
  #isBlocked(): boolean {
    try {
      const checkpoint = () => this.#connection.row("PRAGMA wal_checkpoint(RESTART)")!;
      const [isBusy, frames] = this.#connection.withLockTimeout(LOCK_TIMEOUT_MS, checkpoint);
      // There is no number of frames while another process makes a checkpoint.
      return isBusy === 1 && frames !== -1;
    } catch {
      return true; // No data is lost: the commits are in the WAL.
    }
  }
}
