import type { Quota, Retention } from "../../../adapter.ts";
import { UnsupportedStorageError } from "../../../errors.ts";
import { encodeLogMarker, type LogMarker } from "../wire/log_marker.ts";
import type { Names } from "../wire/names.ts";
import { isAtLeast } from "../api/server_version.ts";
import type { StreamConfig, StreamSettings } from "./stream_settings.ts";

/**
 * Checks that an existing log has the requested bounds, and no limit by which the server would drop commits.
 *
 * @throws {UnsupportedStorageError} If the log has other limits. The message compares them.
 */
export function checkStreamLimits(
  names: Names,
  config: StreamConfig,
  marker: LogMarker,
  { retention, quota }: StreamSettings,
  serverVersion: string | undefined,
): void {
  checkNothingExpires(names, config);
  checkBytes(names, config, serverVersion);
  if (retention !== undefined) checkRetention(names, config, marker, retention);
  if (quota !== undefined) checkQuota(names, config, marker, quota);
}

function checkBytes({ namespace }: Names, { name, max_bytes = -1 }: StreamConfig, version: string | undefined): void {
  if (max_bytes <= 0 || keepsLimitedBytes(version)) return;
  throw new UnsupportedStorageError(
    `Cannot use namespace "${namespace}": its stream "${name}" has max_bytes: ${max_bytes}, and nats-server ${version} ` +
      `${WHY_NO_BYTES}. Use 2.10 or newer, or replace max_bytes by max_msgs`,
  );
}

/** The defect of older servers with a limit of bytes, as a part of error messages. */
export const WHY_NO_BYTES = "loses acknowledged messages of such a stream (fixed in 2.10)";

/** Whether a server keeps acknowledged messages in a stream with a limit of bytes. */
export function keepsLimitedBytes(version: string | undefined): boolean {
  return isAtLeast(version, 2, 10);
}

/** Compares all bounds of the retention. With a different bound, a reader would see other commits as expired. */
function checkRetention(names: Names, { name }: StreamConfig, marker: LogMarker, retention: Retention): void {
  const wanted = encodeLogMarker({ ...marker, retention });
  const has = encodeLogMarker(marker);
  if (wanted === has) return;
  const advice = marker.retention === undefined
    ? "A log that was created without retention keeps all commits: omit the option, or use another namespace"
    : "Pass the retention of the stream, omit the option, or change the description of the stream";
  throw new UnsupportedStorageError(
    `Cannot use namespace "${names.namespace}" with the requested retention: its stream "${name}" has the description ` +
      `"${has}" instead of "${wanted}". ${advice}`,
  );
}

function checkQuota(names: Names, config: StreamConfig, marker: LogMarker, { maxCommits, maxBytes }: Quota): void {
  const bounds = [["maxCommits", maxCommits, config.max_msgs], ["maxBytes", maxBytes, config.max_bytes]] as const;
  for (const [bound, wanted, limit = -1] of bounds) {
    if (wanted === undefined || wanted === limit) continue;
    const quota = limit < 0 ? "no such quota" : `a quota of ${limit}`;
    const has = marker.retention !== undefined ? "a retention instead" : quota;
    throw new UnsupportedStorageError(
      `Cannot use namespace "${names.namespace}" with a quota.${bound} of ${wanted}: its stream "${config.name}" ` +
        `has ${has}. Omit the option, pass the bounds of the stream, or change the limits of the stream`,
    );
  }
}

/**
 * Checks that the server removes no message by itself: otherwise the versions of actors would be lost.
 *
 * @throws {UnsupportedStorageError} If the server may remove messages.
 */
export function checkNothingExpires({ namespace }: Names, config: StreamConfig): void {
  const limit = droppingLimitOf(config);
  if (limit === undefined) return;
  throw new UnsupportedStorageError(
    `Cannot use namespace "${namespace}": its stream "${config.name}" has ${limit}, with which the server would ` +
      `delete the last commits of actors, and their versions would be assigned again. Restore the former setting, and use ` +
      `the option retention instead`,
  );
}

/** The limit by which a stream removes messages. */
function droppingLimitOf(config: StreamConfig): string | undefined {
  const { max_age = 0, max_msgs = -1, max_bytes = -1, discard = "old", retention = "limits" } = config;
  if (retention !== "limits") return `retention: ${retention}`;
  if (discard === "old" && (max_msgs > 0 || max_bytes > 0)) return "discard: old";
  return max_age > 0 ? "max_age" : undefined;
}
