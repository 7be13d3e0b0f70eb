import { readRecords } from "../driver/read_records.ts";
import type { RecordEntry, Records } from "../driver/records.ts";
import { definitionKey, prefixOf } from "./consumer_keys.ts";

/** Whether a record exists and was not emptied. */
export function isStored(entry: RecordEntry | undefined): entry is RecordEntry {
  return entry !== undefined && entry.value.length > 0;
}

/**
 * Empties the records of a consumer. They are not deleted: members keep the records that they have read, and do not
 * notice a deletion. The definition is emptied after the lanes, so that a call that has failed can be repeated.
 *
 * @param name The name of the consumer.
 * @returns `false` if an operator or a new member changed a record since it was read.
 */
export async function emptyRecords(records: Records, name: string, signal: AbortSignal): Promise<boolean> {
  const empty = ({ key, revision }: RecordEntry) => records.put(key, new Uint8Array(), revision, signal);
  const { definition, lanes } = await readStored(records, name, signal);
  for (const lane of lanes) if (await empty(lane) === undefined) return false;
  if (definition === undefined) return true;
  const end = await empty(definition);
  if (end === undefined) return false;
  // An operator can have changed a lane after it was emptied. A lane with a later revision than the emptied definition
  // can belong to the next consumer of the name.
  const { lanes: changed } = await readStored(records, name, signal);
  for (const lane of changed) if (lane.revision < end) await empty(lane);
  return true;
}

async function readStored(
  records: Records,
  name: string,
  signal: AbortSignal,
): Promise<{ readonly definition: RecordEntry | undefined; readonly lanes: readonly RecordEntry[] }> {
  const stored = [...(await readRecords(records, prefixOf(name), signal)).values()].filter(isStored);
  const isDefinition = ({ key }: RecordEntry) => key === definitionKey(name);
  return { definition: stored.find(isDefinition), lanes: stored.filter((entry) => !isDefinition(entry)) };
}
