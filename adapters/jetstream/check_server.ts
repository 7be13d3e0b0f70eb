import { UnreachableError, UnsuitableServerError } from "../../mod.ts";
import { API_ERROR, ApiError, RequestFailure } from "./request_failure.ts";
import type { ServerApi } from "./server_api.ts";
import { isAtLeast } from "./server_version.ts";

/** Bytes that a message must be able to have, so that a commit and its headers fit in. */
const MIN_PAYLOAD = 8_192;

/**
 * Makes sure that a server can hold what is to be stored.
 *
 * @throws {UnsuitableServerError} It has no JetStream, not for this account, is older than 2.9, or takes only messages
 * of less than 8,192 bytes.
 * @throws {UnreachableError} It does not answer.
 */
export async function checkServer(api: ServerApi): Promise<void> {
  const { connection } = api;
  if (connection.isClosed()) {
    throw new UnreachableError("Cannot use JetStream: the connection was closed. Connect anew, and keep it open");
  }
  const { version, max_payload = Infinity } = connection.info ?? {};
  if (!isAtLeast(version, 2, 9)) {
    throw new UnsuitableServerError(
      `Cannot use nats-server ${version}: it lacks direct gets and republishing. Use 2.9 or newer`,
    );
  }
  if (max_payload < MIN_PAYLOAD) {
    throw new UnsuitableServerError(
      `Cannot use this server: its messages have at most ${max_payload} bytes, which leaves no room for a commit. Set ` +
        `max_payload to ${MIN_PAYLOAD} or more in its configuration; the default is 1 MB`,
    );
  }
  try {
    await api.ask("INFO");
  } catch (error) {
    if (isWithoutJetStream(error)) {
      throw new UnsuitableServerError(
        "Cannot use this server: JetStream is off, for all of it or for this account. Start nats-server with -js, or " +
          "set jetstream in its configuration and in the account",
        { cause: error },
      );
    }
    throw error;
  }
}

function isWithoutJetStream(error: unknown): boolean {
  if (error instanceof RequestFailure) return error.kind === "unheard";
  return error instanceof ApiError &&
    (error.code === API_ERROR.notEnabled || error.code === API_ERROR.notEnabledForAccount);
}
