/**
 * Group commit: one transaction, with one flush, commits all writes that are queued in one turn of the event loop.
 *
 * The transaction runs in a macrotask, so that a loop of awaited appends does not starve the event loop. A lone writer
 * gains nothing from that wait: after a transaction with one write, the next transaction runs in a microtask. Such
 * transactions take at most {@link MAX_LONE_MS} in each turn of the event loop. Pauses let other processes lock the
 * file: see {@link LockTurns}.
 *
 * @module
 */
import { classifyFailure } from "./failure.ts";
import { LockTurns } from "./lock_turns.ts";
import type { StoreFile } from "./store_file.ts";

/** One change of the file. */
export abstract class Write {
  /** The time at which a lock of another process first delayed this write. */
  waitingSince: number | undefined;

  /** The approximate number of bytes that the write adds to the file. */
  abstract readonly bytes: number;
  /** Whether the write needs a flush if the backend's durability is `"disk"`. */
  abstract readonly isDurable: boolean;
  /** Makes the change within a transaction. Called again if the transaction was rolled back. */
  abstract apply(transaction: Transaction): void;
  /** Called after the change was committed. */
  abstract committed(): void;
  /**
   * Called if the change was not committed. If `isUnknown`, a later recovery of the file may still restore the change.
   */
  abstract failed(error: unknown, isUnknown: boolean): void;
}

/** A step that runs once at the end of a transaction, however often it was added. */
export interface FinalStep {
  run(): void;
}

/** The open transaction. */
export class Transaction {
  readonly #finalSteps: Set<FinalStep> = new Set();

  /** Adds a step that runs after all writes. */
  addFinalStep(step: FinalStep): void {
    this.#finalSteps.add(step);
  }

  /** Runs the final steps. */
  finish(): void {
    for (const step of this.#finalSteps) step.run();
  }
}

/** Receives the begin and the end of each transaction of this queue. */
export interface TransactionObserver {
  /** Called when a transaction has begun. The transaction sees all earlier commits of other connections. */
  begun(): void;
  /** Called after the commit or the rollback, before the writes settle. */
  ended(): void;
}

/** Maximum writes in one transaction, which blocks the event loop. */
const MAX_WRITES = 1_024;

/** Maximum bytes of the writes in one transaction. One write alone may have more. Bounds the growth of the WAL. */
const MAX_BYTES = 8_000_000;

/** Maximum milliseconds between two attempts to lock the file. Random delays separate the retries of processes. */
const MAX_RETRY_DELAY_MS = 3;

/** Maximum milliseconds for which a lone writer blocks the event loop in one turn. */
const MAX_LONE_MS = 2;

/** The queue: see the top of this file. */
export class WriteQueue {
  readonly #file: StoreFile;
  readonly #timeout: number;
  readonly #writes: Set<Write> = new Set();
  readonly #lockTurns: LockTurns = new LockTurns();
  #isScheduled = false;
  #isBusy = false;
  #isLone = false;
  #turnBegan = -Infinity;
  #drained: PromiseWithResolvers<void> | undefined;
  #observer: TransactionObserver | undefined;

  /** @param timeout Maximum milliseconds for which locks of other processes delay a write. */
  constructor(file: StoreFile, timeout: number) {
    this.#file = file;
    this.#timeout = timeout;
  }

  /** Sets the observer of all transactions. There is at most one observer. */
  observe(observer: TransactionObserver): void {
    this.#observer = observer;
  }

  add(write: Write): void {
    this.#writes.add(write);
    this.#schedule();
  }

  /** Removes a write that is still queued. Returns whether it was queued. */
  remove(write: Write): boolean {
    return this.#writes.delete(write);
  }

  /** Resolves when the queue is empty. */
  async drain(): Promise<void> {
    if (this.#writes.size === 0) return;
    this.#drained ??= Promise.withResolvers();
    await this.#drained.promise;
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    const now = performance.now();
    const delay = this.#isBusy ? Math.random() * MAX_RETRY_DELAY_MS : this.#lockTurns.pause(now);
    if (this.#isBusy || delay > 0) setTimeout(() => this.#flushInNewTurn(), delay);
    else if (this.#isLone && now - this.#turnBegan < MAX_LONE_MS) queueMicrotask(() => this.#flush());
    else setImmediate(() => this.#flushInNewTurn());
  }

  #flushInNewTurn(): void {
    this.#turnBegan = performance.now();
    this.#flush();
  }

  #flush(): void {
    this.#isScheduled = false;
    const group = this.#nextGroup();
    this.#isLone = group.length === 1;
    if (group.length > 0) this.#commit(group);
    if (this.#writes.size > 0) return this.#schedule();
    this.#drained?.resolve();
    this.#drained = undefined;
  }

  #nextGroup(): Write[] {
    const group: Write[] = [];
    let bytes = 0;
    for (const write of this.#writes) {
      bytes += write.bytes;
      if (group.length === MAX_WRITES || (group.length > 0 && bytes > MAX_BYTES)) break;
      group.push(write);
    }
    return group;
  }

  #commit(group: readonly Write[]): void {
    const { connection } = this.#file;
    let applied = -1; // Before BEGIN.
    let bytes = 0;
    try {
      this.#file.checkPath();
      this.#file.setFlush(group.some(({ isDurable }) => isDurable));
      connection.run("BEGIN IMMEDIATE");
      applied = 0;
      this.#file.refresh();
      this.#lockTurns.begun(performance.now(), this.#file.generation);
      this.#observer?.begun();
      const transaction = new Transaction();
      for (const write of group) {
        write.apply(transaction);
        bytes += write.bytes;
        applied++;
      }
      transaction.finish();
      applied++;
      connection.run("COMMIT");
    } catch (error) {
      return this.#fail(group, applied, error);
    }
    this.#isBusy = false;
    this.#lockTurns.ended(performance.now());
    for (const write of group) this.#writes.delete(write);
    this.#observer?.ended();
    for (const write of group) write.committed();
    this.#file.committed(bytes);
  }

  /** @param applied The number of applied writes; -1 before the transaction, `group.length + 1` at its COMMIT. */
  #fail(group: readonly Write[], applied: number, error: unknown): void {
    if (applied >= 0) {
      this.#rollBack();
      this.#lockTurns.ended(performance.now());
      this.#observer?.ended();
    }
    const kind = classifyFailure(error);
    this.#isBusy = kind === "busy";
    if (this.#isBusy) return this.#failTimedOut(error);
    // An error that is not a failure of the file comes from one write: the other writes are repeated without this
    // write.
    const failed = kind === "other" ? group[applied] : undefined;
    // If the flush of a commit failed, a recovery of the file may still restore the commit.
    const isUnknown = applied > group.length && kind === "io";
    for (const write of failed === undefined ? group : [failed]) {
      this.#writes.delete(write);
      write.failed(error, isUnknown);
    }
  }

  /** Another process holds the lock: fails the writes that have waited for the whole timeout. */
  #failTimedOut(error: unknown): void {
    const now = performance.now();
    for (const write of this.#writes) {
      write.waitingSince ??= now;
      if (now - write.waitingSince < this.#timeout) continue;
      this.#writes.delete(write);
      write.failed(error, false);
    }
  }

  #rollBack(): void {
    this.#file.invalidate();
    try {
      this.#file.connection.run("ROLLBACK");
    } catch {
      // SQLite has rolled back by itself.
    }
  }
}
