import { OutcomeUnknownError } from "../error/outcome_unknown_error.ts";
import type { NewEvent } from "../event/new_event.ts";
import type { RecordedEvent } from "../event/recorded_event.ts";
import { isEndOfCommit } from "../position/position.ts";
import type { EventStore } from "./event_store.ts";
import type { AppendOptions, AppendResult } from "./options.ts";

/** An append, and the events that it stored, or had stored before. */
export interface RecordedAppend extends AppendResult {
  readonly events: readonly RecordedEvent[];
}

/** An append that expects a number, and may have a commit id. */
type NumericAppendOptions = Extract<AppendOptions, { readonly expectedVersion: number }>;

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
 *
 * @throws {OutcomeUnknownError} Also where it was stored, and could not be read back: the commit id leads to it.
 */
export async function appendRecorded(
  store: EventStore,
  actorId: string,
  events: readonly NewEvent[],
  options: NumericAppendOptions,
): Promise<RecordedAppend> {
  const { [RECORDER]: recorder, append, read } = store as EventStore & { readonly [RECORDER]?: Recorder };
  if (recorder !== undefined && recorder.append === append && recorder.read === read) {
    const done = await recorder.record(actorId, events, options);
    if (done.events !== undefined) return { ...done, events: done.events };
    return { ...done, events: await readBack(store, actorId, done, options.commitId!) };
  }
  // With an id it can be asked for again, should it be stored and not be read back.
  const { commitId = crypto.randomUUID() } = options;
  const done = await store.append(actorId, events, { ...options, commitId });
  return {
    ...done,
    events: await readBack(store, actorId, done, commitId, done.duplicate ? undefined : events.length),
  };
}

/**
 * Reads what is stored. A failure of that, or a signal that is aborted by now, must not look as if nothing was.
 *
 * @param limit How many events it has, where that is known.
 */
async function readBack(
  store: EventStore,
  actorId: string,
  { version }: AppendResult,
  commitId: string,
  limit?: number,
): Promise<readonly RecordedEvent[]> {
  const { namespace } = store;
  try {
    const events = await readCommit(store, actorId, version, undefined, limit);
    if (events.at(-1)?.version !== version) throw new TypeError(`The store gave no event of version ${version}`);
    if (limit === undefined || events.length === limit) return events;
    throw new TypeError(`The store gave ${events.length} of the ${limit} events up to version ${version}`);
  } catch (cause) {
    throw new OutcomeUnknownError(
      `Cannot tell what was stored as version ${version} of "${actorId}" in namespace "${namespace}": it could not be ` +
        `read back. Execute the command again with commit id "${commitId}"`,
      { namespace, actorId, commitId },
      { cause },
    );
  }
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
