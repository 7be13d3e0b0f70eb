import { JetStreamApiError, type JetStreamManager, jetstreamManager } from "@nats-io/jetstream";
import type { JetStreamConnection, JetStreamMessage } from "../nats/connection.ts";
import { RequestFailure } from "../nats/request_failure.ts";
import { ApiError } from "./api_error.ts";

type NatsConnection = Parameters<typeof jetstreamManager>[0];

/**
 * Creates a manager of nats.js over a connection. A function of the adapter replaces the connection's `request`. Each
 * request then fails when the connection is lost, and has a time limit and a signal.
 *
 * @param apiPrefix The prefix of the subjects of JetStream's API.
 * @param request Sends a request and returns the reply.
 */
export function managerOver(
  connection: JetStreamConnection,
  apiPrefix: string,
  request: (subject: string, payload: Uint8Array) => Promise<JetStreamMessage>,
): Promise<JetStreamManager> {
  const derived: unknown = Object.create(connection, {
    options: { value: connection.options ?? {} },
    request: { value: request },
  });
  return jetstreamManager(derived as NatsConnection, { apiPrefix, checkAPI: false });
}

/** The adapter's error for an error of a manager. An error of a request is returned as it is. */
export function fromManagerError(error: unknown): unknown {
  if (error instanceof JetStreamApiError) return toApiError(error);
  const { cause } = error as { readonly cause?: unknown };
  if (cause instanceof JetStreamApiError) return toApiError(cause);
  // The manager throws these errors for a reply that is not a JSON object: another client replied at the subject.
  const isForeign = error instanceof SyntaxError || error instanceof TypeError;
  return isForeign ? new RequestFailure("no-reply", new TypeError("the reply is not a JetStream reply")) : error;
}

function toApiError(error: JetStreamApiError): ApiError {
  const { code, status, message } = error;
  return new ApiError({ err_code: code, code: status, description: message });
}
