import type { CommitPlace, FollowRange, Page } from "../../../adapter.ts";
import type { ChangeWatch } from "./change_watch.ts";
import { nextTurn, type Reading } from "./reading.ts";
import { LogPages } from "./log_pages.ts";

/** The progress of the reader of a followed log. */
export interface FollowProgress {
  /** See `FollowedLog.through`. */
  through?: CommitPlace | undefined;
}

/** Follows a log. No query is open between two pages: only the next offset is kept. */
export async function* follow(
  reading: Reading,
  watch: ChangeWatch,
  range: FollowRange,
  progress: FollowProgress,
  signal: AbortSignal,
): AsyncGenerator<Page | "caughtUp", void, void> {
  const { log } = reading;
  let hasChanged = false;
  let failure: { readonly error: unknown } | undefined;
  let wake = () => {};
  const onChange = () => {
    hasChanged = true;
    wake();
  };
  const unwatch = watch.add(log.namespace, {
    changed: onChange,
    failed: (error) => {
      failure = { error };
      onChange();
    },
  });
  signal.addEventListener("abort", onChange);
  try {
    const pages = new LogPages(reading, range);
    let isCaughtUp = false;
    while (!signal.aborted) {
      if (!isCaughtUp && pages.isAtEnd) {
        isCaughtUp = true;
        pages.fix();
        yield "caughtUp";
        continue;
      }
      hasChanged = false;
      if (failure !== undefined) throw failure.error;
      if (isCaughtUp) pages.extend();
      if (!pages.isAtEnd) {
        const events = pages.read();
        if (range.progress) {
          progress.through = { identity: log.key.identity, offset: pages.next - 1 };
          pages.fix(); // The reader learns its position also from pages without events.
        }
        if (range.progress || events.length > 0) yield events;
        if (!pages.isAtEnd) await nextTurn();
      } else {
        await new Promise<void>((resolve) => {
          wake = resolve;
          if (hasChanged || signal.aborted) resolve();
        });
      }
    }
  } finally {
    unwatch();
    signal.removeEventListener("abort", onChange);
  }
}
