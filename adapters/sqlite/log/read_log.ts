import type { LogRange, Page, Pages } from "../../../adapter.ts";
import { LogPages } from "./log_pages.ts";
import { nextTurn, type Reading } from "./reading.ts";
import { MAX_PAGE_COMMITS } from "./stored_commit.ts";

/** Reads a range of the log, at most to the end of the log at the time of the call. */
export function readLog(reading: Reading, range: LogRange, signal: AbortSignal | undefined): Pages {
  const pages = new LogPages(reading, range, range.to);
  const first = pages.read(range.actors === undefined ? Math.min(range.limit, MAX_PAGE_COMMITS) : MAX_PAGE_COMMITS);
  const isAll = pages.isAtEnd || first.length >= range.limit;
  if (isAll) return first.length === 0 ? [] : [first];
  return readFurtherPages(pages, first, signal);
}

async function* readFurtherPages(
  pages: LogPages,
  first: Page,
  signal: AbortSignal | undefined,
): AsyncGenerator<Page, void, void> {
  let page = first;
  while (true) {
    if (page.length > 0) yield page;
    if (pages.isAtEnd) return;
    await nextTurn();
    signal?.throwIfAborted();
    page = pages.read();
  }
}
