import { isAetherError } from "@flowmade-one/aether";
import { Refusal, type RefusalCode } from "../domain/refusal.ts";
import { json } from "./json.ts";

/** An error response, as problem details (RFC 9457). */
export class Problem extends Error {
  override readonly name = "Problem";
  readonly status: number;
  /** Stable, for programs. */
  readonly code: string;
  readonly facts: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    code: string,
    detail: string,
    { facts = {}, headers = {}, cause }: {
      readonly facts?: Readonly<Record<string, unknown>>;
      readonly headers?: Readonly<Record<string, string>>;
      readonly cause?: unknown;
    } = {},
  ) {
    super(detail, { cause });
    this.status = status;
    this.code = code;
    this.facts = facts;
    this.headers = headers;
  }

  toResponse(): Response {
    const { status, code, message, facts } = this;
    const headers = { ...this.headers, "content-type": "application/problem+json" };
    return json({ status, code, detail: message, ...facts }, { status, headers });
  }
}

/** The request is not valid. */
export function badRequest(detail: string, facts: Readonly<Record<string, unknown>> = {}): Problem {
  return new Problem(400, "bad-request", detail, { facts });
}

const REFUSED: Readonly<Record<RefusalCode, number>> = {
  "no-such-screening": 404,
  "no-such-seat": 404,
  "other-screening": 409,
  "seat-taken": 409,
  "sold-out": 409,
  "not-held": 409,
};

const LATER = { "retry-after": "1" };

/** Not "nothing was stored": the first execution of a repeated request may have stored something. */
const REPEAT = "This request stored nothing; repeat it, a change with the same Idempotency-Key: it is done once";

/**
 * Maps a failure to a response. If the client cannot fix it, the response hides it, and `cause` contains it for the
 * report.
 */
export function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof Refusal) return new Problem(REFUSED[error.code], error.code, error.message);
  if (isAetherError(error, "version-conflict")) {
    const { expected, actual, attempts } = error;
    // A command without an expected version may be repeated unchanged. With one, the client must read first.
    return attempts === undefined
      ? new Problem(409, error.code, `It is at version ${actual}, not ${expected}. Read it, and decide again`, {
        facts: { expected, actual },
      })
      : new Problem(409, error.code, "Others were faster, again and again. Nothing was stored; repeat the request", {
        facts: { expected, actual, attempts },
        headers: LATER,
      });
  }
  if (isAetherError(error, "outcome-unknown")) {
    const detail = "It is not known whether this was stored. Repeat it with the same Idempotency-Key: it is done once";
    return new Problem(504, error.code, detail, { headers: LATER, cause: error });
  }
  if (isAetherError(error, "unavailable")) {
    const detail = `The storage does not answer. ${REPEAT}`;
    return new Problem(503, error.code, detail, { headers: LATER, cause: error });
  }
  if (isAetherError(error, "overloaded")) {
    return new Problem(503, error.code, "Too many requests wait for it. Nothing was stored; repeat the request", {
      headers: LATER,
    });
  }
  if (isAetherError(error, "aborted") || isAetherError(error, "closed")) {
    return new Problem(503, "closing", `The service is ending. ${REPEAT}`, { headers: LATER });
  }
  if (isAetherError(error, "too-large")) {
    const { bytes, maxBytes } = error;
    return new Problem(413, error.code, `That is ${bytes} bytes, ${maxBytes} at most`, { facts: { bytes, maxBytes } });
  }
  if (isAetherError(error, "quota-exceeded")) {
    return new Problem(507, error.code, "The tenant's storage is full", { cause: error });
  }
  if (isAetherError(error, "events-expired") && error.actorId !== undefined) {
    return new Problem(410, error.code, "Events that are needed for it have expired", { cause: error });
  }
  if (isAetherError(error, "events-expired") || isAetherError(error, "unknown-position")) {
    return new Problem(410, error.code, "The feed cannot go on from there. Begin again, without Last-Event-ID");
  }
  return new Problem(500, "internal", "Something is wrong with the service", { cause: error });
}
