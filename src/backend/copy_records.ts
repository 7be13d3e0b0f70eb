import type { Namespace } from "../base/namespace.ts";
import type { Log } from "../driver/log.ts";
import { readRecords } from "../driver/read_records.ts";
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
  const stored = await readAll(target.records, signal);
  if (stored.size === 0 || await target.latestCommit(signal) !== undefined) return;
  const known = await readAll(source.records, signal);
  const foreign = [...stored.keys()].find((key) => !known.has(key));
  if (foreign === undefined) return;
  throw new InvalidArgumentError(
    `Cannot import into namespace "${namespace}": the target has no events, but the record "${foreign}", which the ` +
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
  const entries = await readAll(from.records, signal);
  if (to.records === undefined) {
    if (entries.size === 0) return 0;
    throw new InvalidArgumentError(
      "Cannot import the records: the adapter of the target keeps none. Use another adapter",
      {
        argument: "to",
      },
    );
  }
  const stored = await readAll(to.records, signal);
  for (const [key, entry] of entries) await copyRecord(to.records, entry, stored.get(key), signal);
  for (const key of entries.keys()) stored.delete(key);
  await deleteRecords(to.records, stored, signal);
  return entries.size;
}

function readAll(records: Records | undefined, signal: AbortSignal | undefined): Promise<Map<string, RecordEntry>> {
  return records === undefined ? Promise.resolve(new Map()) : readRecords(records, "", signal);
}

async function deleteRecords(
  records: Records,
  deleted: ReadonlyMap<string, RecordEntry>,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (deleted.size === 0) return;
  for (const { key, revision } of deleted.values()) await records.delete(key, revision, signal);
  const remaining = [...(await readAll(records, signal)).keys()].find((key) => deleted.has(key));
  if (remaining !== undefined) throw changedByOther(remaining);
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

function areEqual(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, i) => byte === other[i]);
}
