import { LiveFeed } from "./live_feed.ts";
import { LogCursor } from "./log_cursor.ts";
import type { LogContext } from "./log_context.ts";
import { type LogFilter, toLogFilter } from "./log_filter.ts";

/**
 * Feeds of a log by different filters. For this number the server sends only matching commits; further filters share
 * the feed of the whole log, so that a server with its default limit of 1,000 consumers per stream has enough for many
 * processes.
 */
export const MAX_FILTERED_FEEDS = 4;

/** The live feeds of one log in this process. */
export class LiveFeeds {
  readonly #log: LogContext;
  /** By the subjects of their filters. */
  readonly #feeds: Map<string, LiveFeed> = new Map();

  constructor(log: LogContext) {
    this.#log = log;
  }

  /**
   * The feed that has what a filter wants: by the same filter or of the whole log; `undefined` if there is none.
   *
   * @param isWhole Whether only a feed of the whole log will do, which knows of commits that are not wanted.
   */
  find({ subject }: LogFilter, isWhole: boolean): LiveFeed | undefined {
    const whole = this.#feeds.get(this.#log.names.allActors);
    return isWhole ? whole : this.#feeds.get(subject) ?? whole;
  }

  /**
   * Opens a feed; there is none yet.
   *
   * @param cursor The cursor of the subscription that needs the feed, at the end of the log.
   * @param isWhole As that of {@link LiveFeeds.find}.
   * @returns Whether the cursor belongs to the feed from now on. If not, the feed has a cursor of the whole log.
   */
  open(cursor: LogCursor, isWhole: boolean): boolean {
    const filter = this.#filterFor(cursor.filter, isWhole);
    const isSame = filter === cursor.filter;
    this.#add(isSame ? cursor : this.#widen(cursor, filter));
    return isSame;
  }

  #filterFor(filter: LogFilter, isWhole: boolean): LogFilter {
    if (filter.isWhole || (!isWhole && this.#feeds.size < MAX_FILTERED_FEEDS)) return filter;
    return toLogFilter(this.#log.names, filter.partitions);
  }

  /** A cursor of the whole log from the same place. */
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
