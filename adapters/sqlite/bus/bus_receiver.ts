import type { TransportReceiver } from "../../../adapter.ts";
import type { Namespace } from "../../../mod.ts";
import { MAX_PAGE_BYTES } from "../log/stored_commit.ts";
import { type BusEvents, MAX_PAGE_EVENTS, type ReceivedRow } from "./bus_events.ts";

/** A receiver of bus events. */
export interface BusListener {
  readonly covers: (namespace: Namespace) => boolean;
  readonly receiver: TransportReceiver;
  /** The id of the newest bus event when the listener was added: the listener receives later events only. */
  readonly after: number;
}

/** Options of a {@link BusReceiver}. */
export interface BusReceiverOptions {
  readonly events: BusEvents;
  readonly listeners: ReadonlySet<BusListener>;
  /** Called with the error if a page cannot be read. The next call of `deliver` tries again. */
  readonly onFailure: (error: unknown) => void;
  /**
   * Called after a page if rows or their commits were deleted before this backend read them.
   *
   * @param count The most published events and commits that may be lost. Some may be of namespaces without a listener.
   */
  readonly onLost: (count: number) => void;
}

/**
 * Delivers the bus events of other backends in pages. Between two pages, other tasks of the event loop run. Only the
 * cursor of the reader is kept between two pages.
 */
export class BusReceiver {
  readonly #events: BusEvents;
  readonly #listeners: ReadonlySet<BusListener>;
  readonly #onFailure: (error: unknown) => void;
  readonly #onLost: (count: number) => void;
  /** The id up to which events were delivered. */
  #cursor = 0;
  /** The id of the newest event that this backend has noticed. */
  #last = 0;
  /** The number of published events and commits of the current page that were deleted before they were read. */
  #lost = 0;
  /** Whether the last page could not be read. */
  #isFailing = false;
  #next: ReturnType<typeof setImmediate> | undefined;
  readonly #waiting: { readonly id: number; readonly call: () => void }[] = [];

  constructor({ events, listeners, onFailure, onLost }: BusReceiverOptions) {
    this.#events = events;
    this.#listeners = listeners;
    this.#onFailure = onFailure;
    this.#onLost = onLost;
  }

  /** Skips all bus events up to an id, and makes the waiting calls. */
  skipTo(id: number): void {
    clearImmediate(this.#next);
    this.#next = undefined;
    this.#cursor = this.#last = id;
    this.#isFailing = false;
    this.#callWaiting();
  }

  /** Notices the events up to an id. They are delivered later. */
  notice(id: number): void {
    this.#last = id;
  }

  /** Notices events that this backend has sent itself, directly after the last noticed event. They are not delivered. */
  noticeOwn(count: number): void {
    if (this.#cursor >= this.#last) this.#cursor += count;
    this.#last += count;
  }

  /**
   * Delivers a page of the noticed events now, and the other pages in later turns of the event loop. A call while a
   * page waits for its turn has no effect: see {@link afterNoticed}. If a page cannot be read, no call waits for it.
   */
  deliver(): void {
    if (this.#cursor >= this.#last || this.#next !== undefined) return;
    try {
      this.#deliverPage();
      this.#isFailing = false;
    } catch (error) {
      this.#isFailing = true;
      for (const { call } of this.#waiting.splice(0)) this.#call(call);
      return this.#onFailure(error);
    }
    if (this.#lost > 0) this.#onLost(this.#lost);
    this.#lost = 0;
    this.#callWaiting();
    if (this.#cursor < this.#last) this.#deliverInNextTurn();
  }

  /**
   * Calls a function after all events were delivered that were noticed before: at once if there is none, or if the last
   * page could not be read. An event that is noticed later is delivered in a later turn of the event loop. Therefore
   * all promise reactions to the call run before that delivery.
   */
  afterNoticed(call: () => void): void {
    if (this.#cursor >= this.#last || this.#isFailing) this.#call(call);
    else this.#waiting.push({ id: this.#last, call });
  }

  #call(call: () => void): void {
    call();
    if (this.#listeners.size > 0) this.#deliverInNextTurn();
  }

  #deliverInNextTurn(): void {
    this.#next ??= setImmediate(() => this.#deliverNext());
  }

  #deliverNext(): void {
    this.#next = undefined;
    this.deliver();
  }

  #deliverPage(): void {
    const end = this.#waiting[0]?.id ?? this.#last;
    const rows = this.#events.read(this.#cursor, end);
    // Deletions start at the oldest event. Events of this backend are in the table, but not in the rows.
    const firstLeft = Math.min(this.#events.firstId(), rows[0]?.id ?? end + 1);
    this.#lost += Math.max(firstLeft - this.#cursor - 1, 0);
    let bytes = 0;
    for (const row of rows) {
      if (bytes >= MAX_PAGE_BYTES) return;
      this.#cursor = row.id;
      bytes += this.#deliverRow(row);
      if (this.#cursor !== row.id) return; // A handler has ended the last subscription.
    }
    if (rows.length < MAX_PAGE_EVENTS) this.#cursor = end;
  }

  /** @returns The bytes of the events. */
  #deliverRow(row: ReceivedRow): number {
    const listeners = [...this.#listeners].filter(({ after, covers }) => row.id > after && covers(row.namespace));
    if (listeners.length === 0) return 0;
    try {
      const decoded = this.#events.decode(row);
      if (decoded === undefined) {
        this.#lost++;
        return 0;
      }
      const { events, bytes } = decoded;
      for (const { receiver } of listeners) receiver.receive(events);
      return bytes;
    } catch (error) {
      for (const { receiver } of listeners) receiver.fail(error as Error);
      return 0;
    }
  }

  #callWaiting(): void {
    while (this.#waiting.length > 0 && this.#waiting[0]!.id <= this.#cursor) {
      this.#call(this.#waiting.shift()!.call);
    }
  }
}
