import type { Namespace } from "../base/namespace.ts";
import type { Log } from "../driver/log.ts";
import type { RecordEntry, Records } from "../driver/records.ts";
import { InvalidArgumentError } from "../errors/invalid_argument_error.ts";

/**
 * Refuses a target with records that are probably not from an earlier import: an import writes records after all
 * commits. If the source has no commits, a record that was deleted in the source since an earlier import is refused, too.
 *
 * @throws {InvalidArgumentError} If the target has no commits, and has a record whose key the source does not have.
 */
export async function refuseForeignRecords(
  { namespace, source, target }: { readonly namespace: Namespace; readonly source: Log; readonly target: Log },
  signal: AbortSignal | undefined,
): Promise<void> {
  const stored = await scanAll(target.records, signal);
  if (stored.length === 0 || await target.latestCommit(signal) !== undefined) return;
  const keys = new Set((await scanAll(source.records, signal)).map(({ key }) => key));
  const foreign = stored.find(({ key }) => !keys.has(key));
  if (foreign === undefined) return;
  throw new InvalidArgumentError(
    `Cannot import into namespace "${namespace}": the target has no events, but the record "${foreign.key}", which the ` +
      `source does not have. Import into a namespace without records, or delete the record`,
    { argument: "to" },
  );
}

/**
 * Copies the records of a log in the order of their revisions. A copied record replaces the target's record of the same
 * key. A record of the target whose key the source does not have is deleted.
 *
 * @returns The number of records of the source.
 * @throws {InvalidArgumentError} If the source has records and the adapter of the target keeps none, or another process
 * changes a record of the target.
 */
export async function copyRecords(from: Log, to: Log, signal: AbortSignal | undefined): Promise<number> {
  if (from.records === undefined) return 0;
  const entries = await scanAll(from.records, signal);
  if (to.records === undefined) {
    if (entries.length === 0) return 0;
    throw new InvalidArgumentError(
      "Cannot import the records: the adapter of the target keeps none. Use another adapter",
      {
        argument: "to",
      },
    );
  }
  const stored = new Map((await scanAll(to.records, signal)).map((entry) => [entry.key, entry]));
  for (const entry of entries) await copyRecord(to.records, entry, stored.get(entry.key), signal);
  for (const { key } of entries) stored.delete(key);
  await deleteRecords(to.records, stored, signal);
  return entries.length;
}

async function deleteRecords(
  records: Records,
  deleted: ReadonlyMap<string, RecordEntry>,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (deleted.size === 0) return;
  for (const { key, revision } of deleted.values()) await records.delete(key, revision, signal);
  const remaining = (await scanAll(records, signal)).find(({ key }) => deleted.has(key));
  if (remaining !== undefined) throw changedByOther(remaining.key);
}

async function copyRecord(
  records: Records,
  { key, value }: RecordEntry,
  stored: RecordEntry | undefined,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (stored !== undefined && areEqual(stored.value, value)) return;
  if (await records.put(key, value, stored?.revision ?? 0, signal) !== undefined) return;
  throw changedByOther(key);
}

function changedByOther(key: string): InvalidArgumentError {
  return new InvalidArgumentError(
    `Cannot import the record "${key}": another process changes it in the target. Stop that process`,
    { argument: "to" },
  );
}

async function scanAll(records: Records | undefined, signal: AbortSignal | undefined): Promise<RecordEntry[]> {
  if (records === undefined) return [];
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
