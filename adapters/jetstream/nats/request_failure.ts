/**
 * Why a request has no answer. `"unsent"`: the connection was closed before; `"down"`: it is not there at the moment, and
 * nothing was sent; `"unheard"`: nobody listens there, such as where a stream is missing or has no leader; `"denied"`: the
 * server forbids it; `"unsendable"`: the server takes no such message; `"lost"`: anything else, such as time running out:
 * it may or may not have been carried out.
 */
export type FailureKind = "unsent" | "down" | "unheard" | "denied" | "unsendable" | "lost";

/** A request without an answer. Stays inside the adapter. */
export class RequestFailure extends Error {
  readonly kind: FailureKind;

  constructor(kind: FailureKind, cause: unknown) {
    super(`no answer: ${cause instanceof Error ? cause.message : kind}`, { cause });
    this.kind = kind;
  }
}

/** Converts an error of a connection, which may come from any copy of nats.js: all copies use the same names. */
export function toRequestFailure(error: unknown): RequestFailure {
  if (error instanceof RequestFailure) return error;
  const names = [nameOf(error), nameOf((error as { cause?: unknown } | undefined)?.cause)];
  if (names.includes("NoResponders") || names.includes("NoRespondersError")) {
    return new RequestFailure("unheard", error);
  }
  if (names.includes("PermissionViolationError")) return new RequestFailure("denied", error);
  if (names.includes("ClosedConnectionError") || names.includes("DrainingConnectionError")) {
    return new RequestFailure("unsent", error);
  }
  if (names.includes("InvalidArgumentError") || names.includes("InvalidSubjectError")) {
    return new RequestFailure("unsendable", error);
  }
  return new RequestFailure("lost", error);
}

function nameOf(error: unknown): unknown {
  return (error as { name?: unknown } | undefined)?.name;
}
