/**
 * The limits that every backend applies, as numbers with a unit.
 *
 * @example
 * ```ts
 * import { MAX_EVENTS_PER_COMMIT } from "@flowmade-one/aether/limits";
 * import { assertEquals } from "@std/assert";
 *
 * const rows = Array.from({ length: 2_500 }, (_, row) => row);
 * const commits = Math.ceil(rows.length / MAX_EVENTS_PER_COMMIT);
 * assertEquals(commits, 3);
 * ```
 *
 * @module
 */
export {
  COMMIT_ID_LOOKBACK,
  DEFAULT_MAX_COMMIT_BYTES,
  MAX_ACTOR_ID_BYTES,
  MAX_ATTEMPTS,
  MAX_BACKOFF_MS,
  MAX_DATA_DEPTH,
  MAX_EVENT_TYPE_BYTES,
  MAX_EVENTS_PER_COMMIT,
  MAX_ID_LENGTH,
  MAX_METADATA_KEY_LENGTH,
  MAX_METADATA_PAIRS,
  MAX_NAMESPACE_LENGTH,
  MAX_NAMESPACE_TOKEN_LENGTH,
  MAX_NAMESPACE_TOKENS,
  MAX_REASON_LENGTH,
  MAX_SCHEMA_VERSION,
  MAX_SNAPSHOT_BYTES,
  MAX_SNAPSHOTS_KEPT,
  MAX_SUBJECT_TOKENS,
} from "./src/base/limits.ts";
