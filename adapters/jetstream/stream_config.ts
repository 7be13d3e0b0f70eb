/**
 * How the streams of a namespace are made, and how they are told from foreign ones.
 *
 * @module
 */
import type { StreamConfig as JetStreamConfig } from "@nats-io/jetstream";
import { UnsuitableServerError } from "../../mod.ts";
import type { Names } from "./names.ts";

type Named = "name" | "description" | "subjects" | "storage" | "retention" | "discard" | "num_replicas";
type Flagged = "max_msgs_per_subject" | "allow_direct" | "deny_delete" | "deny_purge" | "republish";

/** The part of a stream's configuration that the adapter sets or reads, by JetStream's own names. */
export type StreamConfig =
  & Pick<JetStreamConfig, "name">
  & Readonly<Partial<Pick<JetStreamConfig, Named | Flagged>>>;

const LOG_MARKER = /^aether log v1 partitions=([1-9][0-9]{0,3})$/;
const SNAPSHOTS_MARKER = "aether snapshots v1";

/** The stream of a new log. */
export function logConfig(names: Names, partitions: number): StreamConfig {
  return {
    name: names.log,
    description: `aether log v1 partitions=${partitions}`,
    subjects: [`${names.logPrefix}>`],
    storage: "file",
    retention: "limits",
    discard: "new",
    num_replicas: 1,
    allow_direct: true,
    deny_delete: true,
    deny_purge: true,
    republish: { src: `${names.logPrefix}>`, dest: `${names.commitsPrefix}>` },
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
export function checkLog(names: Names, config: StreamConfig): number {
  const partitions = partitionsOf(config.description);
  if (partitions === undefined) throw foreign(names, config, `"aether log v1 ..."`);
  checkSubjects(names, config, `${names.logPrefix}>`);
  checkDirect(names, config);
  checkReplicas(names, config);
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
