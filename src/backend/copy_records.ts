import type { Log } from "../driver/log.ts";
import type { RecordEntry, Records } from "../driver/records.ts";
import { InvalidArgumentError } from "../errors/invalid_argument_error.ts";

/**
 * Copies the records of a log in the order of their revisions. A copied record replaces the target's record of the same
 * key.
 *
 * @returns The number of records of the source.
 * @throws {InvalidArgumentError} If the source has records and the adapter of the target keeps none, or another process
 * changes a record of the target.
 */
export async function copyRecords(from: Log, to: Log, signal: AbortSignal | undefined): Promise<number> {
  const entries = from.records === undefined ? [] : await scanAll(from.records, signal);
  if (entries.length === 0) return 0;
  if (to.records === undefined) {
    throw new InvalidArgumentError(
      "Cannot import the records: the adapter of the target keeps none. Use another adapter",
      {
        argument: "to",
      },
    );
  }
  const stored = new Map((await scanAll(to.records, signal)).map((entry) => [entry.key, entry]));
  for (const entry of entries) await copyRecord(to.records, entry, stored.get(entry.key), signal);
  return entries.length;
}

async function copyRecord(
  records: Records,
  { key, value }: RecordEntry,
  stored: RecordEntry | undefined,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (stored !== undefined && areEqual(stored.value, value)) return;
  if (await records.put(key, value, stored?.revision ?? 0, signal) !== undefined) return;
  throw new InvalidArgumentError(
    `Cannot import the record "${key}": another process changes it in the target. Stop that process`,
    { argument: "to" },
  );
}

async function scanAll(records: Records, signal: AbortSignal | undefined): Promise<RecordEntry[]> {
  const all: RecordEntry[] = [];
  let hasMore = true;
  while (hasMore) {
    const { entries, more } = await records.scan("", all.at(-1)?.revision ?? 0, signal);
    all.push(...entries);
    hasMore = more;
  }
  return all;
}

function areEqual(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, i) => byte === other[i]);
}
