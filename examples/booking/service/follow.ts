import type { EventMap, Position, ReadOnlyStore, RecordedEventOf } from "@flowmade-one/aether";
import type { TypeOf } from "@flowmade-one/aether/types";
import type { Report } from "./report.ts";

/** Work that is done for each event of a namespace, in the order of the log, from the first one on. */
export interface Follower<E extends EventMap, T extends TypeOf<E>> {
  /** For reports. */
  readonly name: string;
  /** Only events of these types; without them, all. */
  readonly types?: readonly T[] | undefined;
  /** What has to be done first, each time that it begins. */
  readonly prepare?: (() => Promise<void>) | undefined;
  /** The position of the last event that is done with; `undefined` before the first. */
  readonly checkpoint: () => Position | undefined;
  /** Does the work for one event, and moves the checkpoint. May be called again for an event when it failed. */
  readonly handle: (event: RecordedEventOf<E, T>) => void | Promise<void>;
}

/** What a follower lives by. */
export interface Following {
  /** Ends it, after the event that it is at work on. */
  readonly signal: AbortSignal;
  /** Is told each failure. */
  readonly report: Report;
  /** Milliseconds until it tries again after a failure. */
  readonly pause: number;
}

/**
 * Follows a namespace until the signal is aborted. After a failure, of the storage or of the work, it begins again at the
 * checkpoint: no event is passed over, and one that cannot be handled is reported again and again until it can.
 */
export async function follow<E extends EventMap, const T extends TypeOf<E>>(
  source: ReadOnlyStore<E>,
  { name, types, prepare, checkpoint, handle }: Follower<E, T>,
  { signal, report, pause }: Following,
): Promise<void> {
  while (!signal.aborted) {
    try {
      await prepare?.();
      for await (const event of source.subscribe({ after: checkpoint() ?? "start", types, signal })) {
        await handle(event);
      }
    } catch (error) {
      if (signal.aborted) return;
      report(`${name} of ${source.namespace}, to be tried again in ${pause} ms`, error);
      await passed(pause, signal);
    }
  }
}

/** Resolves after so many milliseconds, early by the signal. */
function passed(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, milliseconds);
    signal.addEventListener("abort", end);
  });
}
