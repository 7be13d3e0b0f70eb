import type { RecordEntry, Records } from "./records.ts";

/** Reads all records whose keys have a prefix. The result contains them by key, in the order of their revisions. */
export async function readRecords(
  records: Records,
  prefix: string,
  signal?: AbortSignal,
): Promise<Map<string, RecordEntry>> {
  const found: Map<string, RecordEntry> = new Map();
  let after = 0;
  while (true) {
    const { entries, more } = await records.scan(prefix, after, signal);
    for (const entry of entries) {
      found.delete(entry.key); // A record that was put again during the read moves to the end.
      found.set(entry.key, entry);
    }
    if (!more || entries.length === 0) return found;
    after = entries.at(-1)!.revision;
  }
}
