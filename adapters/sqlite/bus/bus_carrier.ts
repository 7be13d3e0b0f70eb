import type { BusTransport, TransportReceiver } from "../../../adapter.ts";
import { compilePattern, type Matcher, type NamespacePattern } from "../../../patterns.ts";
import type { Namespace, PublishedEvent } from "../../../mod.ts";
import { UnavailableError } from "../../../errors.ts";
import type { ChangeListener, ChangePoll } from "../database/change_poll.ts";
import { classifyFailure } from "../database/failure.ts";
import type { StoreFile } from "../database/store_file.ts";
import type { TransactionObserver, WriteQueue } from "../database/write_queue.ts";
import { BusEvents, type ReceivedRow } from "./bus_events.ts";
import { BusSessions, HEARTBEAT_INTERVAL_MS } from "./bus_sessions.ts";
import { PublishWrite, SessionWrite } from "./bus_writes.ts";

/** Milliseconds that the first subscription waits for the file, while it blocks the event loop. */
const REGISTRATION_TIMEOUT_MS = 1_000;

/** The parts that the carrier shares with the rest of the backend. */
export interface BusCarrierOptions {
  readonly file: StoreFile;
  readonly queue: WriteQueue;
  readonly poll: ChangePoll;
  /** Called with errors of background work. */
  readonly report: (error: Error) => void;
}

interface Listener {
  readonly covers: Matcher;
  readonly receiver: TransportReceiver;
}

/**
 * Carries bus events between the backends that have the file open, in tables of the file and without a flush. The
 * carrier writes nothing while no other backend listens.
 *
 * A transaction of this backend first reads the events that other backends sent before it. Therefore commits of one
 * actor arrive in the order of their versions, whichever backend stored them.
 */
export class BusCarrier implements BusTransport, ChangeListener, TransactionObserver {
  readonly #file: StoreFile;
  readonly #queue: WriteQueue;
  readonly #poll: ChangePoll;
  readonly #report: (error: Error) => void;
  readonly #sessions: BusSessions;
  readonly #events: BusEvents;
  readonly #listeners: Set<Listener> = new Set();
  #heartbeat: ReturnType<typeof setInterval> | undefined;
  #generation = -1;
  #received: ReceivedRow[] = [];
  #hasFailed = false;

  constructor({ file, queue, poll, report }: BusCarrierOptions) {
    this.#file = file;
    this.#queue = queue;
    this.#poll = poll;
    this.#report = report;
    this.#sessions = new BusSessions(file);
    this.#events = new BusEvents(file, this.#sessions.own);
    queue.observe(this);
  }

  send(event: PublishedEvent): void {
    this.#file.refresh();
    if (!this.#sessions.hasOthers()) return;
    this.#queue.add(new PublishWrite(this.#events, event, this.#report));
  }

  /** Sends a commit. Call it in the transaction that stores the commit. */
  sendCommit(namespace: Namespace, actorId: string, offset: number): void {
    if (this.#sessions.hasOthers()) this.#events.sendCommit(namespace, actorId, offset);
  }

  listen(pattern: NamespacePattern, receiver: TransportReceiver): Disposable {
    const listener = { covers: compilePattern(pattern), receiver };
    if (this.#listeners.size === 0) this.#start();
    else this.#collectAndDeliver(); // The new listener must not receive earlier events.
    this.#listeners.add(listener);
    return {
      [Symbol.dispose]: () => {
        if (this.#listeners.delete(listener) && this.#listeners.size === 0) this.#stop();
      },
    };
  }

  changed(): void {
    this.#collect();
    this.#deliver();
  }

  failed(error: unknown): void {
    this.#fail(error);
  }

  begun(): void {
    if (this.#listeners.size > 0) this.#collect();
  }

  ended(): void {
    this.#deliver();
  }

  #start(): void {
    this.#register();
    this.#file.refresh();
    this.#events.skip();
    this.#generation = this.#file.generation;
    this.#poll.add(this);
    this.#heartbeat = setInterval(() => this.#writeSession(), HEARTBEAT_INTERVAL_MS);
  }

  #stop(): void {
    this.#poll.delete(this);
    clearInterval(this.#heartbeat);
    this.#writeSession();
  }

  /**
   * Registers this backend at once, without the queue, so that it receives all events that are sent later.
   */
  #register(): void {
    this.#file.setFlush(false);
    try {
      this.#file.connection.withLockTimeout(REGISTRATION_TIMEOUT_MS, () => this.#sessions.touch());
    } catch (error) {
      if (classifyFailure(error) !== "busy") {
        throw new UnavailableError(`Cannot subscribe to the bus of other processes: ${(error as Error).message}`, {
          cause: error,
        });
      }
      this.#writeSession();
    }
  }

  #writeSession(): void {
    this.#queue.add(new SessionWrite(this.#sessions, () => this.#listeners.size > 0));
  }

  #collectAndDeliver(): void {
    this.#file.refresh();
    this.#collect();
    this.#deliver();
  }

  #collect(): void {
    const { generation } = this.#file;
    if (generation === this.#generation) return;
    this.#generation = generation;
    try {
      this.#received.push(...this.#events.receive());
      this.#hasFailed = false;
    } catch (error) {
      this.#fail(error);
    }
  }

  #deliver(): void {
    const received = this.#received;
    if (received.length === 0) return;
    this.#received = [];
    for (const row of received) {
      const listeners = [...this.#listeners].filter(({ covers }) => covers(row.namespace));
      if (listeners.length > 0) this.#deliverRow(row, listeners);
    }
  }

  #deliverRow(row: ReceivedRow, listeners: readonly Listener[]): void {
    try {
      const events = this.#events.decode(row);
      if (events.length === 0) return;
      for (const { receiver } of listeners) receiver.receive(events);
    } catch (error) {
      for (const { receiver } of listeners) receiver.fail(error as Error);
    }
  }

  /** Reports the first failure of a series. */
  #fail(error: unknown): void {
    if (this.#hasFailed) return;
    this.#hasFailed = true;
    const { message } = error as Error;
    this.#report(new UnavailableError(`Cannot receive bus events of other processes: ${message}`, { cause: error }));
  }
}
