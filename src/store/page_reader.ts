import type { Page, Pages } from "../driver/log.ts";
import { InvalidArgumentError } from "../errors/invalid_argument_error.ts";
import type { RecordedEvent } from "../events/recorded_event.ts";
import { freezeClass } from "../base/freeze_class.ts";
import type { Operation } from "../lifecycle/operation.ts";
import type { EventReader } from "./event_store.ts";
import { interruptible } from "./interruptible.ts";

/** The arguments of a reader. */
export interface Reading {
  /** The operation. It names the read in errors, and can end it. */
  readonly operation: Operation;
  /** Starts reading. */
  readonly open: () => Pages;
  /** Returns the wanted events of a page; the page itself if all are wanted. */
  readonly select: (page: Page) => Page;
  /** The maximum number of events. */
  readonly limit: number;
  /** Returns the current shape of an event; `undefined` if events are returned as they are stored. */
  readonly current: ((event: RecordedEvent) => RecordedEvent) | undefined;
}

/** A reader over the pages of a driver, cut to the requested range. It can be used once. */
export class PageReader implements EventReader<RecordedEvent> {
  readonly #reading: Reading;
  #used = false;

  constructor(reading: Reading) {
    this.#reading = reading;
  }

  async toArray(): Promise<RecordedEvent[]> {
    const { operation, current } = this.#reading;
    let all: RecordedEvent[];
    try {
      const pages = this.#open();
      // The memory adapter returns an actor's events as one page. It needs no further promise.
      all = isOnePage(pages) ? this.#cut(pages[0], 0) : await this.#join(pages);
    } catch (error) {
      throw operation.explain(error);
    }
    if (current !== undefined) { for (let i = 0; i < all.length; i++) all[i] = current(all[i]!); }
    return all;
  }

  /** The events of several pages in one array. */
  async #join(pages: Pages): Promise<RecordedEvent[]> {
    const { operation, limit } = this.#reading;
    let all: RecordedEvent[] = [];
    const add = (page: Page): boolean => {
      const cut = this.#cut(page, all.length);
      // A single page, the usual case, is returned without a copy: the driver does not use a page after it was
      // returned.
      if (all.length === 0) all = cut;
      else for (const event of cut) all.push(event);
      return all.length >= limit;
    };
    // A synchronous loop for drivers without I/O, which needs no promises, and an asynchronous loop for other drivers.
    if (Symbol.iterator in pages) { for (const page of pages) if (add(page)) break; }
    else for await (const page of interruptible(pages, operation)) if (add(page)) break;
    return all;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<RecordedEvent, void, void> {
    const { operation, limit, current } = this.#reading;
    let taken = 0;
    try {
      const pages = this.#open();
      for await (const page of Symbol.iterator in pages ? pages : interruptible(pages, operation)) {
        for (const event of this.#cut(page, taken)) {
          taken++;
          yield current === undefined ? event : current(event);
          operation.check();
        }
        if (taken >= limit) return;
      }
    } catch (error) {
      throw operation.explain(error);
    }
  }

  #open(): Pages {
    const { operation, open } = this.#reading;
    if (this.#used) {
      throw new InvalidArgumentError(
        `Cannot ${operation} again: a reader can be iterated once. Call the method again`,
        {
          argument: "reader",
        },
      );
    }
    this.#used = true;
    operation.check();
    return open();
  }

  #cut(page: Page, taken: number): Page {
    const { operation, select, limit } = this.#reading;
    operation.check();
    const selected = select(page);
    if (taken + selected.length > limit) selected.length = limit - taken;
    return selected;
  }
}

freezeClass(PageReader);

function isOnePage(pages: Pages): pages is readonly [Page] & Pages {
  return Array.isArray(pages) && pages.length === 1;
}
