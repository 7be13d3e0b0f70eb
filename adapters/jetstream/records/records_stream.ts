/**
 * How the streams of records are created, and how they are told from foreign ones.
 *
 * @module
 */
import { UnsuitableServerError } from "../../../mod.ts";
import { checksReplicas, WHY_NOT_REPLICATED } from "../streams/stream_config.ts";
import type { StreamConfig, StreamSettings } from "../streams/stream_settings.ts";
import type { Names } from "../wire/names.ts";

/** The stream of one scope of records. Fixed for good: see docs/wire-format.md. */
export interface RecordsStream {
  /** The scope, as errors name it: `namespace "prod.orders"`. */
  readonly scope: string;
  /** `prod=2Eorders_records`. */
  readonly name: string;
  /** What every subject begins with, the dot included. A key follows. */
  readonly prefix: string;
  /** The description of the stream. */
  readonly marker: string;
  /** Where it is kept, if the settings of the backend do not decide. */
  readonly storage?: "file";
}

/** The records of a namespace. */
export function namespaceRecords({ namespace, records, recordsPrefix }: Names): RecordsStream {
  return { scope: `namespace "${namespace}"`, name: records, prefix: recordsPrefix, marker: "aether records v1" };
}

/**
 * The records of the backend. They are always kept in files: after the loss of a stream in memory, owners of claims would
 * be taken for dead that are alive.
 */
export function backendRecords(prefix: string): RecordsStream {
  const [name, marker] = [`${prefix}_cluster`, "aether cluster v1"];
  return { scope: "the cluster", name, prefix: `${prefix}.cluster.`, marker, storage: "file" };
}

/** The configuration of a new stream: the last message of each subject stays. */
export function recordsConfig(stream: RecordsStream, { replicas, storage }: StreamSettings): StreamConfig {
  return {
    name: stream.name,
    description: stream.marker,
    subjects: [`${stream.prefix}>`],
    storage: stream.storage ?? storage,
    retention: "limits",
    discard: "old",
    num_replicas: replicas,
    max_msgs_per_subject: 1,
    allow_direct: true,
    deny_purge: true,
  };
}

/**
 * Makes sure that a stream holds the records of a scope.
 *
 * @throws {UnsuitableServerError} If it belongs to another program, or was changed so that records get lost or are written
 * twice over one revision.
 */
export function checkRecordsStream(stream: RecordsStream, config: StreamConfig, version: string | undefined): true {
  const flaw = flawOf(stream, config, version);
  if (flaw === undefined) return true;
  throw new UnsuitableServerError(`Cannot use the records of ${stream.scope}: the stream "${config.name}" ${flaw}`);
}

function flawOf(
  { marker, prefix }: RecordsStream,
  config: StreamConfig,
  version: string | undefined,
): string | undefined {
  const { description = "", subjects = [], num_replicas = 1 } = config;
  if (description !== marker) {
    return `is described as ${
      JSON.stringify(description)
    } instead of "${marker}": Aether did not create it. Use another ` +
      `NATS account`;
  }
  if (subjects.length !== 1 || subjects[0] !== `${prefix}>`) {
    return `has the subjects ${
      JSON.stringify(subjects)
    } instead of ["${prefix}>"]. Use the prefix that it was created with`;
  }
  if (config.allow_direct !== true) return "has no direct gets. Set allow_direct again";
  const limit = limitOf(config);
  if (limit !== undefined) return `was given ${limit}, by which the server would drop records. Remove it`;
  if (num_replicas > 1 && !checksReplicas(version)) {
    return `has ${num_replicas} replicas, and nats-server ${version} ${WHY_NOT_REPLICATED}`;
  }
  return undefined;
}

/** The setting by which the server drops the last message of a subject, if there is one. */
function limitOf(config: StreamConfig): string | undefined {
  const { max_age = 0, max_msgs = -1, max_bytes = -1, max_msgs_per_subject, retention = "limits" } = config;
  if (retention !== "limits") return `retention: ${retention}`;
  if (max_msgs_per_subject !== 1) return `max_msgs_per_subject: ${max_msgs_per_subject ?? -1} instead of 1`;
  if (max_age > 0) return "max_age";
  if (max_msgs > 0) return "max_msgs";
  return max_bytes > 0 ? "max_bytes" : undefined;
}
