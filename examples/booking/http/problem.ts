import { isAetherError } from "@flowmade-one/aether";
import { Refusal, type RefusalCode } from "../domain/refusal.ts";
import { json } from "./json.ts";

/** An error response, as problem details (RFC 9457). */
export class Problem extends Error {
  override readonly name = "Problem";
  readonly status: number;
  /** A stable string for programs. */
  readonly code: string;
  /** More members of the body. */
  readonly extensions: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    code: string,
    detail: string,
    { extensions = {}, headers = {}, cause }: {
      readonly extensions?: Readonly<Record<string, unknown>>;
      readonly headers?: Readonly<Record<string, string>>;
      readonly cause?: unknown;
    } = {},
  ) {
    super(detail, { cause });
    this.status = status;
    this.code = code;
    this.extensions = extensions;
    this.headers = headers;
  }

  toResponse(): Response {
    const { status, code, message, extensions } = this;
    const headers = { ...this.headers, "content-type": "application/problem+json" };
    return json({ status, code, detail: message, ...extensions }, { status, headers });
  }
}

/** A problem of the status 400. */
export function badRequest(detail: string, extensions: Readonly<Record<string, unknown>> = {}): Problem {
  return new Problem(400, "bad-request", detail, { extensions });
}

const REFUSAL_STATUS: Readonly<Record<RefusalCode, number>> = {
  "no-such-screening": 404,
  "no-such-seat": 404,
  "other-screening": 409,
  "seat-taken": 409,
  "sold-out": 409,
  "not-held": 409,
};

/** Seconds after which the client should repeat the request. */
const RETRY_AFTER = { "retry-after": "1" };

/** Says "this request", because an earlier request with the same key may have stored something. */
const REPEAT = "This request stored nothing. Repeat it. A change with the same Idempotency-Key is executed once";

/**
 * Maps an error to a problem. The response hides an error that the client cannot fix; the service reports it from
 * `cause`.
 */
export function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof Refusal) return new Problem(REFUSAL_STATUS[error.code], error.code, error.message);
  if (isAetherError(error, "version-conflict")) {
    const { expected, actual, attempts } = error;
    // A command without an expected version can be repeated unchanged. With an expected version, the client must read
    // the actor first.
    if (attempts === undefined) {
      const detail = `The version is ${actual}, not ${expected}. Read the state again, and then decide`;
      return new Problem(409, error.code, detail, { extensions: { expected, actual } });
    }
    const detail = "Other requests changed the actor during each attempt. Nothing was stored; repeat the request";
    return new Problem(409, error.code, detail, { extensions: { expected, actual, attempts }, headers: RETRY_AFTER });
  }
  if (isAetherError(error, "outcome-unknown")) {
    const detail = "The change may have been stored. Repeat it with the same Idempotency-Key: it is executed once";
    return new Problem(504, error.code, detail, { headers: RETRY_AFTER, cause: error });
  }
  if (isAetherError(error, "unavailable")) {
    const detail = `The storage does not answer. ${REPEAT}`;
    return new Problem(503, error.code, detail, { headers: RETRY_AFTER, cause: error });
  }
  if (isAetherError(error, "overloaded")) {
    const detail = "Too many requests wait for this actor. Nothing was stored; repeat the request";
    return new Problem(503, error.code, detail, { headers: RETRY_AFTER });
  }
  if (isAetherError(error, "aborted") || isAetherError(error, "closed")) {
    return new Problem(503, "closing", `The service is ending. ${REPEAT}`, { headers: RETRY_AFTER });
  }
  if (isAetherError(error, "too-large")) {
    const { bytes, maxBytes } = error;
    const detail = `The change has ${bytes} bytes; the limit is ${maxBytes} bytes`;
    return new Problem(413, error.code, detail, { extensions: { bytes, maxBytes } });
  }
  if (isAetherError(error, "quota-exceeded")) {
    return new Problem(507, error.code, "The tenant's storage is full", { cause: error });
  }
  if (isAetherError(error, "events-expired") && error.actorId !== undefined) {
    return new Problem(410, error.code, "Events that this request needs have expired", { cause: error });
  }
  if (isAetherError(error, "events-expired") || isAetherError(error, "unknown-position")) {
    const detail = "The feed cannot continue after this position. Begin again, without Last-Event-ID";
    return new Problem(410, error.code, detail);
  }
  return new Problem(500, "internal", "The service failed to process the request", { cause: error });
}
