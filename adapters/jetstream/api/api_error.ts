import { type FailureKind, RequestFailure } from "../nats/request_failure.ts";

/** An error of JetStream's API. The adapter never throws it to the user. */
export class ApiError extends Error {
  /** JetStream's number of the error, such as 10059. */
  readonly code: number;
  constructor(error: { readonly err_code?: number; readonly code?: number; readonly description?: string }) {
    super(`${error.description ?? "error"} (${error.err_code ?? error.code})`);
    this.code = error.err_code ?? 0;
  }
}

/** JetStream's numbers of the errors that the adapter handles. */
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

/** Failures after which the same request may succeed soon. */
const TRANSIENT_KINDS: ReadonlySet<FailureKind> = new Set(["disconnected", "no-responders", "no-reply"]);

/**
 * Errors after which the same request may succeed soon. The status is no criterion: a full stream has status 503 too.
 */
const TRANSIENT_CODES: ReadonlySet<number> = new Set([
  API_ERROR.clusterIncomplete,
  API_ERROR.unavailable,
  API_ERROR.notLeader,
  API_ERROR.streamOffline,
  API_ERROR.anotherWriteInFlight,
]);

/** The exhausted resource, by the error with which the server refuses a message for lack of space. */
const EXHAUSTED_RESOURCES: ReadonlyMap<number, string> = new Map([
  [API_ERROR.streamFull, "the stream of the namespace has reached its limits"],
  [API_ERROR.accountExceeded, "the NATS account has used up its JetStream resources"],
  [API_ERROR.memoryExceeded, "the NATS account has used up its JetStream memory"],
  [API_ERROR.storageExceeded, "the NATS account has used up its JetStream storage"],
  [API_ERROR.noRoom, "the server has no space left for JetStream"],
]);

/** Names the exhausted resource for which the server refused a message; `undefined` for other errors. */
export function exhaustedResource(error: unknown): string | undefined {
  return error instanceof ApiError ? EXHAUSTED_RESOURCES.get(error.code) : undefined;
}

/** Whether the same request may succeed soon. */
export function isTransient(error: unknown): boolean {
  if (error instanceof ApiError) return TRANSIENT_CODES.has(error.code);
  return error instanceof RequestFailure && TRANSIENT_KINDS.has(error.kind);
}
