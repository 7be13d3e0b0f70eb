/**
 * The configuration of a namespace's streams, and the checks of existing streams.
 *
 * @module
 */
import type { Capabilities } from "../../../adapter.ts";
import { UnsupportedStorageError } from "../../../errors.ts";
import { checkRepublish, republishOf } from "./republish.ts";
import { checkNothingExpires, checkStreamLimits } from "./check_stream_limits.ts";
import { identityOf } from "../wire/log_identity.ts";
import { decodeLogMarker, encodeLogMarker, type LogMarker, type LogMetadata } from "../wire/log_marker.ts";
import type { Names } from "../wire/names.ts";
import { isAtLeast } from "../api/server_version.ts";
import type { StreamConfig, StreamSettings } from "./stream_settings.ts";

/** The durability of an acknowledged append to a stream with these settings. */
export function durabilityOf(
  { replicas, storage }: Pick<StreamSettings, "replicas" | "storage">,
): Capabilities["durability"] {
  if (replicas > 1) return "quorum";
  // The server acknowledges a message when the operating system has it. It syncs the disk every two minutes by default:
  // acknowledged commits survive a crash of the server's process, but not a loss of power.
  return storage === "file" ? "process" : "none";
}

const SNAPSHOTS_MARKER = "aether snapshots v1";
/** In stored names and markers, version floors are called heads. */
const FLOORS_MARKER = "aether heads v1";

/** The stream of a new log. */
export function logConfig(names: Names, marker: LogMarker, settings: StreamSettings): StreamConfig {
  const { replicas, storage, quota } = settings;
  return {
    name: names.log,
    description: encodeLogMarker(marker),
    subjects: [`${names.logPrefix}>`],
    storage,
    retention: "limits",
    discard: "new",
    num_replicas: replicas,
    allow_direct: true,
    deny_delete: true,
    // Commits may be purged only in a log with retention.
    deny_purge: marker.retention === undefined,
    ...(marker.republish && { republish: republishOf(names) }),
    ...(quota?.maxCommits !== undefined && { max_msgs: quota.maxCommits }),
    ...(quota?.maxBytes !== undefined && { max_bytes: quota.maxBytes }),
  };
}

/** The stream of a namespace's snapshots: it keeps the last message of each subject. */
export function snapshotsConfig(names: Names, settings: StreamSettings): StreamConfig {
  const subjects = [`${names.snapshotsPrefix}>`];
  return { name: names.snapshots, description: SNAPSHOTS_MARKER, subjects, ...lastPerSubject(settings) };
}

/** The stream of version floors. It keeps the last message of each subject permanently. */
export function floorsConfig(names: Names, settings: StreamSettings): StreamConfig {
  return {
    name: names.floors,
    description: FLOORS_MARKER,
    subjects: [`${names.floorsPrefix}>`],
    ...lastPerSubject(settings),
    deny_delete: true,
    deny_purge: true,
  };
}

/** The configuration of a stream that keeps the last message of each subject. */
export function lastPerSubject({ replicas, storage }: StreamSettings): Omit<StreamConfig, "name"> {
  return {
    storage,
    retention: "limits",
    discard: "old",
    num_replicas: replicas,
    max_msgs_per_subject: 1,
    allow_direct: true,
  };
}

/**
 * Checks that a stream is the log of this namespace.
 *
 * @returns The metadata in the marker, and the identity of the log.
 * @throws {UnsupportedStorageError} If one of these statements is true:
 * - Another program or a newer version created the stream.
 * - Its configuration prevents reads, or allows the loss of commits or conflicting appends.
 * - The bounds or the republishing of the stream differ from the requested ones.
 */
export function checkLog(
  names: Names,
  { config, created }: { readonly config: StreamConfig; readonly created: string },
  wanted: StreamSettings,
  serverVersion: string | undefined,
): LogMetadata {
  const marker = decodeLogMarker(config.description);
  if (marker === undefined) throw foreignStream(names, config, `"aether log v1 ..."`);
  checkSubjects(names, config, `${names.logPrefix}>`);
  checkDirect(names, config);
  checkReplicas(names, config, serverVersion);
  checkRepublish(names, config, marker, wanted);
  checkStreamLimits(names, config, marker, wanted, serverVersion);
  return { ...marker, identity: identityOf(names.log, created, marker) };
}

/**
 * Checks that a stream holds the snapshots of this namespace.
 *
 * @throws {UnsupportedStorageError} If another program or a newer version created the stream, or if its configuration
 * prevents reads.
 */
export function checkSnapshots(names: Names, config: StreamConfig): void {
  if (config.description !== SNAPSHOTS_MARKER) throw foreignStream(names, config, `"${SNAPSHOTS_MARKER}"`);
  checkSubjects(names, config, `${names.snapshotsPrefix}>`);
  checkDirect(names, config);
}

/**
 * Checks that a stream holds the version floors of this namespace.
 *
 * @throws {UnsupportedStorageError} If another program or a newer version created the stream, or if its configuration
 * prevents reads or allows the loss of floors.
 */
export function checkFloors(names: Names, config: StreamConfig): void {
  if (config.description !== FLOORS_MARKER) throw foreignStream(names, config, `"${FLOORS_MARKER}"`);
  checkSubjects(names, config, `${names.floorsPrefix}>`);
  checkDirect(names, config);
  checkNothingExpires(names, config);
}

/** The error for a stream whose description is not the expected marker. */
function foreignStream(
  { namespace }: Names,
  { name, description }: StreamConfig,
  marker: string,
): UnsupportedStorageError {
  return new UnsupportedStorageError(
    `Cannot use namespace "${namespace}": another program or a newer version of Aether created its stream "${name}", ` +
      `whose description is ${JSON.stringify(description ?? "")} instead of ${marker}. ` +
      `Use another namespace or NATS account, or the newer version`,
  );
}

function checkSubjects({ namespace }: Names, { name, subjects }: StreamConfig, wanted: string): void {
  if (subjects?.length === 1 && subjects[0] === wanted) return;
  throw new UnsupportedStorageError(
    `Cannot use namespace "${namespace}": its stream "${name}" has the subjects ${JSON.stringify(subjects ?? [])} ` +
      `instead of ["${wanted}"]. It was created with another prefix. Use that prefix, or another NATS account`,
  );
}

function checkDirect({ namespace }: Names, { name, allow_direct }: StreamConfig): void {
  if (allow_direct === true) return;
  throw new UnsupportedStorageError(
    `Cannot use namespace "${namespace}": direct gets of its stream "${name}" are disabled. Set allow_direct`,
  );
}

function checkReplicas({ namespace }: Names, { name, num_replicas = 1 }: StreamConfig, version?: string): void {
  if (num_replicas <= 1 || checksReplicas(version)) return;
  throw new UnsupportedStorageError(
    `Cannot use namespace "${namespace}": its stream "${name}" has ${num_replicas} replicas, and nats-server ` +
      `${version} ${WHY_NOT_REPLICATED}`,
  );
}

/** The defect of older servers with replicas, and the fix, as a part of error messages. */
export const WHY_NOT_REPLICATED =
  "can accept two conflicting appends in a stream with replicas (fixed in 2.9.21). Use 2.9.21 or newer, or one replica";

/** Whether a server checks the expected sequence correctly in streams with replicas. */
export function checksReplicas(version: string | undefined): boolean {
  return isAtLeast(version, 2, 9, 21);
}
