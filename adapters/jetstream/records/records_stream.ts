/**
 * The configuration of streams of records, and the check of existing streams.
 *
 * The subjects of a stream contain its epoch: the time of its creation, which no other stream of that name has. A
 * process with the epoch of a deleted stream therefore cannot read or write the new stream. A revision is the epoch
 * plus the sequence: revisions also rise when a stream was deleted and created again.
 *
 * @module
 */
import { UnsupportedStorageError } from "../../../errors.ts";
import { checksReplicas, lastPerSubject, WHY_NOT_REPLICATED } from "../streams/stream_config.ts";
import type { StreamConfig, StreamSettings } from "../streams/stream_settings.ts";
import type { Names } from "../wire/names.ts";

/** The stream of one scope of records. The names never change: see docs/wire-format.md. */
export interface RecordsStream {
  /** The name of the scope in error messages: `namespace "prod.orders"`. */
  readonly scope: string;
  /** The name of the stream: `prod=2Eorders_records`. */
  readonly name: string;
  /** The prefix of every subject, the dot included. The epoch and a key follow. */
  readonly prefix: string;
  /** The description of the stream. */
  readonly marker: string;
  /** The storage, if it does not depend on the settings of the backend. */
  readonly storage?: "file";
}

/** The records of a namespace. */
export function namespaceRecords({ namespace, records, recordsPrefix }: Names): RecordsStream {
  return { scope: `namespace "${namespace}"`, name: records, prefix: recordsPrefix, marker: "aether records v1" };
}

/**
 * The records of the backend. They are always stored in files. If a stream in memory were lost, live owners of claims
 * would count as dead.
 */
export function backendRecords(prefix: string): RecordsStream {
  const [name, marker] = [`${prefix}_cluster`, "aether cluster v1"];
  return { scope: "the cluster", name, prefix: `${prefix}.cluster.`, marker, storage: "file" };
}

/** The part of a stream's subject after the prefix: the epoch and a multi-wildcard. */
const EPOCH = /^([1-9][0-9]{12,14})\.>$/;

/** The subjects of all records of a stream. */
export function subjectsOf({ prefix }: RecordsStream, epoch: number): string[] {
  return [`${prefix}${epoch}.>`];
}

/** The configuration of a stream with an epoch. */
export function recordsConfig(stream: RecordsStream, settings: StreamSettings): StreamConfig {
  const { name, marker, storage = settings.storage } = stream;
  return { name, description: marker, ...lastPerSubject({ ...settings, storage }), deny_purge: true };
}

/**
 * Checks that a stream holds the records of a scope.
 *
 * @returns The epoch of the stream.
 * @throws {UnsupportedStorageError} If it belongs to another program, or its configuration loses records or lets two
 * writers replace one revision.
 */
export function checkRecordsStream(stream: RecordsStream, config: StreamConfig, version: string | undefined): number {
  const problem = problemOf(stream, config, version);
  if (problem === undefined) return epochOf(stream, config)!;
  throw new UnsupportedStorageError(
    `Cannot use the records of ${stream.scope}: the stream "${config.name}" ${problem}`,
  );
}

function epochOf({ prefix }: Pick<RecordsStream, "prefix">, { subjects = [] }: StreamConfig): number | undefined {
  const [subject = "", ...others] = subjects;
  if (others.length > 0 || !subject.startsWith(prefix)) return undefined;
  const [, digits] = EPOCH.exec(subject.slice(prefix.length)) ?? [];
  return digits === undefined ? undefined : Number(digits);
}

function problemOf({ marker, prefix }: RecordsStream, config: StreamConfig, version?: string): string | undefined {
  const { description = "", subjects = [], num_replicas = 1 } = config;
  if (description !== marker) {
    const found = JSON.stringify(description);
    return `is described as ${found} instead of "${marker}": another program or a newer version of Aether created ` +
      `it. Use another NATS account, or the newer version`;
  }
  if (epochOf({ prefix }, config) === undefined) {
    const found = JSON.stringify(subjects);
    return `has the subjects ${found} instead of ["${prefix}<epoch>.>"]. Use the prefix with which it was created`;
  }
  if (config.allow_direct !== true) return "has disabled direct gets. Set allow_direct";
  const limit = limitOf(config);
  if (limit !== undefined) return `has ${limit}, which Aether does not set. Restore the former setting`;
  if (num_replicas > 1 && !checksReplicas(version)) {
    return `has ${num_replicas} replicas, and nats-server ${version} ${WHY_NOT_REPLICATED}`;
  }
  return undefined;
}

/** The limit of the stream that removes the last message of a subject, if there is one. */
function limitOf(config: StreamConfig): string | undefined {
  const { max_age = 0, max_msgs = -1, max_bytes = -1, max_msgs_per_subject, retention = "limits" } = config;
  if (retention !== "limits") return `retention: ${retention}`;
  if (max_msgs_per_subject !== 1) return `max_msgs_per_subject: ${max_msgs_per_subject ?? -1} instead of 1`;
  if (max_age > 0) return "max_age";
  if (max_msgs > 0) return "max_msgs";
  return max_bytes > 0 ? "max_bytes" : undefined;
}
