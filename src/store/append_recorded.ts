import type { NewEvent } from "../event/new_event.ts";
import type { RecordedEvent } from "../event/recorded_event.ts";
import { isEndOfCommit } from "../position/position.ts";
import type { EventStore } from "./event_store.ts";
import type { AppendOptions, AppendResult } from "./options.ts";

/** An append, and the events that it stored, or had stored before. */
export interface RecordedAppend extends AppendResult {
  readonly events: readonly RecordedEvent[];
}

/** Where a store of this copy of the package tells its {@link Recorder}. */
export const RECORDER: unique symbol = Symbol("recorder");

/** How a store appends for those who want the events too. */
export interface Recorder {
  /** Its own `append` and `read`: a store that has others wraps it, and is to be asked by those. */
  readonly append: EventStore["append"];
  readonly read: EventStore["read"];
  /** Appends; the events are absent where they had been stored before. */
  readonly record: (
    actorId: string,
    events: readonly NewEvent[],
    options: AppendOptions,
  ) => Promise<AppendResult & { readonly events: readonly RecordedEvent[] | undefined }>;
}

/**
 * Appends, and gives the events as a read gives them, without reading them again where the store knows how. One that wraps
 * a store, or is of another copy of the package, is read from.
 */
export async function appendRecorded(
  store: EventStore,
  actorId: string,
  events: readonly NewEvent[],
  options: AppendOptions,
): Promise<RecordedAppend> {
  const { [RECORDER]: recorder, append, read } = store as EventStore & { readonly [RECORDER]?: Recorder };
  const done = recorder !== undefined && recorder.append === append && recorder.read === read
    ? await recorder.record(actorId, events, options)
    : { ...await store.append(actorId, events, options), events: undefined };
  if (done.events !== undefined) return { ...done, events: done.events };
  const limit = done.duplicate ? undefined : events.length;
  // It is stored: a signal that is aborted now must not make it look as if it were not.
  return { ...done, events: await readCommit(store, actorId, done.version, undefined, limit) };
}

/**
 * The events of a commit.
 *
 * @param version That of its last event.
 * @param limit How many there are, where that is known.
 */
export async function readCommit(
  store: Pick<EventStore, "read">,
  actorId: string,
  version: number,
  signal: AbortSignal | undefined,
  limit?: number,
): Promise<readonly RecordedEvent[]> {
  const events: RecordedEvent[] = [];
  for await (const event of store.read(actorId, { to: version, direction: "backwards", limit, signal })) {
    if (events.length > 0 && isEndOfCommit(event.position)) break;
    events.push(event);
  }
  return events.reverse();
}
