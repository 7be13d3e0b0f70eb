import { readRecords } from "../driver/read_records.ts";
import type { RecordEntry, Records } from "../driver/records.ts";
import { definitionKey, prefixOf } from "./consumer_keys.ts";

/** Whether a record exists and was not emptied. */
export function isStored(entry: RecordEntry | undefined): entry is RecordEntry {
  return entry !== undefined && entry.value.length > 0;
}

/**
 * Empties the records of a consumer. They are not deleted: members keep the records that they have read, and do not
 * notice a deletion. The definition is emptied last, so that a call that has failed can be repeated.
 *
 * @param name The name of the consumer.
 * @returns `false` if an operator or a new member changed a record since it was read.
 */
export async function emptyRecords(records: Records, name: string, signal: AbortSignal): Promise<boolean> {
  const entries = await readRecords(records, prefixOf(name), signal);
  const definition = entries.get(definitionKey(name));
  entries.delete(definitionKey(name));
  for (const entry of [...entries.values(), definition]) {
    if (!isStored(entry)) continue;
    if (await records.put(entry.key, new Uint8Array(), entry.revision, signal) === undefined) return false;
  }
  return true;
}
