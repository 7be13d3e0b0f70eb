import { LiveFeed } from "./live_feed.ts";
import { LogCursor } from "./log_cursor.ts";
import type { LogContext } from "./log_context.ts";
import { type LogFilter, toLogFilter } from "./log_filter.ts";

/**
 * Maximum number of filtered feeds of one log in this process. Further filters share the feed of the whole log. Each
 * feed needs a consumer on the server, which allows 1,000 consumers per stream by default.
 */
export const MAX_FILTERED_FEEDS = 4;

/** The live feeds of one log in this process. */
export class LiveFeeds {
  readonly #log: LogContext;
  /** The key is the subject of the feed's filter. */
  readonly #feeds: Map<string, LiveFeed> = new Map();

  constructor(log: LogContext) {
    this.#log = log;
  }

  /**
   * Finds a feed that delivers the commits of a filter: the feed of the same filter, or the feed of the whole log.
   *
   * @param wholeLogOnly Whether to use only the feed of the whole log, which also receives commits that do not match.
   * @returns `undefined` if there is no such feed.
   */
  find({ subject }: LogFilter, wholeLogOnly: boolean): LiveFeed | undefined {
    const whole = this.#feeds.get(this.#log.names.allActors);
    return wholeLogOnly ? whole : this.#feeds.get(subject) ?? whole;
  }

  /**
   * Opens a feed for a filter for which {@link LiveFeeds.find} has found none.
   *
   * @param cursor The subscription's cursor, which is at the end of the log.
   * @param wholeLogOnly As for {@link LiveFeeds.find}.
   * @returns Whether the feed owns the cursor from now on. If not, the feed has its own cursor over the whole log.
   */
  open(cursor: LogCursor, wholeLogOnly: boolean): boolean {
    const filter = this.#filterFor(cursor.filter, wholeLogOnly);
    const isSame = filter === cursor.filter;
    this.#add(isSame ? cursor : this.#widen(cursor, filter));
    return isSame;
  }

  #filterFor(filter: LogFilter, wholeLogOnly: boolean): LogFilter {
    if (filter.isWhole || (!wholeLogOnly && this.#feeds.size < MAX_FILTERED_FEEDS)) return filter;
    return toLogFilter(this.#log.names, filter.partitions);
  }

  /** Creates a cursor over the whole log that continues with the next sequence of this cursor. */
  #widen({ place }: LogCursor, filter: LogFilter): LogCursor {
    return new LogCursor(this.#log, filter, { ...place, last: place.next - 1 });
  }

  #add(cursor: LogCursor): void {
    const { subject } = cursor.filter;
    const feed = new LiveFeed(cursor, () => {
      if (this.#feeds.get(subject) === feed) this.#feeds.delete(subject);
    });
    this.#feeds.set(subject, feed);
  }
}
