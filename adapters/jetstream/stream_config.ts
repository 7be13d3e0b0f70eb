/**
 * How the streams of a namespace are made, and how they are told from foreign ones.
 *
 * @module
 */
import type { StreamConfig as JetStreamConfig } from "@nats-io/jetstream";
import { UnsuitableServerError } from "../../mod.ts";
import { checkBoundsOfLog, type WantedBounds } from "./check_bounds_of_log.ts";
import { decodeLogMarker, encodeLogMarker, type LogFacts } from "./log_marker.ts";
import type { Names } from "./names.ts";

type Named = "name" | "description" | "subjects" | "storage" | "retention" | "discard" | "num_replicas";
type Flagged = "allow_direct" | "deny_delete" | "deny_purge" | "republish";
type Limited = "max_msgs" | "max_bytes" | "max_age" | "max_msgs_per_subject";

/** The part of a stream's configuration that the adapter sets or reads, by JetStream's own names. */
export type StreamConfig =
  & Pick<JetStreamConfig, "name">
  & Readonly<Partial<Pick<JetStreamConfig, Named | Flagged | Limited>>>;

const SNAPSHOTS_MARKER = "aether snapshots v1";

/** The stream of a new log. */
export function logConfig(names: Names, partitions: number, { quota }: WantedBounds): StreamConfig {
  return {
    name: names.log,
    description: encodeLogMarker({ partitions }),
    subjects: [`${names.logPrefix}>`],
    storage: "file",
    retention: "limits",
    discard: "new",
    num_replicas: 1,
    allow_direct: true,
    deny_delete: true,
    deny_purge: true,
    republish: { src: `${names.logPrefix}>`, dest: `${names.commitsPrefix}>` },
    ...(quota?.maxCommits !== undefined && { max_msgs: quota.maxCommits }),
    ...(quota?.maxBytes !== undefined && { max_bytes: quota.maxBytes }),
  };
}

/** The stream of a namespace's snapshots: the last message of each subject stays. */
export function snapshotsConfig(names: Names): StreamConfig {
  return {
    name: names.snapshots,
    description: SNAPSHOTS_MARKER,
    subjects: [`${names.snapshotsPrefix}>`],
    storage: "file",
    retention: "limits",
    discard: "old",
    num_replicas: 1,
    max_msgs_per_subject: 1,
    allow_direct: true,
  };
}

/**
 * Makes sure that a stream is this namespace's log.
 *
 * @returns What its marker says.
 * @throws {UnsuitableServerError} It is somebody else's, was changed so that it cannot be read, or has other bounds than
 * are asked for.
 */
export function checkLog(names: Names, config: StreamConfig, wanted: WantedBounds): LogFacts {
  const facts = decodeLogMarker(config.description);
  if (facts === undefined) throw foreign(names, config, `"aether log v1 ..."`);
  checkSubjects(names, config, `${names.logPrefix}>`);
  checkDirect(names, config);
  checkReplicas(names, config);
  checkBoundsOfLog(names, config, wanted);
  return facts;
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
  checkReplicas(names, config);
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

function checkReplicas({ namespace }: Names, { name, num_replicas = 1 }: StreamConfig): void {
  if (num_replicas <= 1) return;
  throw new UnsuitableServerError(
    `Cannot use namespace "${namespace}": its stream "${name}" has ${num_replicas} replicas. Direct gets are answered ` +
      `by any of them, also by one that is behind, which this version of Aether does not notice. Set num_replicas to 1, ` +
      `or wait for a version that supports replicas`,
  );
}
