import { type AetherError, UnreachableError, UnsuitableServerError } from "../../mod.ts";

/**
 * Why a request has no answer. `"unsent"`: the connection was closed before; `"down"`: it is not there at the moment, and
 * nothing was sent; `"unheard"`: nobody listens there, such as where a stream is missing or has no leader; `"denied"`: the
 * server forbids it; `"unsendable"`: the server takes no such message; `"lost"`: anything else, such as time running out:
 * it may or may not have been carried out.
 */
export type FailureKind = "unsent" | "down" | "unheard" | "denied" | "unsendable" | "lost";

/** Those after which the same request may well be answered a moment later. */
const PASSING_KINDS: ReadonlySet<FailureKind> = new Set(["down", "unheard", "lost"]);

/** A request without an answer. Stays inside the adapter. */
export class RequestFailure extends Error {
  readonly kind: FailureKind;

  constructor(kind: FailureKind, cause: unknown) {
    super(`no answer: ${cause instanceof Error ? cause.message : kind}`, { cause });
    this.kind = kind;
  }
}

/** What was thrown by a connection, which may be of any copy of nats.js: names are what they agree on. */
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
  if (names.includes("InvalidArgumentError")) return new RequestFailure("unsendable", error);
  return new RequestFailure("lost", error);
}

function nameOf(error: unknown): unknown {
  return (error as { name?: unknown } | undefined)?.name;
}

/** An error that JetStream answered with. Stays inside the adapter. */
export class ApiError extends Error {
  /** JetStream's own number of the error, such as 10059. */
  readonly code: number;
  constructor(error: { readonly err_code?: number; readonly code?: number; readonly description?: string }) {
    super(`${error.description ?? "error"} (${error.err_code ?? error.code})`);
    this.code = error.err_code ?? 0;
  }
}

/** JetStream's numbers of the errors that the adapter tells apart. */
export const API_ERROR = {
  accountExceeded: 10002,
  clusterIncomplete: 10004,
  noPeers: 10005,
  unavailable: 10008,
  notLeader: 10009,
  noRoom: 10023,
  memoryExceeded: 10028,
  messageNotFound: 10037,
  notEnabledForAccount: 10039,
  storageExceeded: 10047,
  messageTooLarge: 10054,
  nameInUse: 10058,
  streamNotFound: 10059,
  subjectsOverlap: 10065,
  wrongLastSequence: 10071,
  noReplicas: 10074,
  notEnabled: 10076,
  streamFull: 10077,
  streamOffline: 10118,
  anotherWriteInFlight: 10164,
} as const;

/** By number, as the status does not tell: a full stream is a 503 too. */
const PASSING: ReadonlySet<number> = new Set([
  API_ERROR.clusterIncomplete,
  API_ERROR.unavailable,
  API_ERROR.notLeader,
  API_ERROR.streamOffline,
  API_ERROR.anotherWriteInFlight,
]);

/** Those by which a message is refused as there is no room for it: in its stream, its account, or the server. */
const FULL: ReadonlyMap<number, string> = new Map([
  [API_ERROR.streamFull, "the namespace is full, as the limits of its stream say"],
  [API_ERROR.accountExceeded, "the NATS account has used up its JetStream resources"],
  [API_ERROR.memoryExceeded, "the NATS account has used up its JetStream memory"],
  [API_ERROR.storageExceeded, "the NATS account has used up its JetStream storage"],
  [API_ERROR.noRoom, "the server has no room left for JetStream"],
]);

/** What is full, as a message was refused for; `undefined` if it was not. */
export function whatIsFull(error: unknown): string | undefined {
  return error instanceof ApiError ? FULL.get(error.code) : undefined;
}

/** Whether the same request may well be answered a moment later. */
export function isPassing(error: unknown): boolean {
  if (error instanceof ApiError) return PASSING.has(error.code);
  return error instanceof RequestFailure && PASSING_KINDS.has(error.kind);
}

/**
 * What a caller is told of a failure that the adapter has no better answer to.
 *
 * @param attempt What was attempted: `read "order.42"`.
 * @param error Anything; what is not a failure of a request is returned as it is.
 */
export function explainFailure(attempt: string, error: unknown): unknown {
  if (error instanceof ApiError) return explainApiError(attempt, error);
  if (!(error instanceof RequestFailure)) return error;
  const cause = { cause: error.cause };
  switch (error.kind) {
    case "unsent":
      return new UnreachableError(`Cannot ${attempt}: the connection was closed. Make a backend of a new one`, cause);
    case "down":
      return new UnreachableError(`Cannot ${attempt}: there is no connection at the moment. Try again`, cause);
    case "unheard":
      return new UnreachableError(`Cannot ${attempt}: JetStream does not answer for its stream. Try again`, cause);
    case "denied":
      return new UnsuitableServerError(`Cannot ${attempt}: the NATS user lacks a permission: ${error.message}`, cause);
    case "unsendable":
      return new UnsuitableServerError(`Cannot ${attempt}: the message cannot be sent: ${error.message}`, cause);
    case "lost":
      return new UnreachableError(`Cannot ${attempt}: the server did not answer. Try again when it does`, cause);
  }
}

function explainApiError(attempt: string, error: ApiError): AetherError {
  const cause = { cause: error };
  if (isPassing(error)) {
    return new UnreachableError(
      `Cannot ${attempt}: JetStream is not available now: ${error.message}. Try again`,
      cause,
    );
  }
  return new UnsuitableServerError(`Cannot ${attempt}: JetStream refused: ${error.message}`, cause);
}
