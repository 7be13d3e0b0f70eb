import { freezeJson } from "../event/freeze_json.ts";
import { freezeParsed } from "../event/freeze_parsed.ts";
import type { Snapshot } from "./snapshot_store.ts";

/** What is stored beside the version: `{"schema":1,"eventId":"…","state":…}`. */
export function encodeSnapshot({ schema, eventId, state }: Snapshot): Uint8Array {
  const { value } = freezeJson(state, "snapshot.state");
  return new TextEncoder().encode(JSON.stringify({ schema, eventId, state: value }));
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
