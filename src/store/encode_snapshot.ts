import { quote } from "../base/quote.ts";
import { refuseArgument } from "../checks/refuse_argument.ts";
import { InvalidArgumentError } from "../errors/invalid_argument_error.ts";
import { TooLargeError } from "../errors/too_large_error.ts";
import { freezeJson } from "../events/freeze_json.ts";
import { idProblem } from "../events/id_problem.ts";
import { COMMIT_ID_LOOKBACK, MAX_DATA_DEPTH, MAX_SNAPSHOT_BYTES } from "../base/limits.ts";
import { freezeParsed } from "../events/freeze_parsed.ts";
import type { Snapshot, SnapshotCommits } from "./snapshot_store.ts";

/**
 * Encodes all fields of a snapshot except its version:
 * `{"schema":1,"fingerprint":"…","eventId":"…","state":…,"commits":{"ids":["…"],"complete":true}}` in UTF-8.
 * `fingerprint` and `commits` may be absent.
 */
export function encodeSnapshot({ schema, fingerprint, eventId, state, commits }: Snapshot): Uint8Array {
  const { value } = freezeJson(state, "snapshot.state", MAX_SNAPSHOT_BYTES);
  const bytes = new TextEncoder().encode(JSON.stringify({ schema, fingerprint, eventId, state: value, commits }));
  if (bytes.length <= MAX_SNAPSHOT_BYTES) return bytes;
  throw new TooLargeError(
    `Cannot store a snapshot of ${bytes.length} bytes: the limit is ${MAX_SNAPSHOT_BYTES}. Keep less data in the state`,
    { bytes: bytes.length, maxBytes: MAX_SNAPSHOT_BYTES },
  );
}

/** Decodes a snapshot; `undefined` if the bytes are damaged. A damaged snapshot counts as absent. */
export function decodeSnapshot(version: number, bytes: Uint8Array): Snapshot | undefined {
  try {
    const { schema, fingerprint, eventId, state, commits } = JSON.parse(
      new TextDecoder("utf-8", { fatal: true }).decode(bytes),
    );
    if (fingerprint !== undefined && idProblem(fingerprint) !== undefined) return undefined;
    if (!Number.isSafeInteger(schema) || typeof eventId !== "string" || state === undefined) return undefined;
    const snapshot = {
      version,
      schema,
      ...(fingerprint !== undefined && { fingerprint }),
      eventId,
      state,
      ...(commits !== undefined && { commits: copyCommits(commits) }),
    };
    return freezeParsed(snapshot, MAX_DATA_DEPTH + 1) === undefined ? snapshot : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Checks the commits of a snapshot and copies them. Reads each member once.
 *
 * @throws {InvalidArgumentError} If they are not valid, or contain too many ids.
 */
export function copyCommits(commits: unknown): SnapshotCommits {
  if (typeof commits !== "object" || commits === null) {
    refuseArgument("commits", "an object with ids and complete", commits);
  }
  const { ids, complete } = commits as Partial<SnapshotCommits>;
  const copy: unknown = Array.isArray(ids) ? Array.from(ids) : ids;
  const problem = idsProblem(copy);
  if (problem !== undefined) throw new InvalidArgumentError(`commits.ids ${problem}`, { argument: "commits" });
  if (typeof complete !== "boolean") refuseArgument("commits.complete", "true or false", complete);
  return { ids: copy as readonly string[], complete };
}

function idsProblem(ids: unknown): string | undefined {
  if (!Array.isArray(ids)) return `must be an array of ids, not ${quote(ids)}`;
  if (ids.length > COMMIT_ID_LOOKBACK) return `has ${ids.length} ids, ${COMMIT_ID_LOOKBACK} at most`;
  const problem = ids.map(idProblem).find((problem) => problem !== undefined);
  return problem && `has an id that ${problem}`;
}
