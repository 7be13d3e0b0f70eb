/**
 * How the streams of a namespace are made, and how they are told from foreign ones.
 *
 * @module
 */
import type { StreamConfig as JetStreamConfig } from "@nats-io/jetstream";
import type { Capabilities } from "../../adapter.ts";
import { UnsuitableServerError } from "../../mod.ts";
import type { Names } from "./names.ts";
import { isAtLeast } from "./server_version.ts";

type Named = "name" | "description" | "subjects" | "storage" | "retention" | "discard" | "num_replicas";
type Flagged = "max_msgs_per_subject" | "allow_direct" | "deny_delete" | "deny_purge" | "republish";

/** The part of a stream's configuration that the adapter sets or reads, by JetStream's own names. */
export type StreamConfig =
  & Pick<JetStreamConfig, "name">
  & Readonly<Partial<Pick<JetStreamConfig, Named | Flagged>>>;

/** What its user chooses for the streams that a backend makes. */
export interface StreamSettings {
  readonly replicas: number;
  readonly storage: "file" | "memory";
}

/** What an acknowledged append to such a stream survives. */
export function durabilityOf({ replicas, storage }: StreamSettings): Capabilities["durability"] {
  if (replicas > 1) return "quorum";
  // The server writes to disk every two minutes by default: what it acknowledged outlives a process, not the power.
  return storage === "file" ? "process" : "none";
}

const LOG_MARKER = /^aether log v1 partitions=([1-9][0-9]{0,3})$/;
const SNAPSHOTS_MARKER = "aether snapshots v1";

/** The stream of a new log. */
export function logConfig(names: Names, partitions: number, { replicas, storage }: StreamSettings): StreamConfig {
  return {
    name: names.log,
    description: `aether log v1 partitions=${partitions}`,
    subjects: [`${names.logPrefix}>`],
    storage,
    retention: "limits",
    discard: "new",
    num_replicas: replicas,
    allow_direct: true,
    deny_delete: true,
    deny_purge: true,
    republish: { src: `${names.logPrefix}>`, dest: `${names.commitsPrefix}>` },
  };
}

/** The stream of a namespace's snapshots: the last message of each subject stays. */
export function snapshotsConfig(names: Names, { replicas, storage }: StreamSettings): StreamConfig {
  return {
    name: names.snapshots,
    description: SNAPSHOTS_MARKER,
    subjects: [`${names.snapshotsPrefix}>`],
    storage,
    retention: "limits",
    discard: "old",
    num_replicas: replicas,
    max_msgs_per_subject: 1,
    allow_direct: true,
  };
}

/** The number of partitions that a log's marker states; `undefined` if it is not the marker of a log. */
export function partitionsOf(description: string | undefined): number | undefined {
  const [, partitions] = LOG_MARKER.exec(description ?? "") ?? [];
  return partitions === undefined ? undefined : Number(partitions);
}

/**
 * Makes sure that a stream is this namespace's log.
 *
 * @returns Its number of partitions.
 * @throws {UnsuitableServerError} It is somebody else's, or was changed so that it cannot be read.
 */
export function checkLog(names: Names, config: StreamConfig, serverVersion: string | undefined): number {
  const partitions = partitionsOf(config.description);
  if (partitions === undefined) throw foreign(names, config, `"aether log v1 ..."`);
  checkSubjects(names, config, `${names.logPrefix}>`);
  checkDirect(names, config);
  checkReplicas(names, config, serverVersion);
  return partitions;
}

/**
 * Makes sure that a stream holds this namespace's snapshots.
 *
 * @throws {UnsuitableServerError} It is somebody else's, or was changed so that it cannot be read.
 */
export function checkSnapshots(names: Names, config: StreamConfig): void {
  if (config.description !== SNAPSHOTS_MARKER) throw foreign(names, config, `"${SNAPSHOTS_MARKER}"`);
  checkSubjects(names, config, `${names.snapshotsPrefix}>`);
  checkDirect(names, config);
}

function foreign({ namespace }: Names, { name, description }: StreamConfig, marker: string): UnsuitableServerError {
  return new UnsuitableServerError(
    `Cannot use namespace "${namespace}": a stream named "${name}" exists which Aether did not make, as its ` +
      `description is ${JSON.stringify(description ?? "")} instead of ${marker}. Use another namespace or NATS account`,
  );
}

function checkSubjects({ namespace }: Names, { name, subjects }: StreamConfig, wanted: string): void {
  if (subjects?.length === 1 && subjects[0] === wanted) return;
  throw new UnsuitableServerError(
    `Cannot use namespace "${namespace}": its stream "${name}" has the subjects ${JSON.stringify(subjects ?? [])} ` +
      `instead of ["${wanted}"]. It was made with another prefix; use that one, or another NATS account`,
  );
}

function checkDirect({ namespace }: Names, { name, allow_direct }: StreamConfig): void {
  if (allow_direct === true) return;
  throw new UnsuitableServerError(
    `Cannot use namespace "${namespace}": direct gets of its stream "${name}" were switched off. Set allow_direct again`,
  );
}

function checkReplicas({ namespace }: Names, { name, num_replicas = 1 }: StreamConfig, version?: string): void {
  if (num_replicas <= 1 || checksReplicas(version)) return;
  throw new UnsuitableServerError(
    `Cannot use namespace "${namespace}": its stream "${name}" has ${num_replicas} replicas, and nats-server ${version} ` +
      `${WHY_NOT_REPLICATED}`,
  );
}

/** What is wrong with replicas on older servers, and the way out. */
export const WHY_NOT_REPLICATED =
  "lets two writers win where a stream has replicas (it was mended in 2.9.21). Use 2.9.21 or newer, or one replica";

/** Whether a server's check of the expected sequence holds for streams with replicas. */
export function checksReplicas(version: string | undefined): boolean {
  return isAtLeast(version, 2, 9, 21);
}
