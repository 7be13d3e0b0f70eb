import type { NewEvent } from "../event/new_event.ts";
import type { RecordedEvent } from "../event/recorded_event.ts";
import { isEndOfCommit } from "../position/position.ts";
import type { EventStore } from "./event_store.ts";
import type { AppendOptions, AppendResult } from "./options.ts";

/** An append, and the events that it stored, or had stored before. */
export interface RecordedAppend extends AppendResult {
  readonly events: readonly RecordedEvent[];
}

/** What a store of this copy of the package has beside its public methods. */
export const APPEND_RECORDED: unique symbol = Symbol("appendRecorded");

/** What {@link appendRecorded} looks for. */
export interface RecordingStore {
  /** Appends; the events are absent where they had been stored before. */
  [APPEND_RECORDED](
    actorId: string,
    events: readonly NewEvent[],
    options: AppendOptions,
  ): Promise<AppendResult & { readonly events: readonly RecordedEvent[] | undefined }>;
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
  const done = APPEND_RECORDED in store
    ? await (store as RecordingStore)[APPEND_RECORDED](actorId, events, options)
    : { ...await store.append(actorId, events, options), events: undefined };
  return { ...done, events: done.events ?? await readCommit(store, actorId, done.version, options.signal) };
}

/** The events of the commit whose last event has a version. */
export async function readCommit(
  store: Pick<EventStore, "read">,
  actorId: string,
  version: number,
  signal: AbortSignal | undefined,
): Promise<readonly RecordedEvent[]> {
  const events: RecordedEvent[] = [];
  for await (const event of store.read(actorId, { to: version, direction: "backwards", signal })) {
    if (events.length > 0 && isEndOfCommit(event.position)) break;
    events.push(event);
  }
  return events.reverse();
}
