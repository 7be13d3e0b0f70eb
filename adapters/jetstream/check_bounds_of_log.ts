import { UnsuitableServerError } from "../../mod.ts";
import type { Names } from "./names.ts";
import type { StreamConfig, StreamSettings } from "./stream_config.ts";

/**
 * Makes sure that a log which exists has the bounds that were asked for, and none under which a version would be used
 * twice.
 *
 * @throws {UnsuitableServerError} It has others: both are in the message.
 */
export function checkBoundsOfLog(names: Names, config: StreamConfig, { quota }: StreamSettings): void {
  checkNothingExpires(names, config);
  if (quota === undefined) return;
  const { max_msgs, max_bytes } = config;
  for (
    const [name, wanted, has] of [["maxCommits", quota.maxCommits, max_msgs], [
      "maxBytes",
      quota.maxBytes,
      max_bytes,
    ]] as const
  ) {
    if (wanted === undefined || wanted === has) continue;
    throw new UnsuitableServerError(
      `Cannot use namespace "${names.namespace}" with a quota.${name} of ${wanted}: its stream "${config.name}" exists ` +
        `with ${has === undefined || has < 0 ? "none" : has}. Ask for that, leave the option out, or have the ` +
        `stream's limits changed`,
    );
  }
}

/** The server's own expiry forgets which versions an actor has had. */
function checkNothingExpires({ namespace }: Names, config: StreamConfig): void {
  const { name, max_age = 0, max_msgs = -1, max_bytes = -1, discard = "old" } = config;
  const limit = max_age > 0
    ? "max_age"
    : discard === "old" && (max_msgs > 0 || max_bytes > 0)
    ? "discard: old"
    : undefined;
  if (limit === undefined) return;
  throw new UnsuitableServerError(
    `Cannot use namespace "${namespace}": its stream "${name}" was given ${limit}, by which the server would drop the ` +
      `last commits of actors, and their versions would be used again. Take it away again`,
  );
}
