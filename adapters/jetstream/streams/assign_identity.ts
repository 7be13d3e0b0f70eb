import { InvalidArgumentError } from "../../../errors.ts";
import { API_ERROR, ApiError } from "../api/api_error.ts";
import type { ServerApi } from "../api/server_api.ts";
import { derivedIdentity } from "../wire/log_identity.ts";
import { encodeLogMarker } from "../wire/log_marker.ts";
import type { Names } from "../wire/names.ts";
import { checkIsFromLeader } from "./is_from_leader.ts";
import type { StreamInfo } from "./managed_stream.ts";
import { checkLog } from "./stream_config.ts";

/** Settings without bounds: the log is accepted with any bounds. */
const ANY_BOUNDS = { replicas: 1, storage: "file" } as const;

/**
 * Assigns an identity to a log, in the marker of its stream.
 *
 * @param choose Returns the identity, or throws.
 * @throws {InvalidArgumentError} If the namespace has no log.
 * @throws {RequestFailure} If there was no reply, or the stream has no leader at the moment.
 * @throws {UnsupportedStorageError} If the stream is not a log of this adapter.
 */
export async function assignIdentity(
  api: ServerApi,
  names: Names,
  choose: (info: StreamInfo) => string,
): Promise<void> {
  const info = await findInfo(api, names);
  const marker = checkLog(names, info, ANY_BOUNDS, api.connection.info?.version);
  const [derived, identity] = [derivedIdentity(names.log, info.created), choose(info)];
  const assigned = identity === derived ? undefined : { derived, identity };
  const description = encodeLogMarker({ ...marker, assigned });
  await api.manage(({ streams }) => streams.update(names.log, { description }));
}

async function findInfo(api: ServerApi, { log, namespace }: Names): Promise<StreamInfo> {
  try {
    const info: StreamInfo = await api.manage(({ streams }) => streams.info(log));
    checkIsFromLeader(info);
    return info;
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== API_ERROR.streamNotFound) throw error;
    throw new InvalidArgumentError(
      `Cannot assign an identity to the log of namespace "${namespace}": its stream "${log}" does not exist`,
      { argument: "namespace" },
      { cause: error },
    );
  }
}
