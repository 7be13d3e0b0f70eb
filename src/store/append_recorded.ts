import { OutcomeUnknownError } from "../errors/outcome_unknown_error.ts";
import type { NewEvent } from "../events/new_event.ts";
import type { RecordedEvent } from "../events/recorded_event.ts";
import { isEndOfCommit } from "../values/position.ts";
import type { EventStore } from "./event_store.ts";
import type { AppendOptions, AppendResult } from "./options.ts";

/** The result of an append, always with the stored events, even if an earlier append stored them. */
export interface RecordedAppend extends AppendResult {
  readonly events: readonly RecordedEvent[];
}

/** The options of an append with a numeric expected version, and possibly a commit id. */
type NumericAppendOptions = Extract<AppendOptions, { readonly expectedVersion: number }>;

/**
 * Appends events. Reads them back if the result has no events: the append was a duplicate, or a wrapper of the store
 * returned a result without events.
 *
 * @throws {OutcomeUnknownError} Also if the commit was stored and could not be read back. If the command is repeated
 * with the same commit id, it finds the commit.
 */
export async function appendRecorded(
  store: EventStore,
  actorId: string,
  decided: readonly NewEvent[],
  options: NumericAppendOptions,
): Promise<RecordedAppend> {
  const result = await store.append(actorId, decided, options);
  const { version, position, commitId, duplicate } = result;
  const events = result.events ?? await readBack(store, actorId, result, duplicate ? undefined : decided.length);
  return { version, position, commitId, duplicate, events };
}

/**
 * Reads the events of an append. Every failure becomes an `OutcomeUnknownError`, because the commit is stored.
 *
 * @param limit The number of events, if known.
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
    if (events.at(-1)?.version !== version) throw new TypeError(`The store returned no event of version ${version}`);
    if (limit === undefined || events.length === limit) return events;
    throw new TypeError(`The store returned ${events.length} of the ${limit} events up to version ${version}`);
  } catch (cause) {
    throw new OutcomeUnknownError(
      `Cannot determine the events of a command on "${actorId}" in namespace "${namespace}": the commit that ends ` +
        `with version ${version} could not be read back. Execute the command again with commit id "${commitId}"`,
      { namespace, actorId, commitId },
      { cause },
    );
  }
}

/**
 * Reads the events of a commit.
 *
 * @param version The version of its last event.
 * @param limit The number of its events, if known.
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
