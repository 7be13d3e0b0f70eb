import type { Quota, Retention } from "../../../adapter.ts";
import { UnsupportedStorageError } from "../../../errors.ts";
import { encodeLogMarker, type LogMarker } from "../wire/log_marker.ts";
import type { Names } from "../wire/names.ts";
import { isAtLeast } from "../api/server_version.ts";
import type { StreamConfig, StreamSettings } from "./stream_settings.ts";

/**
 * Checks that an existing log has the requested bounds, and no limit that reuses a version or loses a commit.
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
      `${WHY_NO_BYTES}. Use 2.10 or newer, or take the limit away, and set max_msgs instead`,
  );
}

/** The defect of older servers with a limit of bytes, as a part of error messages. */
export const WHY_NO_BYTES = "loses messages of such a stream that it has acknowledged (it was mended in 2.10)";

/** Whether a server keeps acknowledged messages in a stream with a limit of bytes. */
export function keepsLimitedBytes(version: string | undefined): boolean {
  return isAtLeast(version, 2, 10);
}

/** Compares all bounds of the retention. With a different bound, a reader would see other commits as expired. */
function checkRetention(names: Names, { name }: StreamConfig, marker: LogMarker, retention: Retention): void {
  const wanted = encodeLogMarker({ ...marker, retention });
  const has = encodeLogMarker(marker);
  if (wanted === has) return;
  const way = marker.retention === undefined
    ? "A log that was made without retention keeps everything: leave the option out, or use another namespace"
    : "Ask for what it has, leave the option out, or have the description changed";
  throw new UnsupportedStorageError(
    `Cannot use namespace "${names.namespace}" with the retention asked for: its stream "${name}" would be described ` +
      `as "${wanted}", and exists as "${has}". ${way}`,
  );
}

function checkQuota(names: Names, config: StreamConfig, marker: LogMarker, { maxCommits, maxBytes }: Quota): void {
  const bounds = [["maxCommits", maxCommits, config.max_msgs], ["maxBytes", maxBytes, config.max_bytes]] as const;
  for (const [bound, wanted, limit = -1] of bounds) {
    if (wanted === undefined || wanted === limit) continue;
    const has = marker.retention !== undefined ? "a retention instead" : limit < 0 ? "none" : `one of ${limit}`;
    throw new UnsupportedStorageError(
      `Cannot use namespace "${names.namespace}" with a quota.${bound} of ${wanted}: its stream "${config.name}" ` +
        `exists with ${has}. Ask for what it has, leave the option out, or have the stream's limits changed`,
    );
  }
}

/**
 * Checks that the server removes no message by itself: otherwise the versions of actors would be lost.
 *
 * @throws {UnsupportedStorageError} If the server may remove messages.
 */
export function checkNothingExpires({ namespace }: Names, config: StreamConfig): void {
  const dropping = droppingOf(config);
  if (dropping === undefined) return;
  throw new UnsupportedStorageError(
    `Cannot use namespace "${namespace}": its stream "${config.name}" was given ${dropping}, by which the server would ` +
      `drop the last commits of actors, and their versions would be used again. Take it away again, and use the option ` +
      `retention instead`,
  );
}

/** The limit by which a stream removes messages. */
function droppingOf(config: StreamConfig): string | undefined {
  const { max_age = 0, max_msgs = -1, max_bytes = -1, discard = "old", retention = "limits" } = config;
  if (retention !== "limits") return `retention: ${retention}`;
  if (discard === "old" && (max_msgs > 0 || max_bytes > 0)) return "discard: old";
  return max_age > 0 ? "max_age" : undefined;
}
