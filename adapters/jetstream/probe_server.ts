import type { StorageProbe } from "../../adapter.ts";
import { API_ERROR, ApiError } from "./api/api_error.ts";
import { parseTime } from "./api/parse_time.ts";
import type { ServerApi } from "./api/server_api.ts";
import { isForbiddenToAsk } from "./streams/check_server.ts";
import type { StreamInfo } from "./streams/managed_stream.ts";

/** The usage of an account by JetStream. */
interface AccountUsage {
  readonly storage?: number | undefined;
  readonly limits?: { readonly max_storage?: number | undefined } | undefined;
}

/**
 * Requests the usage of the account and the server's time.
 *
 * @param stream A stream that may exist. Only the information about a stream contains the time, since nats-server 2.10.
 */
export async function probeServer(
  api: ServerApi,
  stream: string | undefined,
  signal: AbortSignal,
): Promise<StorageProbe> {
  const [{ storage, limits }, serverTime] = await Promise.all([
    askUsage(api, signal),
    stream === undefined ? undefined : askTime(api, stream, signal).catch(() => undefined),
  ]);
  const { max_storage: maxBytes = -1 } = limits ?? {};
  return { serverTime, ...(maxBytes > 0 && { usedBytes: storage, maxBytes }) };
}

/** Requests the usage. For a user without the permission, it only checks that the server responds. */
async function askUsage(api: ServerApi, signal: AbortSignal): Promise<AccountUsage> {
  try {
    return await api.ask<AccountUsage>("INFO", {}, { signal });
  } catch (error) {
    if (!isForbiddenToAsk(error)) throw error;
    await api.connection.rtt();
    return {};
  }
}

async function askTime(api: ServerApi, stream: string, signal: AbortSignal): Promise<number | undefined> {
  try {
    const { ts } = await api.ask<Pick<StreamInfo, "ts">>(`STREAM.INFO.${stream}`, {}, { signal });
    return ts === undefined ? undefined : parseTime(ts);
  } catch (error) {
    if (error instanceof ApiError && error.code === API_ERROR.streamNotFound) return undefined;
    throw error;
  }
}
