import type { JetStreamAccountStats } from "@nats-io/jetstream";
import { UnavailableError, UnsupportedStorageError } from "../../../errors.ts";
import type { JetStreamConnection } from "../nats/connection.ts";
import type { StreamSettings } from "./stream_settings.ts";
import { API_ERROR, ApiError, isTransient } from "../api/api_error.ts";
import { RequestFailure } from "../nats/request_failure.ts";
import type { ServerApi } from "../api/server_api.ts";
import { isAtLeast } from "../api/server_version.ts";
import { checksReplicas, WHY_NOT_REPLICATED } from "./stream_config.ts";

/** Bytes of a message that are reserved for its headers and its subject. */
const MAX_HEADER_BYTES = 4_096;
/** The minimum of `max_payload`, in bytes: a commit and its headers have to fit. */
const MIN_PAYLOAD = 8_192;

/**
 * Checks that a server can store commits.
 *
 * @throws {UnsupportedStorageError} If the server has no JetStream, or no JetStream for this account. If it is older
 * than 2.9. If its `max_payload` is below 8,192 bytes, or too small for the wanted commits. If it cannot store the
 * replicas. If it would use a version twice in an account with limits.
 * @throws {UnavailableError} If the server does not answer.
 */
export async function checkServer(
  api: ServerApi,
  { maxCommitBytes, streams }: { readonly maxCommitBytes: number | undefined; readonly streams: StreamSettings },
): Promise<void> {
  const { connection } = api;
  if (connection.isClosed()) {
    throw new UnavailableError("Cannot use JetStream: the connection was closed. Connect anew, and keep it open");
  }
  const { version, max_payload = Infinity } = connection.info ?? {};
  if (!isAtLeast(version, 2, 9)) {
    throw new UnsupportedStorageError(
      `Cannot use nats-server ${version}: it lacks direct gets and republishing. Use 2.9 or newer`,
    );
  }
  if (max_payload < MIN_PAYLOAD) {
    throw new UnsupportedStorageError(
      `Cannot use this server: it accepts messages of at most ${max_payload} bytes, too few for a commit. Set ` +
        `max_payload to ${MIN_PAYLOAD} or more in its configuration; the default is 1 MB`,
    );
  }
  if (maxCommitBytes !== undefined && maxCommitBytes > maxCommitBytesFor(connection)) {
    throw new UnsupportedStorageError(
      `Cannot accept commits of ${maxCommitBytes} bytes: the server accepts messages of at most ${max_payload}. Set ` +
        `max_payload to ${maxCommitBytes + MAX_HEADER_BYTES} or more in its configuration, or maxCommitBytes to less`,
    );
  }
  if (streams.replicas > 1) checkCluster(api, streams.replicas);
  const account = await askAccount(api);
  api.domain ??= account.domain;
  checkAccount(version, account);
}

/**
 * Repeats the request within the budget: no answer arrives while a cluster elects a leader or the connection is down.
 */
async function askAccount(api: ServerApi): Promise<Partial<JetStreamAccountStats>> {
  const budget = api.newBudget(undefined);
  while (true) {
    try {
      return await api.manage((manager) => manager.getAccountInfo(), budget.options);
    } catch (error) {
      if (isWithoutJetStream(error)) {
        throw withoutJetStream(api, error);
      }
      // A user without this permission creates no streams. The user that creates the streams passes this check.
      if (isForbiddenToAsk(error)) return {};
      if (!isTransient(error)) throw error;
      await budget.backoff(error);
    }
  }
}

/**
 * A server before 2.10 that refused a message for the account's limit no longer finds the last message of the subject.
 * It then stores a message that expects no earlier message: a version would be used twice.
 */
function checkAccount(version: string | undefined, account: Partial<JetStreamAccountStats>): void {
  if (isAtLeast(version, 2, 10)) return;
  const all = [account, ...Object.values(account.tiers ?? {})].map((each) => each?.limits);
  if (all.every((limits) => !((limits?.max_memory ?? -1) >= 0 || (limits?.max_storage ?? -1) >= 0))) return;
  throw new UnsupportedStorageError(
    `Cannot use nats-server ${version}: the storage of this account is limited. A server before 2.10 that refused a ` +
      `message for such a limit no longer finds the last message of its subject. Use 2.10 or newer, or an account ` +
      `without such limits`,
  );
}

/** The maximum number of bytes of a commit that a server accepts. */
export function maxCommitBytesFor({ info }: JetStreamConnection): number {
  return (info?.max_payload ?? Infinity) - MAX_HEADER_BYTES;
}

function checkCluster(api: ServerApi, replicas: number): void {
  const { version, jetstream, cluster } = api.connection.info ?? {};
  if (!checksReplicas(version)) {
    throw new UnsupportedStorageError(`Cannot keep ${replicas} replicas: nats-server ${version} ${WHY_NOT_REPLICATED}`);
  }
  // If the server has no JetStream, or requests go to another domain, other servers store the replicas.
  if (api.isOwnJetStream && jetstream === true && cluster === undefined) {
    throw new UnsupportedStorageError(
      `Cannot keep ${replicas} replicas: the server is not part of a cluster. Create a cluster of ${replicas} ` +
        `servers or more, or set replicas to 1`,
    );
  }
}

function isWithoutJetStream(error: unknown): boolean {
  if (error instanceof RequestFailure) return error.kind === "no-responders";
  return error instanceof ApiError &&
    (error.code === API_ERROR.notEnabled || error.code === API_ERROR.notEnabledForAccount);
}

function withoutJetStream(api: ServerApi, cause: unknown): UnsupportedStorageError {
  return new UnsupportedStorageError(
    api.isOwnJetStream
      ? "Cannot use this server: JetStream is disabled on the server or for this account. Start nats-server with " +
        "-js, or set jetstream in its configuration and in the account"
      : `Cannot use the JetStream API at "${api.prefix}": no server responds to requests. Check domain or apiPrefix, ` +
        `the connections of leaf nodes, and the imports of the account`,
    { cause },
  );
}

/** Whether the server forbids the request. The adapter needs the permission to receive replies. */
export function isForbiddenToAsk(error: unknown): boolean {
  if (!(error instanceof RequestFailure) || error.kind !== "permission-denied") return false;
  return (error.cause as { operation?: unknown } | undefined)?.operation === "publish";
}
