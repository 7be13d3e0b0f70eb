import { TooLargeError } from "../error/too_large_error.ts";
import { freezeJson } from "../event/freeze_json.ts";
import { MAX_SNAPSHOT_BYTES } from "../limits.ts";
import { freezeParsed } from "../event/freeze_parsed.ts";
import type { Snapshot } from "./snapshot_store.ts";

/** What is stored beside the version: `{"schema":1,"eventId":"…","state":…}`. */
export function encodeSnapshot({ schema, eventId, state }: Snapshot): Uint8Array {
  const { value } = freezeJson(state, "snapshot.state", MAX_SNAPSHOT_BYTES);
  const bytes = new TextEncoder().encode(JSON.stringify({ schema, eventId, state: value }));
  if (bytes.length <= MAX_SNAPSHOT_BYTES) return bytes;
  throw new TooLargeError(
    `Cannot keep a snapshot of ${bytes.length} bytes: the limit is ${MAX_SNAPSHOT_BYTES}. Keep less in the state`,
    { bytes: bytes.length, maxBytes: MAX_SNAPSHOT_BYTES },
  );
}

/** The snapshot, or `undefined` where the bytes are not one: it is damaged, and counts as absent. */
export function decodeSnapshot(version: number, bytes: Uint8Array): Snapshot | undefined {
  try {
    const { schema, eventId, state } = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    if (!Number.isSafeInteger(schema) || typeof eventId !== "string" || state === undefined) return undefined;
    return freezeParsed({ version, schema, eventId, state });
  } catch {
    return undefined;
  }
}
