/**
 * The interface between the core and a storage, for the authors of adapters.
 *
 * A {@link Driver} opens one {@link Log} per namespace. A log stores commits that the core has prepared
 * ({@link Commit}), and returns events in pages. {@link createBackend} makes the application's `Backend` from a driver.
 * The cases of `@flowmade-one/aether/conformance` verify every guarantee of an adapter.
 *
 * @example Make a backend from a driver
 * ```ts ignore
 * import type { Backend } from "@flowmade-one/aether";
 * import { createBackend } from "@flowmade-one/aether/adapter";
 *
 * export function file(path: string): Backend {
 *   return createBackend(new FileDriver(path));
 * }
 * ```
 *
 * @module
 */
export { checkBackendOptions } from "./src/backend/check_backend_options.ts";
export { createBackend } from "./src/backend/create_backend.ts";
export type { Quota, Retention } from "./src/driver/bounds.ts";
export { checkBounds, type CheckedBounds } from "./src/driver/check_bounds.ts";
export { checkChoice } from "./src/checks/check_choice.ts";
export { checkOptions } from "./src/checks/check_options.ts";
export { checkWholeNumber } from "./src/checks/check_whole_number.ts";
export { refuseArgument } from "./src/checks/refuse_argument.ts";
export type { Commit, CommitContent, PreparedEvent } from "./src/commits/commit.ts";
export { type CommitJson, type EventJson, fromCommitJson, toCommitJson } from "./src/commits/commit_json.ts";
export { decodeCommit, encodeCommit, parseCommit, stringifyCommit } from "./src/commits/encode_commit.ts";
export { recordCommit } from "./src/commits/record_commit.ts";
export { backgroundErrorReporter } from "./src/backend/background_error_reporter.ts";
export type { BusTransport, TransportReceiver } from "./src/driver/bus_transport.ts";
export type { CallAddress, CallOptions, Calls } from "./src/driver/calls.ts";
export type { Capabilities, Driver, StorageProbe } from "./src/driver/driver.ts";
export type {
  ActorRange,
  AppendOutcome,
  CommitPlace,
  FollowedLog,
  FollowRange,
  Log,
  LogRange,
  Page,
  Pages,
  StoredSnapshot,
} from "./src/driver/log.ts";
export type { RecordEntry, Records, RecordScan } from "./src/driver/records.ts";
export { MAX_RECORD_BYTES, MAX_RECORD_KEY_LENGTH, MAX_RECORD_KEY_TOKENS } from "./src/base/limits.ts";
export { isLogIdentity, type LogKey, newLogIdentity, UNKNOWN_LOG_IDENTITY } from "./src/values/log_identity.ts";
export { partitionOf, PARTITIONS } from "./src/values/partition.ts";
export { traceContextOf } from "./src/events/trace_context.ts";
export { randomId } from "./src/events/random_id.ts";
export { isEndOfCommit, logIdentityOf, MAX_OFFSET, offsetOf } from "./src/values/position.ts";
export { type ExpectedVersion, meetsExpectation } from "./src/values/expected_version.ts";
export { type ImportedLog, importLog, type ImportLogOptions } from "./src/backend/import_log.ts";
