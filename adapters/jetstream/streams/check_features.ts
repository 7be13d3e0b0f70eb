import { UnsupportedStorageError } from "../../../errors.ts";
import type { StreamSettings } from "./stream_settings.ts";
import type { ServerApi } from "../api/server_api.ts";
import { keepsLimitedBytes, WHY_NO_BYTES } from "./check_stream_limits.ts";
import { isAtLeast } from "../api/server_version.ts";

/**
 * Checks that a server has the features that the options need.
 *
 * @throws {UnsupportedStorageError} If the server is too old for an option. The message names the option.
 */
export function checkFeatures({ connection }: ServerApi, { streams }: { readonly streams: StreamSettings }): void {
  const version = connection.info?.version;
  if (streams.retention?.maxAge !== undefined && !isAtLeast(version, 2, 10)) {
    throw new UnsupportedStorageError(
      `Cannot use retention.maxAge on nats-server ${version}: a server before 2.10 does not report its time. Use ` +
        `2.10 or newer, or retention.maxCommits`,
    );
  }
  if (streams.quota?.maxBytes !== undefined && !keepsLimitedBytes(version)) {
    throw new UnsupportedStorageError(
      `Cannot use quota.maxBytes: nats-server ${version} ${WHY_NO_BYTES}. Use 2.10 or newer, or quota.maxCommits`,
    );
  }
}
