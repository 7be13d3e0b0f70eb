/**
 * The reason why a request has no reply:
 *
 * - `"closed"`: the connection was closed before the request.
 * - `"disconnected"`: the connection is down, and nothing was sent.
 * - `"no-responders"`: no client subscribes to the subject. A stream is missing or has no leader, for instance.
 * - `"permission-denied"`: the server refuses the subject.
 * - `"invalid"`: the message is malformed or its subject is invalid.
 * - `"no-reply"`: any other reason, such as a timeout. The request may have been carried out.
 */
export type FailureKind = "closed" | "disconnected" | "no-responders" | "permission-denied" | "invalid" | "no-reply";

/** A request without a reply. The adapter never throws this error to the user. */
export class RequestFailure extends Error {
  readonly kind: FailureKind;

  constructor(kind: FailureKind, cause: unknown) {
    super(`no answer: ${cause instanceof Error ? cause.message : kind}`, { cause });
    this.kind = kind;
  }
}

/**
 * Converts an error of a connection by its name. Any copy of nats.js may have thrown it, and all copies use the same
 * names.
 */
export function toRequestFailure(error: unknown): RequestFailure {
  if (error instanceof RequestFailure) return error;
  const names = [nameOf(error), nameOf((error as { cause?: unknown } | undefined)?.cause)];
  if (names.includes("NoResponders") || names.includes("NoRespondersError")) {
    return new RequestFailure("no-responders", error);
  }
  if (names.includes("PermissionViolationError")) return new RequestFailure("permission-denied", error);
  if (names.includes("ClosedConnectionError") || names.includes("DrainingConnectionError")) {
    return new RequestFailure("closed", error);
  }
  if (names.includes("InvalidArgumentError") || names.includes("InvalidSubjectError")) {
    return new RequestFailure("invalid", error);
  }
  return new RequestFailure("no-reply", error);
}

function nameOf(error: unknown): unknown {
  return (error as { name?: unknown } | undefined)?.name;
}
