import { quote } from "../base/quote.ts";
import { TooLargeError } from "../errors/too_large_error.ts";
import { freezeJson } from "../events/freeze_json.ts";
import { idProblem } from "../events/id_problem.ts";
import { COMMIT_ID_LOOKBACK, MAX_DATA_DEPTH, MAX_SNAPSHOT_BYTES } from "../base/limits.ts";
import { freezeParsed } from "../events/freeze_parsed.ts";
import type { Snapshot } from "./snapshot_store.ts";

/**
 * The stored form beside the version: `{"schema":1,"eventId":"…","state":…,"commits":["…"]}`; `commits` may be absent.
 */
export function encodeSnapshot({ schema, eventId, state, commits }: Snapshot): Uint8Array {
  const { value } = freezeJson(state, "snapshot.state", MAX_SNAPSHOT_BYTES);
  const bytes = new TextEncoder().encode(JSON.stringify({ schema, eventId, state: value, commits }));
  if (bytes.length <= MAX_SNAPSHOT_BYTES) return bytes;
  throw new TooLargeError(
    `Cannot keep a snapshot of ${bytes.length} bytes: the limit is ${MAX_SNAPSHOT_BYTES}. Keep less in the state`,
    { bytes: bytes.length, maxBytes: MAX_SNAPSHOT_BYTES },
  );
}

/** The snapshot, or `undefined` where the bytes are not one: it is damaged, and counts as absent. */
export function decodeSnapshot(version: number, bytes: Uint8Array): Snapshot | undefined {
  try {
    const { schema, eventId, state, commits } = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    if (!Number.isSafeInteger(schema) || typeof eventId !== "string" || state === undefined) return undefined;
    if (commits !== undefined && commitsProblem(commits) !== undefined) return undefined;
    const snapshot = { version, schema, eventId, state, ...(commits !== undefined && { commits }) };
    return freezeParsed(snapshot, MAX_DATA_DEPTH + 1) === undefined ? snapshot : undefined;
  } catch {
    return undefined;
  }
}

/** The rule that the ids of a snapshot's commits break, if any. */
export function commitsProblem(commits: unknown): string | undefined {
  if (!Array.isArray(commits)) return `must be an array of ids, not ${quote(commits)}`;
  if (commits.length > COMMIT_ID_LOOKBACK) return `has ${commits.length} ids, ${COMMIT_ID_LOOKBACK} at most`;
  const problem = commits.map(idProblem).find((problem) => problem !== undefined);
  return problem && `has an id that ${problem}`;
}
