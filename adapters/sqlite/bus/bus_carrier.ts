import type { BusTransport, TransportReceiver } from "../../../adapter.ts";
import { compilePattern, type NamespacePattern } from "../../../patterns.ts";
import type { Namespace, PublishedEvent } from "../../../mod.ts";
import { UnavailableError } from "../../../errors.ts";
import type { ChangeListener, ChangePoll } from "../database/change_poll.ts";
import { classifyFailure } from "../database/failure.ts";
import { toUserError } from "../database/to_user_error.ts";
import type { StoreFile } from "../database/store_file.ts";
import type { TransactionObserver, WriteQueue } from "../database/write_queue.ts";
import { BusEvents } from "./bus_events.ts";
import { type BusListener, BusReceiver } from "./bus_receiver.ts";
import { BusSessions, HEARTBEAT_INTERVAL_MS, SESSION_TIMEOUT_MS } from "./bus_sessions.ts";
import { DeletionWrite, publishing, PublishWrite, SessionWrite } from "./bus_writes.ts";

/** The parts that the carrier shares with the rest of the backend. */
export interface BusCarrierOptions {
  readonly file: StoreFile;
  readonly queue: WriteQueue;
  readonly poll: ChangePoll;
  /** Called with errors of background work. */
  readonly report: (error: Error) => void;
}

/**
 * Carries bus events between the backends that have the file open, in tables of the file and without a flush. The
 * carrier stores no bus event while no other backend listens.
 *
 * A transaction of this backend first notices the events that other backends sent before it. Its appends resolve after
 * the delivery of these events. Therefore commits of one actor arrive in the order of their versions, whichever backend
 * stored them.
 */
export class BusCarrier implements BusTransport, ChangeListener, TransactionObserver {
  readonly #file: StoreFile;
  readonly #queue: WriteQueue;
  readonly #poll: ChangePoll;
  readonly #report: (error: Error) => void;
  readonly #sessions: BusSessions;
  readonly #events: BusEvents;
  readonly #receiver: BusReceiver;
  readonly #listeners: Set<BusListener> = new Set();
  #heartbeat: ReturnType<typeof setInterval> | undefined;
  #generation = -1;
  #hasFailed = false;

  constructor({ file, queue, poll, report }: BusCarrierOptions) {
    this.#file = file;
    this.#queue = queue;
    this.#poll = poll;
    this.#report = report;
    this.#sessions = new BusSessions(file);
    this.#events = new BusEvents(file, this.#sessions.own);
    this.#receiver = new BusReceiver({
      events: this.#events,
      listeners: this.#listeners,
      onFailure: (error) => this.#fail(error),
      onLost: (count) => this.#reportLost(count),
    });
    queue.observe(this);
    this.#deleteOldEvents(() => true);
  }

  /**
   * Sends an event. If the file cannot be read at the moment, the error is reported, and only this backend delivers the
   * event to its subscribers.
   *
   * @throws {UnavailableError} If a newer release has migrated the file. The event was not sent.
   */
  send(event: PublishedEvent): void {
    try {
      this.#file.refresh();
      if (!this.#sessions.hasOthers()) return;
    } catch (error) {
      const failure = toUserError(publishing(event.actorId), event.namespace, error) as Error;
      if (classifyFailure(error) === "replaced") throw failure;
      return this.#report(failure);
    }
    this.#queue.add(new PublishWrite(this.#events, event, this.#report));
  }

  /** Sends a commit. Call it in the transaction that stores the commit. */
  sendCommit(namespace: Namespace, actorId: string, offset: number): void {
    if (this.#sessions.hasOthers()) this.#events.sendCommit(namespace, actorId, offset);
  }

  /**
   * Calls a function after all events were delivered that other backends sent before the last transaction of this
   * backend.
   */
  afterEarlierEvents(call: () => void): void {
    this.#receiver.afterNoticed(call);
  }

  listen(pattern: NamespacePattern, receiver: TransportReceiver): Disposable {
    const after = this.#listeners.size === 0 ? this.#start() : subscribing(() => this.#events.lastId());
    const listener = { covers: compilePattern(pattern), receiver, after };
    this.#listeners.add(listener);
    return {
      [Symbol.dispose]: () => {
        if (this.#listeners.delete(listener) && this.#listeners.size === 0) this.#stop();
      },
    };
  }

  changed(): void {
    this.#notice();
    this.#receiver.deliver();
  }

  failed(error: unknown): void {
    this.#fail(error);
  }

  begun(): void {
    if (this.#listeners.size > 0) this.#notice();
  }

  ended(): void {
    const sent = this.#events.takeSent();
    // The generation differs if the transaction was rolled back, or if its earlier events could not be noticed.
    if (this.#listeners.size > 0 && this.#file.generation === this.#generation) this.#receiver.noticeOwn(sent);
    this.#receiver.deliver();
  }

  /** Stops all deliveries, and deletes the events that no backend receives any more. */
  close(): void {
    if (this.#listeners.size > 0) {
      this.#listeners.clear();
      this.#stop();
    }
    this.#deleteOldEvents(() => this.#sessions.hasOthers());
  }

  /** @returns The id of the newest bus event. */
  #start(): number {
    const last = subscribing(() => this.#register());
    this.#receiver.skipTo(last);
    this.#generation = this.#file.generation;
    this.#poll.add(this);
    this.#heartbeat = setInterval(() => this.#beat(), HEARTBEAT_INTERVAL_MS);
    return last;
  }

  #stop(): void {
    this.#poll.delete(this);
    clearInterval(this.#heartbeat);
    this.#receiver.skipTo(Infinity);
    this.#writeSession();
  }

  /**
   * Registers this backend at once, without the queue, so that it receives all events that are sent later. If another
   * process has the lock, the registration is queued.
   *
   * @returns The id of the newest bus event.
   */
  #register(): number {
    this.#file.setFlush(false);
    try {
      this.#sessions.touch();
      this.#sessions.confirm();
    } catch (error) {
      if (classifyFailure(error) !== "busy") throw error;
      this.#writeSession();
    }
    try {
      this.#file.refresh();
      return this.#events.lastId();
    } catch (error) {
      this.#writeSession(); // Removes the session, because no subscription was made.
      throw error;
    }
  }

  #writeSession(): void {
    this.#queue.add(new SessionWrite(this.#sessions, () => this.#listeners.size > 0, () => this.#reportDead()));
  }

  #beat(): void {
    this.#writeSession();
    this.#deleteOldEvents(() => true);
  }

  /** @param canBeReceived Whether another backend may still receive recent events. */
  #deleteOldEvents(canBeReceived: () => boolean): void {
    try {
      this.#file.refresh();
      if (!this.#events.hasOld(canBeReceived())) return;
    } catch {
      return; // The next heartbeat, or the next process that opens the file, tries again.
    }
    const add = () => this.#queue.add(new DeletionWrite(() => this.#events.deleteOld(canBeReceived()), add));
    add();
  }

  /** Notices the events that other backends have sent since the last call. */
  #notice(): void {
    const { generation } = this.#file;
    if (generation === this.#generation) return;
    try {
      this.#receiver.notice(this.#events.lastId());
      this.#generation = generation;
      this.#hasFailed = false;
    } catch (error) {
      this.#fail(error);
    }
  }

  #reportLost(count: number): void {
    const message = `Cannot receive bus events of other processes: up to ${count} published events and commits were ` +
      `deleted before this process read them. Shorten the work of bus handlers, or keep more commits by retention`;
    this.#report(new UnavailableError(message));
  }

  #reportDead(): void {
    const message = `Cannot receive bus events of other processes: this process has sent no heartbeat for ` +
      `${SESSION_TIMEOUT_MS / 1_000} seconds, and other processes may have sent it no events since. Do not block or ` +
      `suspend the process, and keep the transactions of other programs short`;
    this.#report(new UnavailableError(message));
  }

  /** Reports the first failure of a series. */
  #fail(error: unknown): void {
    if (this.#hasFailed) return;
    this.#hasFailed = true;
    const { message } = error as Error;
    this.#report(new UnavailableError(`Cannot receive bus events of other processes: ${message}`, { cause: error }));
  }
}

/** @throws {UnavailableError} If the file cannot be read or written. */
function subscribing<T>(call: () => T): T {
  try {
    return call();
  } catch (cause) {
    throw new UnavailableError(`Cannot subscribe to the bus of other processes: ${(cause as Error).message}`, {
      cause,
    });
  }
}
