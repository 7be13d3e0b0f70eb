/** The errors of a stream that the adapter cannot create. */
import { UnsupportedStorageError } from "../../../errors.ts";
import type { ApiError } from "../api/api_error.ts";
import type { RequestFailure } from "../nats/request_failure.ts";
import type { StreamConfig } from "./stream_settings.ts";

/** The stream does not exist, and the NATS user may not create it. */
export function missingStream(name: string, cause: RequestFailure): UnsupportedStorageError {
  return new UnsupportedStorageError(
    `Cannot create the stream "${name}", which does not exist: the NATS user may not create streams. Create it as ` +
      `another user with provision(), or grant the permission`,
    { cause },
  );
}

/** The cluster has too few servers for the replicas. */
export function tooManyReplicas(
  { name, num_replicas: replicas, storage }: StreamConfig,
  cause: ApiError,
): UnsupportedStorageError {
  return new UnsupportedStorageError(
    `Cannot create the stream "${name}" with ${replicas} replicas in ${storage} storage: too few servers of the ` +
      `cluster have JetStream and enough space (${cause.message}). Add or start servers, or set fewer replicas`,
    { cause },
  );
}

/** The subjects of another stream of the account overlap with the subjects of this stream. */
export function overlappingSubjects({ name, subjects = [] }: StreamConfig, cause: ApiError): UnsupportedStorageError {
  return new UnsupportedStorageError(
    `Cannot create the stream "${name}": the subjects of another stream of this NATS account overlap with ` +
      `"${subjects[0]}". Remove that stream, or use another prefix or account`,
    { cause },
  );
}
