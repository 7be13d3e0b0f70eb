import { UnsuitableServerError } from "../../mod.ts";
import type { AdapterOptions } from "./jetstream_options.ts";
import type { ServerApi } from "./server_api.ts";
import { isAtLeast } from "./server_version.ts";

/**
 * Makes sure that a server can do what the options ask of it.
 *
 * @throws {UnsuitableServerError} It is too old for one of them; the message names it.
 */
export function checkFeatures({ connection }: ServerApi, { streams }: Pick<AdapterOptions, "streams">): void {
  const version = connection.info?.version;
  if (streams.retention?.maxAge !== undefined && !isAtLeast(version, 2, 10)) {
    throw new UnsuitableServerError(
      `Cannot use retention.maxAge on nats-server ${version}: before 2.10, a server does not tell its time. Use 2.10 or ` +
        `newer, or retention.maxCommits`,
    );
  }
  if (streams.quota?.maxBytes !== undefined && !isAtLeast(version, 2, 10)) {
    throw new UnsuitableServerError(
      `Cannot use quota.maxBytes on nats-server ${version}: before 2.10, a stream with a limit of bytes loses messages ` +
        `that it has acknowledged. Use 2.10 or newer, or quota.maxCommits`,
    );
  }
}
