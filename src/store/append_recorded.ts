import { OutcomeUnknownError } from "../errors/outcome_unknown_error.ts";
import type { NewEvent } from "../events/new_event.ts";
import type { RecordedEvent } from "../events/recorded_event.ts";
import { isEndOfCommit } from "../values/position.ts";
import type { EventStore } from "./event_store.ts";
import type { AppendOptions, AppendResult } from "./options.ts";

/** An append, and the events that it stored, or that were stored before. */
export interface RecordedAppend extends AppendResult {
  readonly events: readonly RecordedEvent[];
}

/** An append that expects a number, and may have a commit id. */
type NumericAppendOptions = Extract<AppendOptions, { readonly expectedVersion: number }>;

/**
 * Appends, and reads the events back where the result has none: it is a duplicate, or a copy by a store that wraps this one.
 *
 * @throws {OutcomeUnknownError} Also if it was stored, and could not be read back: the commit id leads to it.
 */
export async function appendRecorded(
  store: EventStore,
  actorId: string,
  decided: readonly NewEvent[],
  options: NumericAppendOptions,
): Promise<RecordedAppend> {
  const done = await store.append(actorId, decided, options);
  const { version, position, commitId, duplicate } = done;
  const events = done.events ?? await readBack(store, actorId, done, duplicate ? undefined : decided.length);
  return { version, position, commitId, duplicate, events };
}

/**
 * Reads what is stored. A failure of that, or a signal that is aborted by now, must not look as if nothing was.
 *
 * @param limit How many events it has, where that is known.
 */
async function readBack(
  store: EventStore,
  actorId: string,
  { version, commitId }: AppendResult,
  limit: number | undefined,
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
