import { UnreachableError, UnsuitableServerError } from "../../mod.ts";
import { API_ERROR, ApiError, RequestFailure } from "./request_failure.ts";
import type { ServerApi } from "./server_api.ts";
import { isAtLeast } from "./server_version.ts";

/**
 * Makes sure that a server can hold what is to be stored.
 *
 * @throws {UnsuitableServerError} It has no JetStream, not for this account, or is older than 2.9.
 * @throws {UnreachableError} It does not answer.
 */
export async function checkServer(api: ServerApi): Promise<void> {
  const { connection } = api;
  if (connection.isClosed()) {
    throw new UnreachableError("Cannot use JetStream: the connection was closed. Connect anew, and keep it open");
  }
  const version = connection.info?.version;
  if (!isAtLeast(version, 2, 9)) {
    throw new UnsuitableServerError(
      `Cannot use nats-server ${version}: it lacks direct gets and republishing. Use 2.9 or newer`,
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
